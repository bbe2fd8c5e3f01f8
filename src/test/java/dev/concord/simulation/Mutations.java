package dev.concord.simulation;

import dev.concord.node.Effect;
import dev.concord.node.Event;
import dev.concord.node.Recovery;
import dev.concord.node.SubmitResult;
import dev.concord.protocol.Address;
import dev.concord.protocol.BootId;
import dev.concord.protocol.Hello;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.Member;
import dev.concord.protocol.Meta;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.PeerMessage.ElectionReason;
import dev.concord.protocol.Refusal;
import dev.concord.protocol.Role;
import dev.concord.protocol.Term;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// The traps of section 15, each sprung on purpose: one rule broken, everything else as it should be.
final class Mutations {
    private Mutations() {}

    /// Trap 4: a member that has promised a term still acknowledges entries of the old leader.
    static final class AcknowledgesAfterItsPromise extends Mutation {
        private final Map<SimulatedProcess, Effect.Send> lastAck = new HashMap<>();

        @Override
        List<Effect> effects(SimulatedProcess process, Event event, List<Effect> effects) {
            List<Effect> mutated = new ArrayList<>();
            for (Effect effect : effects) {
                mutated.add(effect);
                if (effect instanceof Effect.Send send
                        && send.message() instanceof PeerMessage.SeqAck ack
                        && ack.ok()) {
                    lastAck.put(process, send);
                } else if (effect instanceof Effect.Send send
                        && send.message() instanceof PeerMessage.Promise promise
                        && promise.granted()
                        && !promise.probe()
                        && lastAck.containsKey(process)) {
                    mutated.add(lastAck.remove(process));
                }
            }
            return mutated;
        }
    }

    /// Trap 29: a follower takes for durable what it has only handed to its disk.
    static final class TakesOrderedForDurable extends Mutation {
        @Override
        List<Effect> effects(SimulatedProcess process, Event event, List<Effect> effects) {
            for (Effect effect : effects) {
                boolean follows = process.node().role() != Role.LEADER;
                if (follows && effect instanceof Effect.Append append) {
                    process.simulation().agenda().after(1, () -> process.take(new Event.Persisted(append.ticket())));
                }
            }
            return effects;
        }
    }

    /// Trap 14: an unreadable meta record is taken for an empty one.
    static final class ForgetsItsTerm extends Mutation {
        @Override
        Recovery recovered(SimulatedProcess process, Recovery recovery) {
            Meta forgetful = recovery.meta().withTerm(Term.ZERO, null);
            return new Recovery(
                    forgetful, recovery.start(), recovery.base(), recovery.commitIndex(), recovery.entries());
        }
    }

    /// Trap 5: a restarted leader goes on in its old term.
    static final class GoesOnLeadingAfterARestart extends Mutation {
        @Override
        List<Effect> effects(SimulatedProcess process, Event event, List<Effect> effects) {
            Meta meta = process.meta();
            boolean ledBefore = process.lastIndex() > 0
                    && process.member().equals(meta.promisedTo())
                    && process.entry(process.lastIndex()).term().equals(meta.currentTerm());
            if (process.boots() > 1 && ledBefore && event instanceof Event.LinkOpened(Hello peer)) {
                List<Effect> mutated = new ArrayList<>(effects);
                mutated.add(new Effect.Send(
                        peer.self().id(),
                        new PeerMessage.Coordinator(
                                meta.currentTerm(), process.id, process.address, 1, process.lastIndex())));
                return mutated;
            }
            return effects;
        }
    }

    /// Trap 3: a promise does not say how far the log reaches, so the claimant takes its own log for the
    /// newest.
    static Mutation promisesWithoutAPosition() {
        return sending(message -> message instanceof PeerMessage.Promise p
                ? new PeerMessage.Promise(
                        p.term(),
                        p.claimTerm(),
                        p.probe(),
                        p.granted(),
                        p.reason(),
                        p.intact(),
                        LogPosition.ZERO,
                        p.commitIndex(),
                        p.leader(),
                        p.retryAfterMillis())
                : message);
    }

    /// Trap 6: a follower takes for committed whatever it receives.
    static final class CommitsWhatItReceives extends Mutation {
        @Override
        Event event(SimulatedProcess process, Event event) {
            if (event instanceof Event.Received(Member from, BootId boot, PeerMessage.SeqChat m)
                    && !m.entries().isEmpty()) {
                long all = m.entries().getLast().index();
                return new Event.Received(
                        from,
                        boot,
                        new PeerMessage.SeqChat(
                                m.term(), m.leader(), m.prevIndex(), m.prevTerm(), m.prevHash(), all, m.entries()));
            }
            return event;
        }
    }

    /// Trap 11: an emptied data directory comes back under its old store id.
    static final class ComesBackEmptyUnderItsOldStore extends Mutation {
        @Override
        void starting(SimulatedProcess process) {
            if (process.boots() > 1) {
                long[] id = {
                    process.member().store().value().getMostSignificantBits(),
                    process.member().store().value().getLeastSignificantBits()
                };
                int[] drawn = {0};
                process.disk.wipe(() -> id[drawn[0]++ % 2]);
            }
        }
    }

    /// Trap 12: acknowledged entries that are damaged are taken for a torn write, and the node goes on
    /// without them.
    static final class TakesDamageForATornTail extends Mutation {
        @Override
        void starting(SimulatedProcess process) {
            if (process.boots() > 1) {
                Recovery recovery = process.disk.recover();
                long from = Math.max(recovery.commitIndex(), process.disk.lastIndex() - 5) + 1;
                if (from <= process.disk.lastIndex()) {
                    process.disk.rewind(from);
                }
                process.disk.close();
            }
        }
    }

    /// Trap 12, from the other side: that entries are missing is found, and makes no difference.
    static final class IgnoresThatItLacksEntries extends Mutation {
        @Override
        Recovery recovered(SimulatedProcess process, Recovery recovery) {
            return new Recovery(
                    recovery.meta().withRepairing(false),
                    recovery.start(),
                    recovery.base(),
                    recovery.commitIndex(),
                    recovery.entries());
        }
    }

    /// Trap 13: a member in repair takes the first entry of the term for its target.
    static final class RepairsUpToTheStartOfTheTerm extends Mutation {
        @Override
        Event event(SimulatedProcess process, Event event) {
            if (!(event instanceof Event.Received(Member from, BootId boot, PeerMessage.Heartbeat h))
                    || h.repairTarget() == 0) {
                return event;
            }
            long start = process.simulation().node(from.id().value()).log().stream()
                    .filter(e -> e.term().equals(h.term()))
                    .mapToLong(LogEntry::index)
                    .findFirst()
                    .orElse(h.repairTarget());
            return new Event.Received(
                    from,
                    boot,
                    new PeerMessage.Heartbeat(
                            h.term(),
                            h.number(),
                            h.echo(),
                            h.echoAgeMicros(),
                            h.role(),
                            h.leader(),
                            h.leaderOk(),
                            h.canLead(),
                            h.last(),
                            h.commitIndex(),
                            h.checkIndex(),
                            h.checkHash(),
                            start));
        }
    }

    /// Trap 18: a leader that lost its office calls its open messages failed.
    static final class CallsTheUnknownFailed extends Mutation {
        @Override
        List<Effect> effects(SimulatedProcess process, Event event, List<Effect> effects) {
            return effects.stream()
                    .map(effect -> effect instanceof Effect.Answer(long request, SubmitResult.Unknown _)
                            ? new Effect.Answer(
                                    request, new SubmitResult.NotAppended(SubmitResult.Reason.NO_LEADER, 100))
                            : effect)
                    .toList();
        }
    }

    /// Trap 2: a higher node takes the lead as soon as it hears a lower leader.
    static final class TakesTheLeadUnasked extends Mutation {
        @Override
        Event event(SimulatedProcess process, Event event) {
            boolean lower = event instanceof Event.Received(Member from, BootId _, PeerMessage.Heartbeat h)
                    && h.role() == Role.LEADER
                    && process.id.outranks(from.id())
                    && process.node().currentLeader().equals(from.id());
            if (lower && event instanceof Event.Received(Member from, BootId boot, PeerMessage.Heartbeat h)) {
                return new Event.Received(from, boot, new PeerMessage.Election(h.term(), 0, ElectionReason.HANDOVER));
            }
            return event;
        }
    }

    /// Trap 16: committed entries that come through an informer are taken without their term.
    static final class TakesRelayedEntriesInItsOwnTerm extends Mutation {
        @Override
        Event event(SimulatedProcess process, Event event) {
            if (event instanceof Event.Received(Member from, BootId boot, PeerMessage.CatchupResp r)
                    && r.mode() == PeerMessage.CatchupMode.COMMITTED) {
                return new Event.Received(
                        from,
                        boot,
                        new PeerMessage.CatchupResp(
                                process.node().currentTerm(),
                                r.mode(),
                                r.requestId(),
                                r.status(),
                                r.fromIndex(),
                                r.commitIndex(),
                                r.more(),
                                r.firstIndex(),
                                r.entries()));
            }
            return event;
        }
    }

    /// Trap 19: heartbeats go out from a thread of their own, also while the node sleeps.
    static final class HeartbeatsOfASleeper extends Mutation {
        private final Map<SimulatedProcess, List<Effect.Send>> latest = new HashMap<>();

        @Override
        List<Effect> effects(SimulatedProcess process, Event event, List<Effect> effects) {
            List<Effect.Send> beats = effects.stream()
                    .filter(e -> e instanceof Effect.Send(NodeId to, PeerMessage.Heartbeat h))
                    .map(Effect.Send.class::cast)
                    .toList();
            if (beats.size() > 1 && latest.put(process, beats) == null) {
                repeat(process);
            }
            return effects;
        }

        private void repeat(SimulatedProcess process) {
            Simulation simulation = process.simulation();
            simulation.agenda().after(simulation.settings().heartbeat().toNanos(), () -> {
                if (process.isPaused()) {
                    latest.get(process).forEach(s -> simulation.network().send(process, s.to(), s.message()));
                }
                repeat(process);
            });
        }
    }

    /// Trap 22: who hears the leader does not say so to those who do not, and would promise them any term.
    static Mutation keepsTheLeaderToItself() {
        return sending(message -> switch (message) {
            case PeerMessage.ElectionOk a
            when a.verdict() == PeerMessage.Verdict.LEADER_ALIVE ->
                new PeerMessage.ElectionOk(a.term(), a.round(), PeerMessage.Verdict.UNABLE, NodeId.NONE, Address.NONE);
            case PeerMessage.Promise p
            when p.probe() && p.reason() == PeerMessage.PromiseReason.LEADER_ALIVE ->
                new PeerMessage.Promise(
                        p.term(),
                        p.claimTerm(),
                        true,
                        true,
                        PeerMessage.PromiseReason.GRANTED,
                        p.intact(),
                        p.last(),
                        p.commitIndex(),
                        NodeId.NONE,
                        0);
            default -> message;
        });
    }

    /// Trap 27: a founder with an empty volume does not listen to those who remember a cluster.
    static final class FoundsAgain extends Mutation {
        @Override
        Event event(SimulatedProcess process, Event event) {
            if (process.meta().clusterId() != null) {
                return event;
            }
            return switch (event) {
                case Event.HelloReceived(long id, Hello hello) -> new Event.HelloReceived(id, empty(hello));
                case Event.LinkOpened(Hello hello) -> new Event.LinkOpened(empty(hello));
                default -> event;
            };
        }

        private static Hello empty(Hello hello) {
            return new Hello(
                    hello.levels(),
                    null,
                    hello.self(),
                    hello.boot(),
                    Term.ZERO,
                    LogPosition.ZERO,
                    hello.repairing(),
                    hello.level());
        }
    }

    /// Trap 28: a member that this node's own configuration does not list is called removed.
    static final class TakesAbsenceForRemoval extends Mutation {
        @Override
        List<Effect> effects(SimulatedProcess process, Event event, List<Effect> effects) {
            if (!(event instanceof Event.HelloReceived(long id, Hello hello))
                    || hello.clusterId() == null
                    || process.meta().clusterId() == null
                    || isListed(process, hello.self().member())) {
                return effects;
            }
            return effects.stream()
                    .map(e -> e instanceof Effect.AnswerHello(long answered, Refusal refusal)
                            ? new Effect.AnswerHello(answered, Refusal.REMOVED)
                            : e)
                    .toList();
        }

        private static boolean isListed(SimulatedProcess process, Member peer) {
            return process.node().status(process.now()).members().stream()
                    .anyMatch(m -> m.member().equals(peer));
        }
    }

    private static Mutation sending(UnaryOperator<PeerMessage> change) {
        return new Mutation() {
            @Override
            List<Effect> effects(SimulatedProcess process, Event event, List<Effect> effects) {
                return mapSends(effects, change);
            }
        };
    }

    private static List<Effect> mapSends(List<Effect> effects, UnaryOperator<PeerMessage> change) {
        List<Effect> mutated = new ArrayList<>(effects.size());
        for (Effect effect : effects) {
            mutated.add(
                    effect instanceof Effect.Send send
                            ? new Effect.Send(send.to(), change.apply(send.message()))
                            : effect);
        }
        return mutated;
    }
}
