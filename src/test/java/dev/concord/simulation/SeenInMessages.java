package dev.concord.simulation;

import dev.concord.node.Event;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.PeerMessage.AckReason;
import dev.concord.protocol.PeerMessage.CatchupMode;
import dev.concord.protocol.PeerMessage.CatchupReq;
import dev.concord.protocol.PeerMessage.CatchupResp;
import dev.concord.protocol.PeerMessage.CatchupStatus;
import dev.concord.protocol.PeerMessage.ChatResult;
import dev.concord.protocol.PeerMessage.ChatStatus;
import dev.concord.protocol.PeerMessage.Claim;
import dev.concord.protocol.PeerMessage.Election;
import dev.concord.protocol.PeerMessage.ElectionOk;
import dev.concord.protocol.PeerMessage.ElectionReason;
import dev.concord.protocol.PeerMessage.Heartbeat;
import dev.concord.protocol.PeerMessage.JoinStatus;
import dev.concord.protocol.PeerMessage.Promise;
import dev.concord.protocol.PeerMessage.PromiseReason;
import dev.concord.protocol.PeerMessage.RemoveStatus;
import dev.concord.protocol.PeerMessage.SeqAck;
import dev.concord.protocol.PeerMessage.SeqChat;
import dev.concord.protocol.PeerMessage.Verdict;
import dev.concord.protocol.Role;
import java.util.List;

/// Which rules show in what nodes say to each other, and in what becomes of it.
final class SeenInMessages {
    private final RulesSeen seen;
    private final Simulation simulation;

    SeenInMessages(RulesSeen seen, Simulation simulation) {
        this.seen = seen;
        this.simulation = simulation;
    }

    private void saw(RuleCase one) {
        seen.saw(one);
    }

    // ---- told ----

    /// The step that this message led to is done.
    void received(SimulatedProcess process, Member from, PeerMessage message) {
        switch (message) {
            case Heartbeat heartbeat -> heartbeat(process, from, heartbeat);
            case ElectionOk answer
            when seen.role == Role.ELECTING -> {
                if (answer.verdict() == Verdict.LEADER_ALIVE) {
                    saw(RuleCase.E5_LEADER_ALIVE);
                } else if (answer.verdict() == Verdict.TAKING_OVER) {
                    saw(RuleCase.E5_WAITS);
                    seen.memory(process).waits = true;
                }
            }
            case Claim claim
            when !claim.probe() && claim.handoverFrom().isPresent() -> {
                boolean taken = process.node().currentTerm().equals(claim.claimTerm());
                if (taken && seen.leader.equals(claim.handoverFrom())) {
                    saw(RuleCase.E8_HANDOVER);
                }
            }
            case Promise promise
            when seen.role == Role.CLAIMING -> {
                if (promise.probe() && promise.reason() == PromiseReason.LEADER_ALIVE) {
                    saw(RuleCase.E7_PROBE_STOPS);
                } else if (!promise.probe() && promise.granted() && isNewer(process, promise)) {
                    saw(RuleCase.E9_NEWER_ELSEWHERE);
                }
            }
            case SeqChat entries -> entries(process, entries);
            case SeqAck ack when seen.role == Role.LEADER && ack.ok() -> acknowledged(process, ack);
            case CatchupResp page -> page(process, page);
            case PeerMessage.Chat _ -> {
                if (seen.role != Role.LEADER && seen.leader.isPresent()) {
                    saw(RuleCase.C2_FORWARDS);
                }
            }
            default -> {}
        }
        boolean leads = message instanceof PeerMessage.Coordinator
                || message instanceof SeqChat
                || message instanceof Heartbeat h && h.role() == Role.LEADER;
        if (leads
                && message.term().isAfter(seen.term)
                && process.node().currentTerm().equals(message.term())) {
            saw(RuleCase.E15_ADOPTS);
        }
    }

    private static boolean isNewer(SimulatedProcess process, Promise promise) {
        return process.lastIndex() == 0
                || promise.last().compareTo(process.entry(process.lastIndex()).position()) > 0;
    }

    private void heartbeat(SimulatedProcess process, Member from, Heartbeat heartbeat) {
        if (from.id().equals(seen.leader)
                && heartbeat.role() != Role.LEADER
                && heartbeat.term().equals(seen.term)) {
            if (!process.node().currentLeader().equals(seen.leader)) {
                saw(RuleCase.F3_OFFICE_DENIED);
            }
        }
        if (heartbeat.checkIndex() > 0 && heartbeat.checkIndex() <= seen.commit) {
            saw(RuleCase.R10_COMPARES);
        }
        if (simulation.network().isCut(process.slot, from.id().value() - 1)) {
            saw(RuleCase.F2_ONE_WAY);
        }
    }

    private void entries(SimulatedProcess process, SeqChat message) {
        if (!message.term().equals(process.node().currentTerm()) || message.prevIndex() > process.lastIndex()) {
            return;
        }
        long end = message.prevIndex() + message.entries().size();
        if (!message.entries().isEmpty() && end < process.lastIndex()) {
            saw(RuleCase.R3_LEAVES_ALONE);
        }
        if (message.commitIndex() > process.node().commitIndex()) {
            saw(RuleCase.R5_NOT_BEYOND_VERIFIED);
        }
    }

    private void acknowledged(SimulatedProcess process, SeqAck ack) {
        if (!ack.intact()) {
            saw(RuleCase.R7_REPAIRING_NOT_COUNTED);
        }
        boolean ofOldTerm = ack.matchIndex() > seen.commit
                && ack.matchIndex() <= process.lastIndex()
                && process.entry(ack.matchIndex()).term().isBefore(seen.term);
        if (ofOldTerm && process.node().commitIndex() < ack.matchIndex()) {
            saw(RuleCase.R6_OLD_TERM_WAITS);
        }
    }

    private void page(SimulatedProcess process, CatchupResp page) {
        if (page.mode() == CatchupMode.COMMITTED
                && page.status() == CatchupStatus.OK
                && !page.entries().isEmpty()
                && process.node().commitIndex() > seen.commit) {
            saw(RuleCase.C1_RELAYED);
            if (page.term().isAfter(seen.term)) {
                saw(RuleCase.C1_ADOPTS_TERM);
            }
        }
    }

    // ---- said ----

    void sent(SimulatedProcess process, Event event, NodeId to, PeerMessage message) {
        switch (message) {
            case Heartbeat heartbeat -> {
                if (heartbeat.repairTarget() > 0) {
                    saw(RuleCase.P2_TARGET);
                }
            }
            case Election asked -> {
                if (asked.reason() == ElectionReason.HANDOVER) {
                    saw(RuleCase.E13_HANDS_OVER);
                } else {
                    saw(RuleCase.E3_ASKS);
                    waitedInVain(process);
                }
            }
            case ElectionOk answer -> answered(process, event, to, answer);
            case Claim claim -> claims(process, claim);
            case Promise promise -> promises(promise);
            case SeqChat entries -> resent(process, to, entries);
            case SeqAck ack -> {
                if (ack.ok()) {
                    saw(RuleCase.R4_ACKNOWLEDGES);
                } else if (ack.reason() == AckReason.GAP) {
                    saw(RuleCase.R2_GAP);
                } else if (ack.reason() == AckReason.CONFLICT) {
                    saw(RuleCase.R2_CONFLICT);
                } else if (ack.reason() == AckReason.STALE_TERM) {
                    saw(RuleCase.E15_TELLS_STALE);
                }
            }
            case CatchupReq request -> {
                switch (request.mode()) {
                    case CLAIM -> saw(RuleCase.E10_FETCHES);
                    case COMMITTED -> saw(RuleCase.C2_ASKS_INFORMER);
                    case HEAD -> saw(RuleCase.C4_HEAD_ASKED);
                    case SNAPSHOT -> {}
                }
            }
            case CatchupResp page
            when page.mode() == CatchupMode.CLAIM -> {
                if (page.status() == CatchupStatus.REFUSED) {
                    saw(RuleCase.C3_REFUSES);
                } else if (!page.entries().isEmpty()
                        && page.entries().getLast().index() > process.node().commitIndex()) {
                    saw(RuleCase.C3_SERVES_SUFFIX);
                }
            }
            case PeerMessage.ChatAck answer -> results(answer.results());
            case PeerMessage.JoinAck answer -> {
                if (answer.status() == JoinStatus.REDIRECT) {
                    saw(RuleCase.M2_REDIRECT);
                }
            }
            case PeerMessage.RemoveAck answer -> {
                if (answer.status() == RemoveStatus.REMOVED
                        && answer.target().id().equals(to)) {
                    saw(RuleCase.M4_TOLD);
                }
            }
            default -> {}
        }
    }

    private void waitedInVain(SimulatedProcess process) {
        if (seen.memory(process).waits) {
            seen.memory(process).waits = false;
            saw(RuleCase.E5_WAITED_IN_VAIN);
        }
    }

    private void answered(SimulatedProcess process, Event event, NodeId to, ElectionOk answer) {
        boolean handover = event instanceof Event.Received(Member _, var _, Election asked)
                && asked.reason() == ElectionReason.HANDOVER;
        switch (answer.verdict()) {
            case TAKING_OVER -> saw(handover ? RuleCase.E13_HEIR_CLAIMS : RuleCase.E4_TAKES_OVER);
            case LEADER_ALIVE -> saw(RuleCase.E4_KNOWS_A_LEADER);
            case UNABLE -> {
                if (!handover && process.id.outranks(to)) {
                    saw(RuleCase.E2_UNABLE);
                }
            }
        }
    }

    private void claims(SimulatedProcess process, Claim claim) {
        if (claim.probe()) {
            saw(RuleCase.E7_PROBES);
            waitedInVain(process);
            return;
        }
        RulesSeen.Memory memory = seen.memory(process);
        long step = simulation.counters().steps;
        if (!claim.claimTerm().equals(memory.claimed)) {
            memory.claimed = claim.claimTerm();
            memory.claimedAtStep = step;
            saw(RuleCase.E9_CLAIMS);
        } else if (memory.claimedAtStep != step) {
            saw(RuleCase.E11_OTHER_VOTERS);
        }
    }

    private void promises(Promise promise) {
        if (promise.reason() == PromiseReason.STALE_TERM) {
            saw(RuleCase.E8_OLD_TERM);
        } else if (promise.reason() == PromiseReason.LEADER_ALIVE) {
            saw(RuleCase.E8_LEADER_ALIVE);
        } else if (!promise.probe()) {
            saw(RuleCase.E8_GRANTS);
            if (!promise.intact()) {
                saw(RuleCase.P1_PROMISES);
            }
        }
    }

    private void resent(SimulatedProcess process, NodeId to, SeqChat message) {
        if (message.entries().isEmpty()) {
            return;
        }
        RulesSeen.Memory memory = seen.memory(process);
        int slot = to.value() - 1;
        if (message.term().equals(memory.sentIn[slot]) && message.prevIndex() < memory.sentUpTo[slot]) {
            saw(RuleCase.R8_RESENDS);
        }
        memory.sentIn[slot] = message.term();
        memory.sentUpTo[slot] = message.prevIndex() + message.entries().size();
    }

    private void results(List<ChatResult> results) {
        for (ChatResult result : results) {
            if (result.status() == ChatStatus.UNKNOWN) {
                saw(RuleCase.E14_UNKNOWN);
            } else if (result.status() == ChatStatus.BUSY) {
                saw(RuleCase.X6_FULL);
            }
        }
    }
}
