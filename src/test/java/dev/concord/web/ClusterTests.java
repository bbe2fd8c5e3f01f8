package dev.concord.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ClusterTests extends HttpTest {
    @Test
    void theClusterIsShownAsThisNodeSeesIt() throws Exception {
        say("general", "hello");
        JsonNode cluster = json(get("/api/cluster"));

        assertThat(cluster.propertyNames())
                .containsExactly(
                        "clusterId",
                        "node",
                        "leader",
                        "term",
                        "commit",
                        "earliest",
                        "firstIndex",
                        "quorum",
                        "canLose",
                        "access",
                        "beyondRepair",
                        "members");
        assertThat(cluster.get("leader").asInt()).isEqualTo(1);
        assertThat(cluster.get("commit").asLong()).isEqualTo(commit());
        assertThat(cluster.get("quorum").asBoolean()).isTrue();
        JsonNode other = cluster.get("members").get(1);
        assertThat(other.propertyNames())
                .containsExactly("id", "role", "state", "peer", "url", "persisted", "behind", "rttMs");
        assertThat(other.get("role").asString()).isEqualTo("follower");
        assertThat(other.get("state").asString()).isEqualTo("alive");
        assertThat(other.get("peer").asString()).isEqualTo("localhost:5002");
        assertThat(other.get("rttMs").asDouble()).isEqualTo(1.235);
        assertThat(cluster.get("members").get(0).get("rttMs").isNull()).isTrue();
    }

    @Test
    void aClusterWithoutALeaderIsShownSo() throws Exception {
        node.loseQuorum();
        HttpResponse<String> answer = get("/api/cluster");

        assertThat(json(answer).get("leader").isNull()).isTrue();
        assertThat(json(answer).get("quorum").asBoolean()).isFalse();
        assertThat(answer.headers().firstValue("Concord-Leader")).hasValue("none");
    }

    @Test
    void leadershipIsHandedOver() throws Exception {
        assertThat(post("/api/cluster/leader", "{\"node\":2}").statusCode()).isEqualTo(200);
    }

    @Test
    void anOrderIsShort() throws Exception {
        String order = "{\"node\":2}";
        String longest = order + " ".repeat(ClusterController.MAX_BODY_BYTES - order.length());

        assertThat(post("/api/cluster/leader", longest).statusCode()).isEqualTo(200);
        assertThat(post("/api/cluster/leader", longest + " ").statusCode()).isEqualTo(413);
    }

    @Test
    void aHandoverThatFailsIs409WithItsReason() throws Exception {
        node.failHandover("node 2 is 5000 entries behind");
        HttpResponse<String> answer = post("/api/cluster/leader", "{\"node\":2}");

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(json(answer).get("code").asString()).isEqualTo("leadership-not-moved");
        assertThat(json(answer).get("detail").asString()).contains("5000 entries");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"node\":7}",
                "{\"node\":0}",
                "{\"node\":-1}",
                "{\"node\":\"2\"}",
                "{\"node\":2.5}",
                "{\"node\":null}",
                "{}",
                "[]",
                "{\"node\":2,\"force\":true}",
                "{\"node\":2}{}",
                "{\"node\":2,\"node\":1}",
                "nonsense"
            })
    void aBadHandoverIs400(String body) throws Exception {
        assertThat(post("/api/cluster/leader", body).statusCode()).isEqualTo(400);
    }
}
