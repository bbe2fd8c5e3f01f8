package dev.concord.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.node.RemovalResult;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.StoreId;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// `/api/cluster/members`, with a node that says what becomes of each order.
class MembersTests extends HttpTest {
    @Test
    void membersAreListed() throws Exception {
        JsonNode answer = json(get("/api/cluster/members"));

        assertThat(answer.propertyNames()).containsExactly("members");
        assertThat(answer.get("members").get(1).get("id").asInt()).isEqualTo(2);
    }

    @Test
    void aRemovalThatIsCommittedIs200AndNamesTheStore() throws Exception {
        String store = "00000000-0000-4000-8000-000000000002";
        node.answerRemovals(new RemovalResult.Removed(new Member(new NodeId(2), StoreId.of(store))));
        HttpResponse<String> answer = delete("/api/cluster/members/2");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).get("removed").asInt()).isEqualTo(2);
        assertThat(json(answer).get("store").asString()).isEqualTo(store);
    }

    @Test
    void anUnknownMemberIs404() throws Exception {
        node.answerRemovals(new RemovalResult.NotAMember(new NodeId(7)));
        problem(delete("/api/cluster/members/7"), 404, "no-such-member", false);
    }

    @Test
    void theLastVoterStaysWith409() throws Exception {
        node.answerRemovals(new RemovalResult.Refused(RemovalResult.Reason.LAST_VOTER));
        problem(delete("/api/cluster/members/1"), 409, "last-voter", false);
    }

    @Test
    void aRemovalThatWouldStopTheClusterIs409() throws Exception {
        node.answerRemovals(new RemovalResult.Refused(RemovalResult.Reason.NO_QUORUM));
        problem(delete("/api/cluster/members/2"), 409, "removal-endangers-quorum", true);
    }

    @Test
    void aRemovalWithoutAnOutcomeIs504AndSaysWhatItWaitsFor() throws Exception {
        node.answerRemovals(new RemovalResult.Unfinished("no leader is known here"));
        HttpResponse<String> answer = delete("/api/cluster/members/2");

        problem(answer, 504, "removal-unfinished", true);
        assertThat(json(answer).get("detail").asString()).contains("no leader is known here");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "two", "2.5", "99999999999", "02"})
    void aBadIdIs400(String id) throws Exception {
        problem(delete("/api/cluster/members/" + id), 400, "invalid-parameter", false);
    }

    @Test
    void addingIs405AndTellsTheWay() throws Exception {
        HttpResponse<String> answer = post("/api/cluster/members", "{\"node\":4}");

        problem(answer, 405, "members-join-by-themselves", false);
        assertThat(answer.headers().firstValue("Allow")).hasValue("GET");
        assertThat(json(answer).get("detail").asString()).contains("seed_nodes");
    }

    private HttpResponse<String> delete(String path) throws Exception {
        return send(request(path).DELETE());
    }

    private static void problem(HttpResponse<String> answer, int status, String code, boolean retryable) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(json(answer).get("code").asString()).isEqualTo(code);
        assertThat(json(answer).get("retryable").asBoolean()).isEqualTo(retryable);
    }
}
