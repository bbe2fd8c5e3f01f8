package dev.concord.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.client.FakeCluster;
import dev.concord.client.FakeNode;
import dev.concord.client.MessageSender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ClientCommandTests {
    private final FakeCluster cluster = new FakeCluster();
    private final FakeNode node = new FakeNode(cluster);

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        node.close();
    }

    @Nested
    class Send {
        @Test
        void printsTheSeq() {
            CommandRun run =
                    CommandRun.of("send", "--node", node.url(), "--as", "ada", "--room", "ops", "hello", "all");

            assertThat(run).isEqualTo(new CommandRun(0, "1\n", ""));
            assertThat(cluster.message(1)).contains("\"room\":\"ops\"", "\"sender\":\"ada\"", "\"text\":\"hello all\"");
        }

        @Test
        void repliesEditsAndDeletes() {
            cluster.with(1);
            CommandRun.of("send", "--node", node.url(), "--as", "bob", "--reply", "1", "hi", "ada");
            CommandRun.of("send", "--node", node.url(), "--as", "ada", "--edit", "1", "--id", "e1", "hello again");
            CommandRun deleted = CommandRun.of("send", "--node", node.url(), "--as", "ada", "--delete", "1");

            assertThat(deleted).isEqualTo(new CommandRun(0, "4\n", ""));
            assertThat(cluster.message(2)).contains("\"text\":\"hi ada\",\"reply\":1");
            assertThat(cluster.message(3)).contains("\"id\":\"e1\"", "\"text\":\"hello again\",\"edit\":1");
            assertThat(CommandRun.of("tail", "--node", node.url(), "--no-follow", "-n", "3")
                            .out())
                    .isEqualTo("""
                            07:30:00 #2 general bob (reply to #1): hi ada
                            07:30:00 #3 general ada (edit of #1): hello again
                            07:30:00 #4 general ada (deleted #1):\s
                            """);
        }

        @Test
        void refusesWhatCannotBeMeant() {
            for (String[] arguments : new String[][] {
                {"--edit", "1", "--reply", "2", "x"}, {"--delete", "1", "x"}, {"--edit", "1"}, {"--edit", "-4", "x"}
            }) {
                String[] all = new String[arguments.length + 3];
                System.arraycopy(new String[] {"send", "--node", node.url()}, 0, all, 0, 3);
                System.arraycopy(arguments, 0, all, 3, arguments.length);

                assertThat(CommandRun.of(all).exitCode())
                        .as(String.join(" ", arguments))
                        .isEqualTo(2);
            }
            assertThat(cluster.commit()).isZero();
        }

        @Test
        void sendsEachLineOfItsInput() {
            CommandRun run = CommandRun.withInput("one\n\ntwo\nthree", "send", "--node", node.url());

            assertThat(run).isEqualTo(new CommandRun(0, "1\n2\n3\n", ""));
            assertThat(cluster.message(3)).contains("\"text\":\"three\"");
        }

        @Test
        void sendsMoreLinesThanOneRequestHolds() {
            CommandRun run = CommandRun.withInput("x\n".repeat(2500), "send", "--node", node.url());

            assertThat(run.exitCode()).isZero();
            assertThat(cluster.commit()).isEqualTo(2500);
            assertThat(run.out()).endsWith("\n2500\n");
        }

        @Test
        void sendsLongLinesInSmallerRequests() {
            int length = 10_000;
            int fit = MessageSender.MAX_BULK_CHARACTERS / length + 1;
            CommandRun run =
                    CommandRun.withInput(("x".repeat(length) + "\n").repeat(2 * fit), "send", "--node", node.url());

            assertThat(run.exitCode()).isZero();
            assertThat(cluster.commit()).isEqualTo(2L * fit);
            assertThat(node.mostLinesInARequest()).isEqualTo(fit);
        }

        @Test
        void namesTheLineThatIsRefusedAndSendsTheOthers() {
            CommandRun run = CommandRun.withInput("one\nforbidden\nthree\n", "send", "--node", node.url());

            assertThat(run)
                    .isEqualTo(new CommandRun(
                            1, "1\n2\n", "concord: line 2 is refused (bad-text: as the test wanted).\n"));
        }

        @Test
        void saysWhatToDoWhenItIsRefused() {
            node.failing(422, "key-reused");

            assertThat(CommandRun.of("send", "--node", node.url(), "--id", "x", "hello"))
                    .isEqualTo(new CommandRun(
                            1, "", "concord: refused (key-reused: as the test wanted): nothing was stored.\n"));
        }

        @Test
        void endsWith3WhenNobodyIsThere() {
            node.close();

            CommandRun run = CommandRun.of("send", "--node", node.url(), "hello");

            assertThat(run.exitCode()).isEqualTo(3);
            assertThat(run.err())
                    .startsWith("concord: no node answers at 127.0.0.1:")
                    .contains("concord up");
            assertThat(run.err().lines()).hasSize(1);
        }
    }

    @Nested
    class Tail {
        @Test
        void printsTheLastMessages() {
            cluster.with(20);

            assertThat(CommandRun.of("tail", "--node", node.url(), "--no-follow", "-n", "2"))
                    .isEqualTo(new CommandRun(
                            0, "07:30:00 #19 general ada: hello 19\n07:30:00 #20 general ada: hello 20\n", ""));
        }

        @Test
        void printsJsonAsItCame() {
            cluster.with(2);

            assertThat(CommandRun.of("tail", "--node", node.url(), "--no-follow", "--after", "1", "-o", "json")
                            .out())
                    .isEqualTo(cluster.message(2) + "\n");
        }

        @Test
        void showsWhatCouldSteerTheTerminalAsDots() {
            cluster.say("ops", "a\u001b[31mb\nc");

            assertThat(CommandRun.of("tail", "--node", node.url(), "--no-follow", "--room", "ops")
                            .out())
                    .isEqualTo("07:30:00 #1 ada: a·[31mb·c\n");
        }
    }

    @Nested
    class Export {
        @Test
        void writesAllMessages() {
            cluster.with(3);

            assertThat(CommandRun.of("export", "--node", node.url()))
                    .isEqualTo(new CommandRun(
                            0, cluster.message(1) + "\n" + cluster.message(2) + "\n" + cluster.message(3) + "\n", ""));
        }

        @Test
        void leavesACompleteFile() throws IOException {
            cluster.with(1000);
            Path file = folder.resolve("all.jsonl");

            CommandRun run = CommandRun.of("export", "--node", node.url(), "-o", file.toString());

            assertThat(run.exitCode()).isZero();
            assertThat(Files.readAllLines(file)).hasSize(1000).first().isEqualTo(cluster.message(1));
            assertThat(folder).isDirectoryNotContaining("glob:**.part");
        }

        @Test
        void leavesNoFileWhenItCannotBeComplete() {
            cluster.with(10);
            node.failing(200, "not a page");
            Path file = folder.resolve("all.jsonl");

            CommandRun run = CommandRun.of("export", "--node", node.url(), "-o", file.toString());

            assertThat(run.exitCode()).isNotZero();
            assertThat(folder).isEmptyDirectory();
        }
    }

    @Nested
    class Status {
        @Test
        void endsWith0WhenHealthy() {
            node.saying(StatusTableTests.json(node.url(), true, "alive"));

            CommandRun run = CommandRun.of("status", "--node", node.url());

            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).contains("leader node 1", "healthy: 1 more node may fail");
        }

        @Test
        void endsWith1WhenSomebodyIsMissing() {
            node.saying(StatusTableTests.json(node.url(), true, "suspect"));

            assertThat(CommandRun.of("status", "--node", node.url()).exitCode()).isEqualTo(1);
        }

        @Test
        void endsWith2WithoutQuorum() {
            node.saying(StatusTableTests.json(node.url(), false, "suspect"));

            assertThat(CommandRun.of("status", "--node", node.url()).exitCode()).isEqualTo(2);
        }

        @Test
        void endsWith3WhenNobodyIsThere() {
            node.close();

            assertThat(CommandRun.of("status", "--node", node.url()).exitCode()).isEqualTo(3);
        }

        @Test
        void passesJsonOn() {
            String json = StatusTableTests.json(node.url(), true, "alive");
            node.saying(json);

            assertThat(CommandRun.of("status", "--node", node.url(), "-o", "json")
                            .out())
                    .isEqualTo(json + "\n");
        }
    }

    @Nested
    class Verify {
        @Test
        void passesWhenAllReplicasAreEqual() {
            cluster.with(10);
            try (FakeNode other = new FakeNode(cluster)) {
                assertThat(CommandRun.of("verify", "--only", "--node", node.url(), "--node", other.url()))
                        .isEqualTo(new CommandRun(
                                0,
                                "PASS  2 of 2 replicas hold the same 10 messages in the same order, no gap, "
                                        + "no message twice\n",
                                ""));
            }
        }

        @Test
        void failsWithTheFirstDifference() {
            cluster.with(10);
            try (FakeNode other = new FakeNode(cluster).withoutMessage(4)) {
                CommandRun run = CommandRun.of("verify", "--only", "--node", node.url(), "--node", other.url());

                assertThat(run.exitCode()).isEqualTo(1);
                assertThat(run.out()).isEqualTo("FAIL  " + other.url() + " gave message 5 behind 3\n");
            }
        }

        @Test
        void isIncompleteWhenANodeCannotBeRead() {
            cluster.with(10);
            FakeNode other = new FakeNode(cluster);
            other.close();

            CommandRun run = CommandRun.of("verify", "--only", "--node", node.url(), "--node", other.url());

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.out()).startsWith("INCOMPLETE  1 of 2 replicas");
            assertThat(run.err()).startsWith("concord: " + other.url() + " was not compared: ");
        }
    }
}
