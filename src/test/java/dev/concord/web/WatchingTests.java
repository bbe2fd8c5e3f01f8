package dev.concord.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.node.Announcement;
import dev.concord.node.EventAction;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Role;
import dev.concord.protocol.Term;
import dev.concord.runtime.RuntimeObserver;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/// Health and meters over HTTP, as an orchestrator and a dashboard see them.
class WatchingTests extends HttpTest {
    @Autowired
    RuntimeObserver observer;

    private int status(String group) throws Exception {
        return get("/actuator/health/" + group).statusCode();
    }

    @Nested
    class Health {
        @ParameterizedTest
        @ValueSource(strings = {"liveness", "readiness", "quorum", "leader"})
        void ofANodeThatServesIsUpInAllGroups(String group) throws Exception {
            HttpResponse<String> answer = get("/actuator/health/" + group);

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(json(answer).get("status").asString()).isEqualTo("UP");
        }

        @Test
        void showsWhoLeadsAndHowFarThisNodeIs() throws Exception {
            var details = json(get("/actuator/health/quorum"))
                    .get("components")
                    .get("writes")
                    .get("details");

            assertThat(details.propertyNames()).contains("role", "term", "leader", "commit", "behind");
            assertThat(details.get("role").asString()).isEqualTo("leader");
        }

        @Test
        void withoutAQuorumIsAliveAndReadyButCannotWrite() throws Exception {
            node.loseQuorum();

            assertThat(status("liveness")).isEqualTo(200);
            assertThat(status("readiness")).isEqualTo(200);
            assertThat(status("quorum")).isEqualTo(503);
            assertThat(status("leader")).isEqualTo(503);
        }

        @Test
        void outsideOfAClusterIsAliveAndNotReady() throws Exception {
            node.setInCluster(false);

            assertThat(status("liveness")).isEqualTo(200);
            assertThat(status("readiness")).isEqualTo(503);
        }

        @Test
        void thatHasNotCaughtUpSinceItsStartIsAliveAndNotReadyAndSaysWhy() throws Exception {
            node.setStale(true);

            assertThat(status("liveness")).isEqualTo(200);
            assertThat(status("quorum")).isEqualTo(200);
            HttpResponse<String> answer = get("/actuator/health/readiness");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("not level with a leader since its start");
        }

        @Test
        void whileRecoveringIsAliveAndNothingElse() throws Exception {
            node.setServing(false);

            assertThat(status("liveness")).isEqualTo(200);
            assertThat(status("readiness")).isEqualTo(503);
            assertThat(status("quorum")).isEqualTo(503);
        }
    }

    @Test
    void theClusterIsAPageOfTheManagementToo() throws Exception {
        assertThat(json(get("/actuator/cluster"))).isEqualTo(json(get("/api/cluster")));
    }

    @Test
    void prometheusGetsTheMetersOfTheNode() throws Exception {
        say("general", "hello");
        post("/api/messages", "nonsense");
        observer.synced(200_000, 3, 900);
        observer.committed(700_000);
        observer.stepped(5, 20_000);
        node.announce(new Announcement(EventAction.LEADER_LOST, new Term(3), Role.FOLLOWER, NodeId.NONE, 1, "lost"));
        node.announce(new Announcement(EventAction.LEADER_ELECTED, new Term(4), Role.LEADER, new NodeId(1), 1, "won"));

        String scrape = get("/actuator/prometheus", "Accept", "text/plain").body();
        scrape = scrape.replace("{node=\"1\"}", "")
                .replace("node=\"1\",", "")
                .replace(",node=\"1\"", ""); // which every series has

        assertThat(scrape)
                .contains("concord_commit_seconds_bucket{")
                .contains("concord_fsync_seconds_count")
                .contains("concord_log_written_bytes_total")
                .contains("concord_log_index")
                .contains("concord_log_commit")
                .contains("concord_log_durable")
                .contains("concord_term 3.0")
                .contains("concord_leader_changes_total 2.0")
                .contains("concord_elections_total 4.0")
                .contains("concord_election_seconds_count 1")
                .contains("concord_role{role=\"leader\"} 1.0")
                .contains("concord_role{role=\"follower\"} 0.0")
                .contains("concord_peer_rtt_seconds{peer=\"2\"} 0.001234567")
                .contains("concord_peer_lag_entries{peer=\"2\"}")
                .contains("concord_peer_alive{peer=\"2\"} 1.0")
                .contains("concord_subscriptions{kind=\"sse\"} 0.0")
                .contains("concord_delivery_lag_messages 0.0")
                .contains("concord_refusals_total{code=\"malformed-request\"}");
    }
}
