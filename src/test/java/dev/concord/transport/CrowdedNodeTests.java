package dev.concord.transport;

import static dev.concord.transport.TestNode.await;
import static dev.concord.transport.TestNode.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.node.Event;
import dev.concord.protocol.Address;
import dev.concord.protocol.BootId;
import dev.concord.protocol.Channel;
import dev.concord.protocol.Hello;
import dev.concord.protocol.Levels;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import dev.concord.protocol.StoreId;
import dev.concord.protocol.Term;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// More peers than a node has room for. Those over a limit are told so, and what is there stays.
class CrowdedNodeTests {
    private final List<AutoCloseable> open = new ArrayList<>();

    private <T extends AutoCloseable> T opened(T resource) {
        open.add(resource);
        return resource;
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable resource : open.reversed()) {
            resource.close();
        }
    }

    @Test
    void moreLinksThanThereIsRoomForAreToldSo() {
        TestNode crowded =
                opened(node(4).secret(null).fdTimeout(Duration.ofMinutes(1)).start());
        for (int i = 0; i < TransportLimits.MAX_INBOUND; i++) {
            assertThat(openWithoutSecret(crowded, 1000 + i)).isEqualTo("{\"type\":\"WELCOME\",\"proof\":null}");
        }

        RawPeer oneMore = opened(new RawPeer(crowded.address().port()));

        assertThat(oneMore.readLine()).isEqualTo("{\"type\":\"REFUSED\",\"reason\":\"BUSY\",\"proof\":null}");
        await("the count", () -> crowded.links.statistics().inboundLinks() == TransportLimits.MAX_INBOUND);
    }

    /// What a guest is told in the end, or null if it was cut off. Each is a node of its own, or it would replace the
    /// one before.
    private @Nullable String openWithoutSecret(TestNode host, int nodeId) {
        Member member = new Member(new NodeId(nodeId), new StoreId(new UUID(0, nodeId)));
        Peer peer = new Peer(member, new Address("127.0.0.1", 1), "");
        Hello hello = new Hello(
                Levels.FIRST, null, peer, new BootId(new UUID(7, nodeId)), Term.ZERO, LogPosition.ZERO, false, 1);
        RawPeer raw = opened(new RawPeer(host.address().port()));
        try {
            raw.sayHello(hello, Channel.CONTROL);
            raw.readLine();
            raw.write("{\"type\":\"HELLO_FIN\",\"proof\":null}\n");
        } catch (UncheckedIOException e) {
            return null;
        }
        return raw.readLine();
    }

    @Test
    void moreHandshakesThanANodeMayOweAVerdictAreTurnedAway() {
        TestNode busy = opened(node(4).secret(null)
                .handshakeTimeout(Duration.ofMillis(500))
                .start()
                .notAnswering());
        int id = 1000;
        while (busy.seen(Event.HelloReceived.class).size() < TransportLimits.MAX_OPEN_QUESTIONS) {
            introduce(busy, id++);
        }

        // As many connections as there may be at all: until they end, one more is turned away before it may say HELLO.
        int last = id;
        await(
                "BUSY",
                () -> "{\"type\":\"REFUSED\",\"reason\":\"BUSY\",\"proof\":null}"
                        .equals(openWithoutSecret(busy, last)));
        assertThat(busy.seen(Event.HelloReceived.class)).hasSize(TransportLimits.MAX_OPEN_QUESTIONS);
    }

    /// Until the node has heard of this guest, or the guest came too late or was turned away: another may be tried.
    private void introduce(TestNode host, int nodeId) {
        Thread guest = Thread.startVirtualThread(() -> openWithoutSecret(host, nodeId));
        await(
                "guest " + nodeId,
                () -> !guest.isAlive()
                        || !host.seen(
                                        Event.HelloReceived.class,
                                        e -> e.hello().self().id().value() == nodeId)
                                .isEmpty());
    }
}
