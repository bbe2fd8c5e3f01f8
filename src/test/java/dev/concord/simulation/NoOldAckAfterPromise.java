package dev.concord.simulation;

import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage;
import java.util.HashMap;
import java.util.Map;

/// I14: after a member has promised a term, or claimed it, it acknowledges nothing of a lower one (trap 4).
final class NoOldAckAfterPromise implements Invariant.OfMessages {
    private final Map<Member, Long> promised = new HashMap<>();

    @Override
    public void sending(SimulatedProcess process, NodeId to, PeerMessage message) {
        switch (message) {
            case PeerMessage.Promise promise -> {
                if (promise.granted() && !promise.probe()) {
                    promised.merge(process.member(), promise.claimTerm().value(), Math::max);
                }
            }
            case PeerMessage.Claim claim -> {
                if (!claim.probe()) {
                    promised.merge(process.member(), claim.claimTerm().value(), Math::max);
                }
            }
            case PeerMessage.SeqAck ack -> {
                if (ack.ok()) {
                    long term = promised.getOrDefault(process.member(), 0L);
                    require(ack.term().value() >= term, process, "promised", term, "and says", Wording.of(ack));
                }
            }
            default -> {}
        }
    }
}
