package dev.concord.simulation;

import dev.concord.protocol.LogPosition;
import dev.concord.protocol.Member;
import dev.concord.protocol.Meta;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage;

/// I13, S3: a reply never precedes the durability of what it states: the sender could lose its power right
/// now and would find it all again (trap 29).
final class RepliesAfterDurability implements Invariant.OfMessages {
    @Override
    public void sending(SimulatedProcess process, NodeId to, PeerMessage message) {
        switch (message) {
            case PeerMessage.Promise promise -> promised(process, to, promise);
            case PeerMessage.Claim claim -> claimed(process, claim);
            case PeerMessage.SeqAck ack -> {
                if (ack.ok()) {
                    term(process, ack);
                    held(process, ack, ack.matchIndex());
                }
            }
            case PeerMessage.Heartbeat heartbeat -> {
                term(process, heartbeat);
                position(process, heartbeat, heartbeat.last());
            }
            case PeerMessage.Coordinator coordinator -> term(process, coordinator);
            default -> {}
        }
    }

    private void promised(SimulatedProcess process, NodeId to, PeerMessage.Promise promise) {
        position(process, promise, promise.last());
        if (promise.granted() && !promise.probe()) {
            Meta meta = process.diskQueue.durableMeta();
            Member claimant = meta.promisedTo();
            require(
                    meta.currentTerm().equals(promise.claimTerm())
                            && claimant != null
                            && claimant.id().equals(to),
                    process,
                    "says",
                    Wording.of(promise),
                    "and its disk says",
                    meta);
        }
    }

    private void claimed(SimulatedProcess process, PeerMessage.Claim claim) {
        Meta meta = process.diskQueue.durableMeta();
        require(
                claim.probe()
                        || meta.currentTerm().equals(claim.claimTerm())
                                && process.member().equals(meta.promisedTo()),
                process,
                "says",
                Wording.of(claim),
                "and its disk says",
                meta);
    }

    private void term(SimulatedProcess process, PeerMessage message) {
        long durable = process.diskQueue.durableMeta().currentTerm().value();
        if (message.term().value() > durable) {
            require(false, process, "says", Wording.of(message), "and its disk has term", durable);
        }
    }

    private void position(SimulatedProcess process, PeerMessage message, LogPosition last) {
        held(process, message, last.index());
        if (last.index() > 0 && last.index() <= process.lastIndex()) {
            boolean same = process.disk.entry(last.index()).term().equals(last.term());
            require(same, process, "says last", last, "and its disk has", process.disk.entry(last.index()));
        }
    }

    private void held(SimulatedProcess process, PeerMessage message, long index) {
        if (index > process.disk.durableIndex()) {
            require(false, process, "says", Wording.of(message), "and its disk ends at", process.disk.durableIndex());
        }
        if (index > 0 && index <= process.lastIndex()) {
            boolean same =
                    process.disk.entry(index).hash().equals(process.entry(index).hash());
            require(same, process, "speaks of entry", index, "which is not the one on its disk");
        }
    }
}
