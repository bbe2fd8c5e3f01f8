package dev.concord.runtime;

import dev.concord.node.Event;
import dev.concord.node.SeedNode;
import dev.concord.protocol.Hello;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.Refusal;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Peer links that show an [ElectionTrace] what goes over them. The node and the links know nothing of it.
public final class TracedLinks implements PeerLinks {
    private final PeerLinks links;
    private final ElectionTrace trace;

    public TracedLinks(PeerLinks links, ElectionTrace trace) {
        this.links = links;
        this.trace = trace;
    }

    @Override
    public void start(Supplier<Hello> self, Consumer<Event> listener) {
        links.start(self, event -> {
            if (event instanceof Event.Received(var from, var _, var message)) {
                trace.received(from.id(), message);
            }
            listener.accept(event);
        });
    }

    @Override
    public void send(NodeId to, PeerMessage message) {
        trace.sent(to, message);
        links.send(to, message);
    }

    @Override
    public void keepLinks(List<Peer> peers, List<SeedNode> unknown) {
        links.keepLinks(peers, unknown);
    }

    @Override
    public void answerHello(long helloId, @Nullable Refusal refusal) {
        links.answerHello(helloId, refusal);
    }

    @Override
    public void flush() {
        links.flush();
    }

    @Override
    public void close() {
        links.close();
    }
}
