package dev.concord.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.client.ClusterView;
import dev.concord.client.ClusterView.MemberView;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusTableTests {
    private static final MemberView LEADER =
            new MemberView(3, "leader", "alive", "127.0.0.1:5003", "http://127.0.0.1:8083", 1240, 0, Double.NaN);
    private static final MemberView FOLLOWER =
            new MemberView(2, "follower", "alive", "127.0.0.1:5002", "http://127.0.0.1:8082", 1238, 2, 0.41);
    private static final MemberView DEAD =
            new MemberView(10, "follower", "suspect", "127.0.0.1:5010", "http://127.0.0.1:8090", 7, 1233, Double.NaN);
    private static final MemberView LEARNER =
            new MemberView(4, "learner", "alive", "127.0.0.1:5004", "http://127.0.0.1:8084", 12, 1228, 1.25);

    @Test
    void isAligned() {
        assertThat(new StatusTable(false).render(view(3, true, 1, FOLLOWER, LEADER, DEAD)))
                .isEqualTo("""
                cluster 0197ab12  leader node 3  term 4  messages 1234  (as node 3 sees it)

                NODE  ROLE      STATE    PERSISTED  BEHIND     RTT  CLIENTS                PEERS
                   2  follower  alive         1238       2  0.4 ms  http://127.0.0.1:8082  127.0.0.1:5002
                   3  leader    alive         1240       0       -  http://127.0.0.1:8083  127.0.0.1:5003
                  10  follower  suspect          7    1233       -  http://127.0.0.1:8090  127.0.0.1:5010

                degraded: node 10 is suspect; 1 more node may fail
                """);
    }

    @Test
    void hasColoursOnlyWhenAskedTo() {
        ClusterView view = view(3, true, 1, FOLLOWER, LEADER, DEAD);

        assertThat(new StatusTable(false).render(view)).doesNotContain("\u001b");
        assertThat(new StatusTable(true).render(view))
                .contains("\u001b[31m  10  follower  suspect")
                .contains("\u001b[33mdegraded");
    }

    @Test
    void aClusterWithEverybodyIsHealthy() {
        assertThat(health(view(3, true, 1, FOLLOWER, LEADER))).isEqualTo("HEALTHY: healthy: 1 more node may fail");
    }

    @Test
    void aLearnerIsCatchingUp() {
        assertThat(health(view(3, true, 0, FOLLOWER, LEADER, LEARNER)))
                .isEqualTo("DEGRADED: degraded: node 4 is catching up; no more node may fail");
    }

    @Test
    void withoutALeaderNothingIsWritten() {
        assertThat(health(view(0, true, 0, FOLLOWER)))
                .isEqualTo("NO_QUORUM: no quorum: messages are refused until a majority of the nodes is back");
    }

    @Test
    void aSingleNodeIsHealthyAndSaysWhatItIs() {
        assertThat(health(view(3, true, 0, LEADER))).isEqualTo("HEALTHY: healthy: one node, nothing may fail");
    }

    private static String health(ClusterView view) {
        ClusterHealth health = ClusterHealth.of(view);
        return health + ": " + health.sentence(view);
    }

    @Test
    void aClusterThatLetsEverybodyInSaysSo() {
        ClusterView insecure =
                new ClusterView("0197ab12", 3, 3, 4, 1, 1, true, 0, "INSECURE", false, List.of(LEADER), "");

        assertThat(new StatusTable(false).render(insecure))
                .contains(
                        "sees it)\nINSECURE: everybody who reaches this node may read, write and move leadership\n\n");
        assertThat(new StatusTable(false).render(view(3, true, 0, LEADER))).doesNotContain("INSECURE");
    }

    private static ClusterView view(long leader, boolean quorum, long canLose, MemberView... members) {
        return new ClusterView(
                "0197ab12", 3, leader, 4, 1234, 1, quorum, canLose, "loopback", false, List.of(members), "");
    }

    /// What a node of two answers, the other being in `state`.
    static String json(String url, boolean quorum, String state) {
        return "{\"clusterId\":\"0197ab12\",\"node\":1,\"leader\":" + (quorum ? "1" : "null")
                + ",\"term\":4,\"commit\":10,\"quorum\":" + quorum + ",\"canLose\":1,\"members\":["
                + "{\"id\":1,\"role\":\"leader\",\"state\":\"alive\",\"peer\":\"127.0.0.1:5001\",\"url\":\"" + url
                + "\",\"persisted\":12,\"behind\":0,\"rttMs\":null},"
                + "{\"id\":2,\"role\":\"follower\",\"state\":\"" + state
                + "\",\"peer\":\"127.0.0.1:5002\",\"url\":\"\","
                + "\"persisted\":12,\"behind\":0,\"rttMs\":0.4}]}";
    }
}
