package dev.concord.simulation;

import dev.concord.node.Announcement;
import dev.concord.node.ChatNode;
import dev.concord.node.Effect;
import dev.concord.node.Event;
import dev.concord.node.EventAction;
import dev.concord.node.Recovery;
import dev.concord.node.RemovalResult;
import dev.concord.node.SubmitResult;
import dev.concord.protocol.Configuration;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.PeerMessage.CatchupMode;
import dev.concord.protocol.PeerMessage.CatchupResp;
import dev.concord.protocol.PeerMessage.SeqChat;
import dev.concord.protocol.Refusal;
import dev.concord.protocol.Role;
import dev.concord.protocol.Term;
import java.util.List;

/// Counts which cases of which rules a run has met, from what can be seen at the edge of a node. The nodes know nothing
/// of it: a hook in each rule would say that a line was run, and this says that what the rule is for came to pass.
final class RulesSeen {
    private final Counters counters;
    private final SeenInMessages messages;
    private final Memory[] memories;

    // What the node was before the step under way.
    NodeId leader = NodeId.NONE;
    Term term = Term.ZERO;
    Role role = Role.FOLLOWER;
    long commit;

    /// What must be remembered of a process between its steps.
    static final class Memory {
        /// Entries of this leader's term were appended with this ticket, and are not durable yet.
        private long appendTicket;

        private Term appendTerm = Term.ZERO;
        /// A higher id said that it takes over.
        boolean waits;

        Term claimed = Term.ZERO;
        long claimedAtStep;
        final Term[] sentIn;
        final long[] sentUpTo;

        Memory(int slots) {
            sentIn = new Term[slots];
            sentUpTo = new long[slots];
        }
    }

    RulesSeen(Simulation simulation, int slots) {
        counters = simulation.counters();
        messages = new SeenInMessages(this, simulation);
        memories = new Memory[slots];
        for (int slot = 0; slot < slots; slot++) {
            memories[slot] = new Memory(slots);
        }
    }

    void saw(RuleCase seen) {
        counters.saw(seen);
    }

    Memory memory(SimulatedProcess process) {
        return memories[process.slot];
    }

    // ---- the life of a process ----

    void booted(SimulatedProcess process, Recovery recovery) {
        memories[process.slot] = new Memory(memories.length);
        if (process.member().equals(recovery.meta().promisedTo())) {
            saw(RuleCase.E1_OWN_OLD_TERM);
        }
        if (recovery.meta().repairing()) {
            saw(RuleCase.P1_STARTS);
        }
        if (process.deliveredChats().size() > 0) {
            saw(RuleCase.X5_REBUILT);
        }
    }

    // ---- a step ----

    void before(SimulatedProcess process) {
        ChatNode node = process.node();
        leader = node.currentLeader();
        term = node.currentTerm();
        role = node.role();
        commit = node.commitIndex();
    }

    void after(SimulatedProcess process, Event event, List<Effect> effects) {
        switch (event) {
            case Event.Received(var from, var _, PeerMessage message) -> messages.received(process, from, message);
            case Event.Persisted(long ticket) -> persisted(process, ticket);
            case Event.PeerUnreachable(NodeId peer) -> {
                if (peer.equals(leader) && !process.node().currentLeader().equals(leader)) {
                    saw(RuleCase.F4_REDIAL_FAILS);
                }
            }
            case Event.LinkOpened(var hello) -> {
                boolean founder =
                        process.slot == process.simulation().conditions().nodes() - 1;
                if (founder && hello.clusterId() != null && process.meta().clusterId() == null) {
                    saw(RuleCase.M1_NO_SECOND_CLUSTER);
                }
            }
            case Event.DiskSpaceChanged(boolean isLow, String _) ->
                saw(isLow ? RuleCase.S8_FULL : RuleCase.S8_SPACE_BACK);
            case Event.LogTrimmed _ -> saw(RuleCase.C5_TRIMS);
            case Event.TimePassed _,
                    Event.Submitted _,
                    Event.LogRead _,
                    Event.HelloReceived _,
                    Event.LinkRefused _,
                    Event.LinksClosed _,
                    Event.HandoverRequested _,
                    Event.RemovalRequested _,
                    Event.StopRequested _,
                    Event.DrainRequested _,
                    Event.RaiseRequested _,
                    Event.HeadRequested _ -> {}
        }
        for (Effect effect : effects) {
            ordered(process, event, effect);
        }
        changed(process, event);
        if (role == Role.LEADER && isToRemoveItself(process, event) && startsHandover(effects)) {
            saw(RuleCase.M4_LEADER_LETS_GO);
        }
        if (event instanceof Event.TimePassed && unknown(effects) > 1) {
            saw(RuleCase.X2_SESSION_ENDS);
        }
    }

    private static boolean isToRemoveItself(SimulatedProcess process, Event event) {
        return switch (event) {
            case Event.RemovalRequested(long _, NodeId target) -> target.equals(process.id);
            case Event.Received(var _, var _, PeerMessage.Remove order) ->
                order.target().equals(process.member());
            default -> false;
        };
    }

    private static boolean startsHandover(List<Effect> effects) {
        return effects.stream()
                .anyMatch(effect -> effect instanceof Effect.Announce(Announcement news)
                        && news.action() == EventAction.HANDOVER_STARTED);
    }

    private static long unknown(List<Effect> effects) {
        int unknown = 0;
        for (Effect effect : effects) {
            unknown += effect instanceof Effect.Answer(long _, SubmitResult.Unknown _) ? 1 : 0;
        }
        return unknown;
    }

    private void persisted(SimulatedProcess process, long ticket) {
        Memory memory = memory(process);
        if (memory.appendTicket > 0 && ticket >= memory.appendTicket) {
            memory.appendTicket = 0;
            if (process.node().currentTerm().isAfter(memory.appendTerm)) {
                saw(RuleCase.E8_WITHHOLDS);
            }
        }
    }

    private void changed(SimulatedProcess process, Event event) {
        Role now = process.node().role();
        NodeId leads = process.node().currentLeader();
        if (leads.isPresent()) {
            memory(process).waits = false;
        }
        if (role == Role.LEADER && now != Role.LEADER) {
            saw(RuleCase.E14_STEPS_DOWN);
        } else if (role != Role.LEADER && now == Role.LEADER) {
            saw(RuleCase.E11_LEADS);
        } else if (role == Role.CLAIMING && now == Role.FOLLOWER && !leads.isPresent()) {
            boolean byAnother = process.node().currentTerm().isAfter(memory(process).claimed);
            if (!byAnother && !(event instanceof Event.Received(var _, var _, PeerMessage.Claim _))) {
                saw(RuleCase.E6_CLAIM_FAILS);
            }
        }
        if (now == Role.LEADER && role == Role.LEADER && process.node().commitIndex() > commit) {
            saw(RuleCase.R6_COMMITS);
        }
    }

    // ---- what it orders ----

    private void ordered(SimulatedProcess process, Event event, Effect effect) {
        if (effect instanceof Effect.Send(NodeId _, CatchupResp notice) && notice.mode() == CatchupMode.SNAPSHOT) {
            saw(RuleCase.C5_TOO_OLD);
        }
        switch (effect) {
            case Effect.Send(NodeId to, PeerMessage message) -> messages.sent(process, event, to, message);
            case Effect.Append append -> appended(process, event, append);
            case Effect.Rewind(long _, long from) -> rewound(process, event, from);
            case Effect.WriteMeta(long _, var meta) -> {
                if (process.meta().repairing() && !meta.repairing()) {
                    saw(RuleCase.P3_REPAIRED);
                }
            }
            case Effect.InstallSnapshot _ -> installed(process, event);
            case Effect.SkipTo _ -> {}
            case Effect.Deliver _ -> saw(RuleCase.R9_APPLIES);
            case Effect.Answer(long _, SubmitResult result) -> answered(result);
            case Effect.AnswerHello(long _, Refusal refusal) -> refused(refusal);
            case Effect.AnswerHead(long _, long index) ->
                saw(index >= 0 ? RuleCase.D3_CONFIRMED : RuleCase.D3_NOT_CONFIRMED);
            case Effect.AnswerRemoval(long _, RemovalResult result) -> {
                if (result instanceof RemovalResult.Removed) {
                    saw(RuleCase.M5_REMOVED);
                }
            }
            case Effect.Announce(Announcement news) -> announced(news);
            case Effect.Halt(var reason, String _) -> {
                if (reason == Effect.HaltReason.REMOVED) {
                    saw(RuleCase.M4_STOPS);
                }
            }
            case Effect.ReadLog _, Effect.AnswerHandover _, Effect.AnswerRaise _, Effect.Dial _ -> {}
        }
    }

    private void installed(SimulatedProcess process, Event event) {
        boolean ofLeader = event instanceof Event.Received(var from, var _, PeerMessage _)
                && from.id().equals(leader);
        saw(
                role == Role.CLAIMING
                        ? RuleCase.C5_CLAIMANT_INSTALLS
                        : ofLeader ? RuleCase.C5_INSTALLS : RuleCase.C5_RELAYED);
        if (process.meta().repairing()) {
            saw(RuleCase.C5_IN_REPAIR);
        }
    }

    private void appended(SimulatedProcess process, Event event, Effect.Append append) {
        if (event instanceof Event.Received(var _, var _, SeqChat message)) {
            Memory memory = memory(process);
            memory.appendTicket = append.ticket();
            memory.appendTerm = message.term();
            return;
        }
        if (role == Role.CLAIMING && event instanceof Event.Received(var _, var _, CatchupResp _)) {
            saw(RuleCase.E10_ADOPTS);
            return;
        }
        for (LogEntry entry : append.entries()) {
            if (entry.isChat() && role == Role.LEADER) {
                saw(RuleCase.R1_SEQUENCES);
            } else if (entry.kind() == LogEntry.Kind.CONFIG
                    && !(event instanceof Event.Received(var _, var _, CatchupResp _))) {
                reconfigured(process, entry);
            }
        }
    }

    /// Only those who change the configuration get here: the founder and the leaders.
    private void reconfigured(SimulatedProcess process, LogEntry entry) {
        Configuration next = entry.configuration();
        if (entry.index() == 1) {
            saw(RuleCase.M1_FOUNDS);
            return;
        }
        Configuration before = configurationBefore(process, entry.index());
        if (next.learners().size() > before.learners().size()) {
            saw(RuleCase.M2_LEARNER);
        }
        if (next.voters().size() > before.voters().size()) {
            saw(RuleCase.M2_PROMOTED);
        }
        if (next.voters().size() == 2) {
            saw(RuleCase.M6_TWO_VOTERS);
        }
    }

    private static Configuration configurationBefore(SimulatedProcess process, long index) {
        for (long i = Math.min(index - 1, process.lastIndex()); i > 0; i--) {
            if (process.entry(i).kind() == LogEntry.Kind.CONFIG) {
                return process.entry(i).configuration();
            }
        }
        return Configuration.EMPTY;
    }

    private void rewound(SimulatedProcess process, Event event, long from) {
        if (event instanceof Event.Received(var _, var _, SeqChat _)) {
            saw(RuleCase.R3_CUTS);
        } else if (event instanceof Event.Received(var _, var _, CatchupResp response)) {
            saw(response.mode() == CatchupMode.CLAIM ? RuleCase.E10_CUTS : RuleCase.C1_CUTS);
        }
        for (long i = from; i <= process.lastIndex(); i++) {
            if (process.entry(i).isChat()) {
                saw(RuleCase.X3_CUT);
                return;
            }
        }
    }

    private void answered(SubmitResult result) {
        switch (result) {
            case SubmitResult.Committed _ -> {}
            case SubmitResult.Duplicate _ -> saw(RuleCase.X3_DUPLICATE);
            case SubmitResult.KeyReused _ -> saw(RuleCase.X3_KEY_REUSED);
            case SubmitResult.DedupExpired _ -> saw(RuleCase.X4_EXPIRED);
            case SubmitResult.Unknown _ -> saw(RuleCase.X1_UNKNOWN);
            case SubmitResult.NotAppended(var reason, long _) -> {
                switch (reason) {
                    case FORMING -> saw(RuleCase.M1_FORMING);
                    case DISK_FULL -> saw(RuleCase.S8_REFUSES);
                    case OVERLOADED -> saw(RuleCase.X6_FULL);
                    case NO_QUORUM, NO_LEADER, STOPPING -> {}
                }
            }
        }
    }

    private void refused(Refusal refusal) {
        if (refusal == Refusal.DUPLICATE_BOOT) {
            saw(RuleCase.T5_OLD_BOOT_OPEN);
        } else if (refusal == Refusal.REMOVED) {
            saw(RuleCase.M4_TOLD);
        } else if (refusal == Refusal.DUPLICATE_NODE_ID) {
            saw(RuleCase.M3_STILL_ALIVE);
        }
    }

    private void announced(Announcement news) {
        String detail = news.detail();
        if (news.action() == EventAction.LEADER_STEPPED_DOWN) {
            if (detail.startsWith("no majority")) {
                saw(RuleCase.E12_NO_QUORUM);
            } else if (detail.startsWith("nothing was committed")) {
                saw(RuleCase.E12_NO_COMMIT);
            } else if (detail.startsWith("the disk")) {
                saw(RuleCase.F5_DISK_HANGS);
            } else if (detail.startsWith("this node was paused")) {
                saw(RuleCase.F6_LEADER_SLEPT);
            }
        } else if (news.action() == EventAction.LEVEL_RAISED) {
            saw(RuleCase.V3_RAISED);
        } else if (news.action() == EventAction.HANDOVER_FAILED) {
            saw(RuleCase.E13_HEIR_FAILS);
        } else if (news.action() == EventAction.MEMBER_JOINING && detail.contains("silent store")) {
            saw(RuleCase.M3_REPLACES);
        }
    }
}
