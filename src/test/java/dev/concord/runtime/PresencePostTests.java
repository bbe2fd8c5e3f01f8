package dev.concord.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.node.Event;
import dev.concord.node.LevelReport;
import dev.concord.node.SeedNode;
import dev.concord.protocol.BootId;
import dev.concord.protocol.Hello;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.PeerMessage.Presence;
import dev.concord.protocol.Refusal;
import dev.concord.protocol.StoreId;
import dev.concord.protocol.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Presence on its way between people and links. Node 1 is this one, node 2 the other member.
class PresencePostTests {
    private final List<String> sent = new ArrayList<>();
    private final SingleNode node = new SingleNode();
    private final PresencePost post = new PresencePost(() -> {});

    private final PeerLinks links = new PeerLinks() {
        @Override
        public void start(Supplier<Hello> self, Consumer<Event> listener) {}

        @Override
        public void send(NodeId to, PeerMessage message) {
            sent.add(to + ": " + (message instanceof Presence presence ? presence.connected() : message));
        }

        @Override
        public void keepLinks(List<Peer> peers, List<SeedNode> unknown) {}

        @Override
        public void answerHello(long helloId, @Nullable Refusal refusal) {}

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @AfterEach
    void stop() {
        node.close();
    }

    private static Presence presence(int connected) {
        return new Presence(new Term(3), connected, false, List.of(), List.of());
    }

    private void send(int level, int committed) {
        post.send(links, node.status(), new LevelReport(level, committed, List.of()));
    }

    @Test
    void goesToTheOthersTheNewestAloneAndOnce() {
        post.tell(presence(1));
        post.tell(presence(2));
        send(2, 2);
        send(2, 2);

        assertThat(sent).containsExactly("2: 2");
    }

    @Test
    void isNotSentBeforeTheLevelIsCommitted() {
        post.tell(presence(1));
        send(2, 1);
        post.tell(presence(2));
        send(1, 1);
        assertThat(sent).isEmpty();

        post.tell(presence(3));
        send(2, 2);
        assertThat(sent).containsExactly("2: 3");
    }

    @Test
    void thatArrivesGoesToThoseWhoListenAndNeverToTheNode() throws Exception {
        List<Event> loop = new ArrayList<>();
        List<String> heard = new ArrayList<>();
        Consumer<Event> events = post.passOn(loop::add);
        AutoCloseable handle = post.onPresence((from, presence) -> heard.add(from + ": " + presence.connected()));
        Member two = new Member(new NodeId(2), new StoreId(new UUID(0, 2)));
        Event other = new Event.Received(
                two,
                new BootId(new UUID(0, 3)),
                new PeerMessage.Election(new Term(3), 1, PeerMessage.ElectionReason.SUSPECT));

        events.accept(new Event.Received(two, new BootId(new UUID(0, 3)), presence(5)));
        events.accept(other);
        handle.close();
        events.accept(new Event.Received(two, new BootId(new UUID(0, 3)), presence(6)));

        assertThat(heard).containsExactly("2: 5");
        assertThat(loop).containsExactly(other);
    }
}
