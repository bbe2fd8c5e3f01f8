package dev.concord.runtime;

import dev.concord.node.Event;
import dev.concord.node.LevelReport;
import dev.concord.node.NodeStatus;
import dev.concord.protocol.Levels;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage.Presence;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Carries who is present between this node's clients and the links, past the node: it decides nothing about it.
///
/// **Bounds.** One message waits to be sent, the newest; an arriving one is handed on at once and not kept.
/// **Threads.** [#tell] any; [#send] the event loop; [#passOn] the links.
final class PresencePost implements PresenceExchange {
    private final Runnable wake;
    private final AtomicReference<@Nullable Presence> waiting = new AtomicReference<>();
    private final List<BiConsumer<NodeId, Presence>> listeners = new CopyOnWriteArrayList<>();

    /// @param wake calls the event loop to [#send]
    PresencePost(Runnable wake) {
        this.wake = wake;
    }

    @Override
    public void tell(Presence presence) {
        waiting.set(presence);
        wake.run();
    }

    boolean hasWaiting() {
        return waiting.get() != null;
    }

    /// Sends what waits to all other members, if all of them understand it (V3).
    void send(PeerLinks links, NodeStatus status, LevelReport levels) {
        Presence presence = waiting.getAndSet(null);
        if (presence == null || levels.committed() < Levels.CHANGES_AND_PRESENCE) {
            return;
        }
        for (NodeStatus.MemberStatus other : status.members()) {
            Member member = other.member();
            if (!member.equals(status.self())) {
                links.send(member.id(), presence);
            }
        }
    }

    /// Hands events on, but for what is meant for people.
    Consumer<Event> passOn(Consumer<Event> loop) {
        return event -> {
            if (event instanceof Event.Received(Member from, var _, Presence presence)) {
                listeners.forEach(listener -> listener.accept(from.id(), presence));
            } else {
                loop.accept(event);
            }
        };
    }

    @Override
    public AutoCloseable onPresence(BiConsumer<NodeId, Presence> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
