package dev.concord.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.client.FakeCluster;
import dev.concord.client.FakeNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MemberCommandTests {
    private final FakeNode node = new FakeNode(new FakeCluster());

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void listsAMemberALine() {
        node.saying("{\"node\":1,\"leader\":2,\"members\":["
                + "{\"id\":2,\"role\":\"leader\",\"state\":\"alive\",\"peer\":\"b:5002\",\"url\":\"\"},"
                + "{\"id\":1,\"role\":\"learner\",\"state\":\"suspect\",\"peer\":\"a:5001\",\"url\":\"\"}]}");

        assertThat(CommandRun.of("member", "list", "--node", node.url()))
                .isEqualTo(new CommandRun(0, "1  learner  suspect  a:5001  \n2  leader  alive  b:5002  \n", ""));
    }

    @Test
    void removesAMember() {
        CommandRun run = CommandRun.of("member", "remove", "--node", node.url(), "4");

        assertThat(run).isEqualTo(new CommandRun(0, "node 4 is removed\n", ""));
        assertThat(node.removed()).isEqualTo("/api/cluster/members/4");
    }

    @Test
    void saysWhyAMemberStays() {
        node.failingRemovals(409, "removal-endangers-quorum");
        CommandRun run = CommandRun.of("member", "remove", "--node", node.url(), "4");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .isEqualTo(
                        "concord: node 4 stays (removal-endangers-quorum: as the test wanted): nothing was changed.\n");
    }

    @Test
    void wantsToKnowWhatToDo() {
        assertThat(CommandRun.of("member").exitCode()).isEqualTo(2);
        assertThat(CommandRun.of("member", "remove").err()).contains("ID");
        assertThat(CommandRun.of("member", "remove", "four").exitCode()).isEqualTo(2);
    }
}
