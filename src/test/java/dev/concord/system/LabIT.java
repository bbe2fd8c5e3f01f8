package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.system.Lab.Line;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `concord up --lab`: a person breaks the cluster over HTTP, as the page does, while others chat. One cluster for all
/// tests; each begins with it made well.
class LabIT {
    /// Of the lab's server.
    private static final int MAX_WATCHERS = 32;

    @TempDir
    private static Path folder;

    private static UpProcess up;
    private static Lab lab;
    private static int nextName;

    @BeforeAll
    static void start() throws IOException {
        int ports = ClusterProcesses.freeRun(10);
        up = new UpProcess(folder, 3, ports, ports + 3, "--lab", "--lab-port", "" + (ports + 9)).awaitReady();
        lab = new Lab("http://127.0.0.1:" + (ports + 9));
    }

    @AfterAll
    static void close() {
        up.close();
    }

    @BeforeEach
    void makeWell() {
        lab.order("heal");
        ClusterProcesses.await("all nodes follow one leader", () -> {
            int leader = up.api(1).cluster().leader();
            return leader != 0
                    && up.livingIds().size() == 3
                    && up.livingIds().stream()
                            .allMatch(id -> up.api(id).cluster().leader() == leader);
        });
        ClusterProcesses.await(
                "all nodes are linked", () -> lab.links().stream().allMatch(l -> l.connections() == 2));
    }

    @Test
    void aKilledLeaderCostsNoAcknowledgedMessageAndComesBack() {
        int leader = up.api(1).cluster().leader();
        try (Load load = load(50)) {
            load.awaitMore(50);
            lab.order("nodes/" + leader + "/kill");
            assertThat(lab.node(leader).process()).isEqualTo("ended");
            load.awaitMore(100);
            lab.order("nodes/" + leader + "/start");
            ClusterProcesses.await("it follows", () -> up.api(leader).cluster().leader() != 0);
            load.awaitMore(50);
            load.stop();
            load.assertKept();
        }
        assertThat(up.said())
                .contains("lab: node " + leader + ": killed", "was killed (signal 9)", "node " + leader + " is back");
    }

    @Test
    void aPausedLeaderIsReplacedAndFollowsWhenItGoesOn() {
        int leader = up.api(1).cluster().leader();
        int other = leader == 1 ? 2 : 1;
        try (Load load = load(50)) {
            load.awaitMore(50);
            lab.order("nodes/" + leader + "/pause");
            assertThat(lab.node(leader).process()).isEqualTo("paused");
            ClusterProcesses.await(
                    "another leads",
                    () -> lab.isOneOf(leader, up.api(other).cluster().leader()));
            load.awaitMore(50);
            lab.order("nodes/" + leader + "/resume");
            ClusterProcesses.await(
                    "it follows",
                    () -> lab.isOneOf(leader, up.api(leader).cluster().leader()));
            load.awaitMore(50);
            load.stop();
            load.assertKept();
        }
    }

    @Test
    void aNodeThatIsCutOffRefusesToWriteAndCatchesUpWhenItIsHealed() {
        int leader = up.api(1).cluster().leader();
        int other = leader == 1 ? 2 : 1;
        lab.order("nodes/" + leader + "/cut");
        assertThat(lab.node(leader).cut()).isTrue();
        ClusterProcesses.await(
                "the others have a leader of their own",
                () -> lab.isOneOf(leader, up.api(other).cluster().leader()));

        Api.Answer refused = up.api(leader).post(name(), "to the minority");
        assertThat(refused.status()).as(refused.body()).isIn(503, 504);
        Api.Answer taken = up.api(other).post(name(), "to the majority");
        assertThat(taken.status()).as(taken.body()).isEqualTo(201);
        long seq = taken.json().get("seq").asLong();
        assertThat(up.api(leader).newestSeq()).as("history of the minority").isLessThan(seq);

        lab.order("nodes/" + leader + "/heal");
        up.awaitLevel(seq);
        assertThat(up.api(leader).history()).isEqualTo(up.api(other).history());
    }

    @Test
    void aSlowLinkShowsInItsRoundTripAndNothingIsLost() {
        int leader = up.api(1).cluster().leader();
        int follower = leader == 1 ? 2 : 1;
        lab.link(leader, follower, "none", 150);
        lab.link(follower, leader, "none", 150);

        ClusterProcesses.await(
                "the round trip takes 300 ms",
                () -> up.api(leader).cluster().members().stream()
                        .anyMatch(m -> m.get("id").asInt() == follower
                                && m.get("rttMs").asDouble() >= 300));
        Api.Answer answer = up.api(follower).post(name(), "over the slow link");

        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        up.awaitLevel(answer.json().get("seq").asLong());
    }

    @Test
    void aSlowDiskHoldsUpItsNodeAndNotTheCluster() {
        int leader = up.api(1).cluster().leader();
        int slow = leader == 1 ? 2 : 1;
        lab.order("nodes/" + slow + "/disk", "{\"delayMs\":1000}");
        assertThat(lab.node(slow).diskDelayMs()).isEqualTo(1000);

        long last = 0;
        for (int i = 0; i < 10; i++) {
            Api.Answer answer = up.api(leader).post(name(), "while one disk is slow");
            assertThat(answer.status()).as(answer.body()).isEqualTo(201);
            assertThat(answer.json().get("durableOn").valueStream().map(n -> n.asInt()))
                    .as("who had it when it was acknowledged")
                    .doesNotContain(slow);
            last = answer.json().get("seq").asLong();
        }

        up.awaitLevel(last);
        ClusterProcesses.await(
                "node " + slow + " tells of an fsync that took a second",
                () -> meter(slow, "concord_fsync_seconds_max") >= 1.0);
    }

    @Test
    void linksThatResetBreakAndDialAgain() {
        int leader = up.api(1).cluster().leader();
        int from = leader == 1 ? 2 : 1;
        int to = 6 - leader - from; // neither of them leads, so nobody misses the link
        lab.link(from, to, "reset", 0);
        ClusterProcesses.await(
                "nothing is open in this direction",
                () -> lab.links().stream().anyMatch(l -> l.from() == from && l.to() == to && l.connections() == 0));
        Api.Answer answer = up.api(from).post(name(), "around the broken link");
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);

        lab.link(from, to, "none", 0);
        up.awaitLevel(answer.json().get("seq").asLong());
        ClusterProcesses.await(
                "all nodes are linked", () -> lab.links().stream().allMatch(l -> l.connections() == 2));
    }

    @Test
    void theTraceShowsHowATermWasWon() {
        int old = up.api(1).cluster().leader();
        int witness = old == 1 ? 2 : 1;
        lab.order("nodes/" + old + "/kill");
        ClusterProcesses.await(
                "another leads",
                () -> lab.isOneOf(old, up.api(witness).cluster().leader()));
        Api.Cluster won = up.api(witness).cluster();
        int leader = won.leader();
        int voter = 6 - old - leader;
        Predicate<Line> victory =
                line -> line.is("COORDINATOR", leader, voter) && line.term() == won.term() && line.receivedAt() != null;
        ClusterProcesses.await("the victory is seen", () -> lab.lines().stream().anyMatch(victory));

        Predicate<Line> complete = line -> line.sentAt() != null && line.receivedAt() != null;
        Predicate<Line> claimed = complete.and(line ->
                line.is("CLAIM", leader, voter) && line.has("claimTerm", won.term()) && line.has("probe", false));
        Predicate<Line> promised = complete.and(line -> line.is("PROMISE", voter, leader)
                && line.has("claimTerm", won.term())
                && line.has("probe", false)
                && line.has("granted", true));
        ClusterProcesses.await(
                "both ends were read",
                () -> lab.lines().stream().anyMatch(claimed)
                        && lab.lines().stream().anyMatch(promised)
                        && lab.lines().stream().anyMatch(victory.and(complete)));

        List<Line> lines = lab.lines();
        Line coordinator = find(lines, victory.and(complete));
        Line claim = find(lines, claimed);
        Line promise = find(lines, promised);
        assertThat(List.of(claim.sentAt(), claim.receivedAt(), promise.sentAt(), promise.receivedAt()))
                .as("asked before promised")
                .isSorted();
        assertThat(List.of(promise.receivedAt(), coordinator.sentAt(), coordinator.receivedAt()))
                .as("promised before won")
                .isSorted();
        Line probe = find(
                lines,
                line -> line.is("CLAIM", leader, voter)
                        && line.has("claimTerm", won.term())
                        && line.has("probe", true));
        assertThat(probe.receivedAt()).as("a probe goes first").isLessThan(claim.sentAt());
        lines.stream()
                .filter(line -> line.type().equals("ELECTION_OK") && line.receivedAt() != null)
                .forEach(answer -> assertThat(lines)
                        .as("a question before each answer")
                        .anyMatch(q -> q.is("ELECTION", answer.to(), answer.from())
                                && q.detail("round").equals(answer.detail("round"))));
        assertThat(lines).as("what was done stands among it").anyMatch(line -> line.is("LAB", old, 0));
    }

    @Test
    void everybodyMayDieAndNothingIsForgotten() {
        long seq = up.api(2).post(name(), "before the crash").json().get("seq").asLong();
        for (int id = 1; id <= 3; id++) {
            lab.order("nodes/" + id + "/kill");
        }
        assertThat(up.process().isAlive()).as("the lab stays").isTrue();
        lab.order("heal");
        ClusterProcesses.await("all are back", () -> up.livingIds().size() == 3);
        up.awaitLevel(seq);
    }

    @Test
    void whatCannotBeDoneIsRefusedInWords() {
        assertThat(lab.post("nodes/1/resume", "").status()).isEqualTo(409);
        assertThat(lab.post("nodes/1/start", "").body()).contains("node 1 is running");
        assertThat(lab.post("nodes/7/kill", "").status()).isEqualTo(404);
        assertThat(lab.post("nodes/1/explode", "").status()).isEqualTo(404);
        assertThat(lab.post("links/1/1", "{}").status()).isEqualTo(404);
        assertThat(lab.post("links/1/2", "{\"cut\":\"maybe\"}").body()).contains("none, silence or reset");
        assertThat(lab.post("links/1/2", "{\"delayMs\":10001}").body()).contains("0 to 10000");
        assertThat(lab.post("nodes/1/disk", "{\"delayMs\":-1}").status()).isEqualTo(400);
        assertThat(lab.post("nodes/1/disk", "{\"delayMs\":10001}").body()).contains("0 to 10000");
        assertThat(lab.post("nodes/1/disk", "{\"delayMs\":1}" + " ".repeat(1024))
                        .status())
                .isEqualTo(400);
        assertThat(lab.post("nodes/1/kill", "{\"really\":true}").body()).contains("really");
        assertThat(lab.post("heal", "[" + " ".repeat(2000)).status()).isEqualTo(400);
        assertThat(up.livingIds()).hasSize(3);
    }

    @Test
    void aPageOfAStrangerCanDoNothing() {
        for (String origin : List.of("https://evil.example", "null")) {
            assertThat(lab.asOrigin(origin).post("nodes/1/kill", "").status()).isEqualTo(403);
            assertThat(lab.asOrigin(origin).get("").status()).isEqualTo(403);
        }
        assertThat(lab.asHost("evil.example").post("nodes/1/kill", "").status()).isEqualTo(403);
        assertThat(up.livingIds()).hasSize(3);
        assertThat(lab.asOrigin(up.api(2).url()).get("").status()).isEqualTo(200);
    }

    @Test
    void soManyMayWatchAndNoMore() {
        List<Lab.Watcher> watchers = new ArrayList<>();
        try {
            Api.Answer last = new Api.Answer(200, "");
            while (last.status() == 200 && watchers.size() < 100) {
                Lab.Watcher watcher = lab.watch();
                watchers.add(watcher);
                last = watcher.first();
            }
            assertThat(last.status()).isEqualTo(503);
            assertThat(last.body()).contains("close a page");
            assertThat(watchers).hasSize(MAX_WATCHERS + 1);
        } finally {
            for (Lab.Watcher watcher : watchers) {
                watcher.close();
            }
        }
        ClusterProcesses.await("the places are free again", () -> {
            try (Lab.Watcher watcher = lab.watch()) {
                return watcher.first().body().contains("event: state");
            }
        });
    }

    @Test
    void afterCtrlCNothingIsLeftNotEvenAPausedNode() throws Exception {
        int ports = ClusterProcesses.freeRun(10);
        Path data = folder.resolve("second");
        data.toFile().mkdirs();
        try (UpProcess second = new UpProcess(data, 3, ports, ports + 3, "--lab", "--lab-port", "" + (ports + 9))) {
            second.awaitReady();
            List<ProcessHandle> nodes = second.nodes();
            new Lab("http://127.0.0.1:" + (ports + 9)).order("nodes/2/pause");
            new Lab("http://127.0.0.1:" + (ports + 9)).order("nodes/1/cut");

            second.interrupt();

            assertThat(nodes).hasSize(3).noneMatch(ProcessHandle::isAlive);
            assertThat(ClusterProcesses.isFree(ports + 9)).as("the lab's port").isTrue();
            assertThat(second.said()).contains("stopped; concord up goes on with the same data");
        }
    }

    private static Load load(int perSecond) {
        return new Load(up, name(), perSecond, 2);
    }

    private static synchronized String name() {
        return "lab-" + ++nextName;
    }

    private static Line find(List<Line> lines, Predicate<Line> wanted) {
        return lines.stream()
                .filter(wanted)
                .reduce((first, second) -> second)
                .orElseThrow(() -> new AssertionError("not among " + lines));
    }

    private static double meter(int id, String name) {
        return up.api(id)
                .get("/actuator/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .max()
                .orElseThrow();
    }
}
