package dev.concord.simulation;

import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.PeerMessage.ElectionReason;
import dev.concord.protocol.Term;
import java.util.HashSet;
import java.util.Set;

/// E13, G6: a claim that names a leader which handed over follows on that leader's request, in its term, to this node.
/// Nobody takes the lead from a healthy leader on its own (trap 2).
final class HandoverIsTheLeadersBusiness implements Invariant.OfMessages {
    private record Request(NodeId leader, Term term, NodeId heir) {}

    private final Set<Request> requests = new HashSet<>();

    @Override
    public void sending(SimulatedProcess process, NodeId to, PeerMessage message) {
        if (message instanceof PeerMessage.Election asked && asked.reason() == ElectionReason.HANDOVER) {
            requests.add(new Request(process.id, asked.term(), to));
        } else if (message instanceof PeerMessage.Claim claim
                && claim.handoverFrom().isPresent()) {
            Member heir = process.member();
            require(
                    requests.contains(new Request(claim.handoverFrom(), claim.handoverTerm(), heir.id())),
                    process,
                    "claims a handover that",
                    claim.handoverFrom(),
                    "never asked for in term",
                    claim.handoverTerm());
        }
    }
}
