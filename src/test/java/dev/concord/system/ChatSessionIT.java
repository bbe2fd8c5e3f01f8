package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.client.ChatListener;
import dev.concord.client.ChatSession;
import dev.concord.client.ClusterView;
import dev.concord.client.Delivery;
import dev.concord.client.Draft;
import dev.concord.client.Message;
import dev.concord.client.NodeApi;
import dev.concord.client.Page;
import dev.concord.client.Presence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The Java client against real nodes that die, stand still and come back.
class ChatSessionIT {
    private static final int MESSAGES = 300;

    @TempDir
    private Path folder;

    @Test
    void nothingIsLostDoubledOrReorderedWhileNodesDie() throws Exception {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3, "preempt_stable_ms: 100")
                .start()
                .awaitReady()) {
            Recorder ada = new Recorder();
            Recorder bob = new Recorder();
            try (ChatSession first = session(cluster, 3, "ada", ada);
                    ChatSession second = session(cluster, 1, "bob", bob)) {
                first.join("general");
                second.join("general");
                for (int i = 1; i <= MESSAGES; i++) {
                    first.send(Draft.of("general", "ada", "message " + i));
                    if (i == MESSAGES / 3) {
                        ada.awaitMessages(50);
                        cluster.node(3).kill(); // the leader, and the node of ada
                    } else if (i == 2 * MESSAGES / 3) {
                        ada.awaitMessages(MESSAGES / 3);
                        cluster.node(3).start();
                        cluster.awaitLeader(2, 3);
                        cluster.node(1).kill(); // the node of bob
                    }
                }
                ada.awaitMessages(MESSAGES);
                bob.awaitMessages(MESSAGES);
                ClusterProcesses.await("all are durable", () -> first.unsettled() == 0);
            }
            List<String> expected = IntStream.rangeClosed(1, MESSAGES)
                    .mapToObj(i -> "message " + i)
                    .toList();
            assertThat(ada.texts()).isEqualTo(expected);
            assertThat(bob.texts()).isEqualTo(expected);
            assertThat(ada.seqs())
                    .isEqualTo(LongStream.rangeClosed(1, MESSAGES).boxed().toList());
            assertThat(ada.outcomes.values()).hasSize(MESSAGES).allMatch(Delivery.Durable.class::isInstance);
            assertThat(ada.moves).hasSizeGreaterThan(1);
        }
    }

    @Test
    void aNodeThatStandsStillIsLeft() throws Exception {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3).start().awaitReady()) {
            Recorder ada = new Recorder();
            try (ChatSession session = session(cluster, 1, "ada", ada)) {
                session.join("general");
                session.send(Draft.of("general", "ada", "before"));
                ada.awaitMessages(1);
                cluster.node(1).pause();

                session.send(Draft.of("general", "ada", "after"));

                ada.awaitMessages(2);
                assertThat(ada.texts()).containsExactly("before", "after");
                assertThat(ada.moves).hasSize(2);
            } finally {
                cluster.node(1).resume();
            }
        }
    }

    @Test
    void withoutAMajorityMessagesWaitAndGoOutInOrderWhenItIsBack() throws Exception {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3).start().awaitReady()) {
            Recorder ada = new Recorder();
            try (ChatSession session = session(cluster, 1, "ada", ada)) {
                session.join("general");
                session.send(Draft.of("general", "ada", "first"));
                ada.awaitMessages(1);
                cluster.node(2).kill();
                cluster.node(3).kill();
                session.send(Draft.of("general", "ada", "second"));
                session.send(Draft.of("general", "ada", "third"));
                ClusterProcesses.await(
                        "the message is retried",
                        () -> ada.outcomes.values().stream().anyMatch(Delivery.Retrying.class::isInstance));

                cluster.node(2).start();

                ada.awaitMessages(3);
                assertThat(ada.texts()).containsExactly("first", "second", "third");
                ClusterProcesses.await("all are durable", () -> session.unsettled() == 0);
            }
        }
    }

    @Test
    void aReaderFollowsWithoutLosingItsSessionAndIsToldThatItMayNotSend() throws Exception {
        String file = folder.resolve("clients.tokens").toString();
        String writer = token(file, "walt", "writer");
        String reader = token(file, "rita", "reader");
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 1, "client_tokens_file: " + file).start()) {
            String url = cluster.node(1).url();
            ClusterProcesses.await(
                    "the node serves", () -> cluster.api(1).get("/problems").status() == 200);
            Recorder rita = new Recorder();
            Recorder walt = new Recorder();
            try (ChatSession reads = new ChatSession(List.of(new NodeApi(url, reader)), "rita", rita).start();
                    ChatSession writes = new ChatSession(List.of(new NodeApi(url, writer)), "walt", walt).start()) {
                reads.join("general");
                writes.join("general");
                Draft draft = Draft.of("general", "rita", "may I?");
                reads.typing("general");
                reads.send(draft);
                ClusterProcesses.await(
                        "rita is refused", () -> rita.outcomes.get(draft.id()) instanceof Delivery.Refused);
                writes.send(Draft.of("general", "walt", "for rita"));

                rita.awaitMessages(1);
                walt.awaitMessages(1);
                assertThat(rita.texts()).containsExactly("for rita");
                assertThat(rita.moves).containsExactly(url);
                assertThat(reads.unsettled()).isZero();
            }
        }
    }

    private static String token(String file, String name, String role) {
        return Cli.run("token", "create", "--name", name, "--role", role, "--file", file)
                .output()
                .lines()
                .filter(line -> line.startsWith("concord_"))
                .findFirst()
                .orElseThrow();
    }

    private static ChatSession session(ClusterProcesses cluster, int node, String name, ChatListener listener) {
        return new ChatSession(List.of(new NodeApi(cluster.node(node).url())), name, listener).start();
    }

    private static final class Recorder implements ChatListener {
        private final List<Message> messages = new CopyOnWriteArrayList<>();
        private final Map<String, Delivery> outcomes = new ConcurrentHashMap<>();
        private final List<String> moves = new CopyOnWriteArrayList<>();

        void awaitMessages(int count) {
            ClusterProcesses.await(count + " messages", () -> messages.size() >= count);
        }

        List<String> texts() {
            return new ArrayList<>(messages.stream().map(Message::text).toList());
        }

        List<Long> seqs() {
            return messages.stream().map(Message::seq).toList();
        }

        @Override
        public void connected(String url) {
            moves.add(url);
        }

        @Override
        public void lost(String url, String why) {
            System.out.println("lost " + url + ": " + why);
        }

        @Override
        public void ended(String why) {
            throw new AssertionError(why);
        }

        @Override
        public void history(String room, Page page) {
            messages.addAll(page.messages());
        }

        @Override
        public void message(String room, Message message) {
            messages.add(message);
        }

        @Override
        public void removed(String room, long earliest) {
            throw new AssertionError("nothing is removed here");
        }

        @Override
        public void delivery(Draft draft, Delivery state) {
            outcomes.put(draft.id(), state);
        }

        @Override
        public void cluster(ClusterView view) {}

        @Override
        public void presence(String room, Presence presence) {}
    }
}
