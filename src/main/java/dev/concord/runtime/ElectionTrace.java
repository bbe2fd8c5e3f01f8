package dev.concord.runtime;

import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.UUID;

/// The newest messages of elections that this node sent and received: what a person needs to see who asked whom, who
/// promised what, and who won. Kept by a node in a lab only.
///
/// **Order.** The numbers of one node count up. A message is numbered when it arrives, before the node has seen it, and
/// when the node orders it to be sent; so an answer always has a higher number than its question.
///
/// **Threads.** Any.
public final class ElectionTrace {
    /// Messages that are kept; older ones are forgotten.
    public static final int MAX_MESSAGES = 1000;

    private final String run = UUID.randomUUID().toString();
    private final ArrayDeque<Traced> messages = new ArrayDeque<>();
    private long last;

    /// One message as this node saw it.
    ///
    /// @param number counts from 1 in each run of the node
    /// @param sent whether this node sent it; else it received it
    /// @param peer the node at the other end
    public record Traced(long number, Instant at, boolean sent, NodeId peer, PeerMessage message) {}

    /// Which run of the node this is: in another one the numbers begin again.
    public String run() {
        return run;
    }

    void sent(NodeId to, PeerMessage message) {
        note(true, to, message);
    }

    void received(NodeId from, PeerMessage message) {
        note(false, from, message);
    }

    private void note(boolean sent, NodeId peer, PeerMessage message) {
        if (isOfElection(message)) {
            synchronized (messages) {
                messages.add(new Traced(++last, Instant.now(), sent, peer, message));
                if (messages.size() > MAX_MESSAGES) {
                    messages.remove();
                }
            }
        }
    }

    /// What is kept of the messages behind this number, in their order.
    public List<Traced> after(long number) {
        synchronized (messages) {
            return messages.stream().filter(traced -> traced.number() > number).toList();
        }
    }

    /// The number of the newest message, 0 before the first.
    public long last() {
        synchronized (messages) {
            return last;
        }
    }

    private static boolean isOfElection(PeerMessage message) {
        return switch (message) {
            case PeerMessage.Election m -> true;
            case PeerMessage.ElectionOk m -> true;
            case PeerMessage.Claim m -> true;
            case PeerMessage.Promise m -> true;
            case PeerMessage.Coordinator m -> true;
            case PeerMessage.Heartbeat m -> false;
            case PeerMessage.Join m -> false;
            case PeerMessage.JoinAck m -> false;
            case PeerMessage.Remove m -> false;
            case PeerMessage.RemoveAck m -> false;
            case PeerMessage.SeqChat m -> false;
            case PeerMessage.SeqAck m -> false;
            case PeerMessage.CatchupReq m -> false;
            case PeerMessage.CatchupResp m -> false;
            case PeerMessage.SnapshotPart m -> false;
            case PeerMessage.Chat m -> false;
            case PeerMessage.ChatAck m -> false;
            case PeerMessage.Presence m -> false;
        };
    }
}
