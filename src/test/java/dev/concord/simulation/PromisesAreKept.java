package dev.concord.simulation;

import dev.concord.node.Recovery;
import dev.concord.protocol.Member;
import dev.concord.protocol.Meta;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage;
import java.util.HashMap;
import java.util.Map;

/// I2: a member never promises one term to two claimants, also across restarts, and its term never decreases.
final class PromisesAreKept implements Invariant.OfBoots, Invariant.OfMeta, Invariant.OfMessages {
    private record Promised(Member by, long term) {}

    private final Map<Member, Long> terms = new HashMap<>();
    private final Map<Promised, Member> durable = new HashMap<>();
    private final Map<Promised, NodeId> spoken = new HashMap<>();

    @Override
    public void booted(SimulatedProcess process, Recovery recovery) {
        long before = terms.getOrDefault(process.member(), 0L);
        long now = recovery.meta().currentTerm().value();
        require(now >= before, process, "knew term", before, "and starts with", now);
    }

    @Override
    public void metaDurable(SimulatedProcess process, Meta meta) {
        long term = meta.currentTerm().value();
        Long before = terms.put(process.member(), term);
        require(before == null || before <= term, process, "went from term", before, "to", term);
        Member claimant = meta.promisedTo();
        if (claimant != null) {
            Member other = durable.putIfAbsent(new Promised(process.member(), term), claimant);
            require(other == null || other.equals(claimant), process, "promised", term, "to", other, "and", claimant);
        }
    }

    @Override
    public void sending(SimulatedProcess process, NodeId to, PeerMessage message) {
        if (message instanceof PeerMessage.Promise promise && promise.granted() && !promise.probe()) {
            Promised what = new Promised(process.member(), promise.claimTerm().value());
            NodeId other = spoken.putIfAbsent(what, to);
            require(other == null || other.equals(to), process, "promised", what.term, "to", other, "and", to);
        }
    }
}
