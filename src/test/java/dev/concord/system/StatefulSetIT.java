package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.kubernetes.NeedsKubectl;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The pods of `k8s/`, run for real: started in disorder, restarted one after the other as an update does,
/// made more and fewer, while clients write.
@ExtendWith({NeedsDocker.class, NeedsKubectl.class})
class StatefulSetIT {
    private static final int PER_SECOND = 30;
    private static final int SIGTERM = 128 + 15;
    private static final Pattern MADE =
            Pattern.compile("(?s).*token \\(shown only now\\): +(\\S+)\\s+line for the token file: +([^\\n]+)\n.*");

    @TempDir
    private Path home;

    @Test
    void anUpdateRestartsEveryPodAndNobodyNotices() {
        try (PodCluster cluster = new PodCluster(home)) {
            try {
                startInDisorder(cluster);
                hasNoRights(cluster.pod(0));
                asksForTokens(cluster);
                try (Load load = new Load(cluster, "update", PER_SECOND, 2)) {
                    load.awaitMore(50);
                    for (int ordinal = cluster.size() - 1; ordinal >= 0; ordinal--) {
                        restart(cluster, ordinal);
                        load.awaitMore(20);
                    }
                    load.stop();
                    assertThat(load.errors()).isEmpty();
                    load.assertKept();
                }
                assertThat(cluster.livingIds()).containsExactly(1, 2, 3);
            } catch (RuntimeException | AssertionError e) {
                System.err.println(cluster.output());
                throw e;
            }
        }
    }

    /// The first pod finds nobody: the names of the others do not exist yet.
    private static void startInDisorder(PodCluster cluster) {
        Pod first = cluster.start(0);
        String missing = cluster.template().dnsName(2);
        ClusterProcesses.await(
                "the name " + missing + " is missed",
                () -> first.output().contains("the name " + missing + " is not known"));
        assertThat(first.isReady()).isFalse();
        cluster.start(1);
        cluster.start(2);
        for (int ordinal = 0; ordinal < cluster.size(); ordinal++) {
            cluster.awaitAvailable(ordinal);
        }
        cluster.awaitVoters(3);
        assertThat(cluster.pod(0).api().cluster().leader()).isEqualTo(3);
    }

    private static void hasNoRights(Pod pod) {
        assertThat(pod.exec("id", "-u")).isEqualTo("10001\n");
        assertThat(pod.exec("sh", "-c", "touch /opt/concord/mine")).contains("Read-only file system");
        assertThat(pod.exec("sh", "-c", "grep CapEff /proc/1/status")).contains("0000000000000000");
        assertThat(pod.exec("sh", "-c", "echo x >> /run/secrets/concord/cluster-secret"))
                .containsAnyOf("Read-only", "Permission denied");
        assertThat(pod.output()).doesNotContain("can be read by every user");
    }

    /// The roles of the two tokens that come with the Secret, and a client that is let in as k8s/README.md says.
    private static void asksForTokens(PodCluster cluster) {
        Pod pod = cluster.pod(0);
        assertThat(pod.api("").get("/api/messages").status()).isEqualTo(401);
        assertThat(pod.api("").get("/actuator/prometheus").status()).isEqualTo(401);
        assertThat(pod.exec("env", "CONCORD_TOKEN_FILE=", "concord", "drain", "--wait", "0s"))
                .contains("unauthenticated");

        Api monitoring = pod.api(cluster.secret("monitoring-token"));
        assertThat(monitoring.get("/actuator/prometheus").status()).isEqualTo(200);
        assertThat(monitoring.post("m", "from Prometheus").status()).isEqualTo(403);
        assertThat(pod.exec("concord", "status", "-o", "json")).contains("\"access\":\"tokens\"");

        String said = pod.exec("concord", "token", "create", "--name", "ci", "--role", "writer");
        Matcher made = MADE.matcher(said);
        assertThat(made.matches()).as(said).isTrue();
        Api client = pod.api(made.group(1));
        assertThat(client.post("before", "nobody knows me").status()).isEqualTo(401);
        cluster.letIn(made.group(2));
        ClusterProcesses.await(
                "the token is taken", () -> client.post("ci-1", "hello").status() / 100 == 2);
        assertThat(client.remove(1).status()).as("no admin").isEqualTo(403);
    }

    private static void restart(PodCluster cluster, int ordinal) {
        String before = cluster.pod(ordinal).address();

        Pod.End end = cluster.stop(ordinal);

        assertThat(end.preStop()).contains("it is safe to stop it");
        assertThat(end.exitCode()).isIn(0L, (long) SIGTERM);
        assertThat(end.inTime()).isTrue();
        Pod again = cluster.start(ordinal);
        assertThat(again.address()).as("a pod comes back under another address").isNotEqualTo(before);
        cluster.awaitAvailable(ordinal);
        cluster.awaitVoters(cluster.size());
    }

    @Test
    void twoPodsJoinAndLeaveAgain() {
        try (PodCluster cluster = new PodCluster(home)) {
            try {
                startAll(cluster);
                try (Load load = new Load(cluster, "scale", PER_SECOND, 2)) {
                    cluster.start(3);
                    cluster.start(4);
                    cluster.awaitAvailable(3);
                    cluster.awaitAvailable(4);
                    cluster.awaitVoters(5);
                    load.awaitMore(20);
                    for (int ordinal = 4; ordinal >= 3; ordinal--) {
                        leave(cluster, ordinal);
                        load.awaitMore(20);
                    }
                    load.stop();
                    assertThat(load.errors()).isEmpty();
                    load.assertKept();
                }
                cluster.awaitVoters(3);
            } catch (RuntimeException | AssertionError e) {
                System.err.println(cluster.output());
                throw e;
            }
        }
    }

    /// As k8s/README.md says: drained, removed, and only then scaled down.
    private static void leave(PodCluster cluster, int ordinal) {
        int id = ordinal + 1;
        assertThat(cluster.pod(ordinal).exec("concord", "drain")).contains("it is safe to stop it");
        assertThat(cluster.pod(0).exec("concord", "member", "remove", Integer.toString(id)))
                .contains(Integer.toString(id));
        ClusterProcesses.await(
                "the removed node has stopped", () -> !cluster.pod(ordinal).isRunning());
        cluster.take(ordinal);
    }

    /// As k8s/README.md says; the folder travels as `kubectl cp` lets it, through tar.
    @Test
    void aBackupBecomesANewCluster() {
        try (PodCluster cluster = new PodCluster(home)) {
            startAll(cluster);
            for (int i = 1; i <= 20; i++) {
                assertThat(cluster.api(1).post("kept-" + i, "text " + i).status())
                        .isEqualTo(201);
            }
            List<Api.Message> before = cluster.api(1).history();
            assertThat(cluster.pod(0).exec("concord", "backup", "--to", "/tmp/backup"))
                    .contains("holds 20 messages");
            String backup = cluster.pod(0).exec("sh", "-c", "tar -C /tmp -cz backup | base64 -w 0");

            cluster.takeAllWithTheirClaims();
            Pod restoring = cluster.startRestoring();
            assertThat(restoring.exec("sh", "-c", "echo " + backup + " | base64 -d | tar -C /tmp -xz"))
                    .isEmpty();
            assertThat(restoring.exec("concord", "restore", "--from", "/tmp/backup"))
                    .contains("holds 20 messages");
            cluster.take(cluster.size() - 1);
            startAll(cluster);

            cluster.awaitLevel(20);
            for (int id : cluster.livingIds()) {
                assertThat(cluster.api(id).history()).isEqualTo(before);
            }
            assertThat(cluster.api(2).post("kept-20", "text 20").status())
                    .as("ids are still recognised")
                    .isEqualTo(200);
        }
    }

    private static void startAll(PodCluster cluster) {
        for (int ordinal = 0; ordinal < cluster.size(); ordinal++) {
            cluster.start(ordinal);
        }
        for (int ordinal = 0; ordinal < cluster.size(); ordinal++) {
            cluster.awaitAvailable(ordinal);
        }
        cluster.awaitVoters(cluster.size());
    }
}
