package dev.concord.simulation;

import dev.concord.node.Effect;
import dev.concord.node.Recovery;
import dev.concord.node.RemovalResult;
import dev.concord.node.SubmitResult;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogSnapshot;
import dev.concord.protocol.Member;
import dev.concord.protocol.Meta;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// All invariants of one run, each told what it watches.
final class Invariants {
    private final Simulation simulation;
    private final History history = new History();
    private final Map<Member, List<LogEntry>> wiped = new HashMap<>();
    private final Map<Member, List<LogEntry>> damaged = new HashMap<>();
    private final SnapshotsAreHistory snapshots = new SnapshotsAreHistory(history);
    private final RemovedStayOut removals = new RemovedStayOut();
    private final TermsStayCalm calm = new TermsStayCalm();
    private final Invariant.OfBoots[] ofBoots;
    private final Invariant.OfMessages[] ofMessages;
    private final Invariant.OfAppends[] ofAppends;
    private final Invariant.OfRewinds[] ofRewinds;
    private final Invariant.OfMeta[] ofMeta;
    private final Invariant.OfDeliveries[] ofDeliveries;
    private final Invariant.OfHistory[] ofHistory;
    private final Invariant.OfAnswers[] ofAnswers;
    private final Invariant.OfReaders[] ofReaders;
    private final Invariant.OfRuns[] ofRuns;

    Invariants(Simulation simulation) {
        this.simulation = simulation;
        List<Invariant> all = List.of(
                new OneCluster(),
                new OneLeaderPerTerm(simulation.counters()),
                new PromisesAreKept(),
                new LeaderHasAllCommitted(history),
                new LogMatching(),
                new LeaderNeverRewinds(),
                new EveryoneDeliversTheSameOrder(history),
                new CommitsRestOnMajority(simulation, wiped, damaged),
                new RepairingDoesNotCount(simulation.counters(), history, damaged),
                new AcknowledgedMessagesSurvive(simulation, history),
                new RefusedMeansNotAppended(history),
                new SeqIsDense(),
                new NoKeyTwice(simulation.settings().dedupWindow()),
                new OneDedupWindow(simulation.settings().dedupWindow()),
                removals,
                snapshots,
                new EntriesAreOfKnownTerms(),
                new HandoverIsTheLeadersBusiness(),
                new DeliveredWasSubmitted(simulation.workload()),
                new SessionOrder(),
                new SubscribersSeeNoGap(history),
                new RepliesAfterDurability(),
                new NoOldAckAfterPromise(),
                new OneConfigurationChangeAtATime(),
                new ReferencesNeedTheirLevel(simulation.counters()),
                new QueuesBounded(simulation.settings()),
                calm);
        ofBoots = watching(all, Invariant.OfBoots.class).toArray(Invariant.OfBoots[]::new);
        ofMessages = watching(all, Invariant.OfMessages.class).toArray(Invariant.OfMessages[]::new);
        ofAppends = watching(all, Invariant.OfAppends.class).toArray(Invariant.OfAppends[]::new);
        ofRewinds = watching(all, Invariant.OfRewinds.class).toArray(Invariant.OfRewinds[]::new);
        ofMeta = watching(all, Invariant.OfMeta.class).toArray(Invariant.OfMeta[]::new);
        ofDeliveries = watching(all, Invariant.OfDeliveries.class).toArray(Invariant.OfDeliveries[]::new);
        ofHistory = watching(all, Invariant.OfHistory.class).toArray(Invariant.OfHistory[]::new);
        ofAnswers = watching(all, Invariant.OfAnswers.class).toArray(Invariant.OfAnswers[]::new);
        ofReaders = watching(all, Invariant.OfReaders.class).toArray(Invariant.OfReaders[]::new);
        ofRuns = watching(all, Invariant.OfRuns.class).toArray(Invariant.OfRuns[]::new);
    }

    private static <T> List<T> watching(List<Invariant> all, Class<T> kind) {
        return all.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    History history() {
        return history;
    }

    TermsStayCalm calm() {
        return calm;
    }

    void booted(SimulatedProcess process, Recovery recovery) {
        for (Invariant.OfBoots invariant : ofBoots) {
            invariant.booted(process, recovery);
        }
    }

    void effect(SimulatedProcess process, Effect effect) {
        switch (effect) {
            case Effect.Send send -> {
                for (Invariant.OfMessages invariant : ofMessages) {
                    invariant.sending(process, send.to(), send.message());
                }
            }
            case Effect.Append append -> {
                for (LogEntry entry : append.entries()) {
                    for (Invariant.OfAppends invariant : ofAppends) {
                        invariant.appending(process, entry);
                    }
                }
            }
            case Effect.Rewind rewind -> {
                for (Invariant.OfRewinds invariant : ofRewinds) {
                    invariant.rewinding(process, rewind.fromIndex());
                }
            }
            case Effect.InstallSnapshot install -> snapshots.check(process, install.snapshot());
            case Effect.Deliver deliver -> delivering(process, deliver.entries());
            default -> {}
        }
    }

    private void delivering(SimulatedProcess process, List<LogEntry> entries) {
        LogEntry last = entries.getLast();
        for (LogEntry entry : entries) {
            for (Invariant.OfDeliveries invariant : ofDeliveries) {
                invariant.delivering(process, entry, entry.equals(last));
            }
            if (entry.index() > history.lastIndex()) {
                simulation.counters().commits++;
                history.add(entry);
                for (Invariant.OfHistory invariant : ofHistory) {
                    invariant.committed(process, entry);
                }
            }
        }
    }

    /// Retention is about to remove what this snapshot stands for.
    void trimming(SimulatedProcess process, LogSnapshot snapshot) {
        snapshots.check(process, snapshot);
    }

    void metaDurable(SimulatedProcess process, Meta meta) {
        for (Invariant.OfMeta invariant : ofMeta) {
            invariant.metaDurable(process, meta);
        }
    }

    void answered(SimulatedProcess process, Letter letter, SubmitResult result) {
        for (Invariant.OfAnswers invariant : ofAnswers) {
            invariant.answered(process, letter, result);
        }
    }

    void read(long cursor, LogEntry entry) {
        for (Invariant.OfReaders invariant : ofReaders) {
            invariant.read(cursor, entry);
        }
    }

    /// What a volume held when it was emptied: its acknowledgements were true when they were given.
    void wiping(SimulatedProcess process) {
        wiped.put(process.member(), durable(process));
    }

    /// Likewise before a log is damaged. If it was in repair already, what it held before still stands.
    void damaging(SimulatedProcess process) {
        List<LogEntry> now = durable(process);
        damaged.merge(
                process.member(),
                now,
                (before, held) -> process.disk.isIncomplete() && before.size() > held.size() ? before : held);
    }

    private static List<LogEntry> durable(SimulatedProcess process) {
        List<LogEntry> durable = new ArrayList<>();
        for (long i = 1; i <= process.disk.durableIndex(); i++) {
            durable.add(process.disk.entry(i));
        }
        return durable;
    }

    /// Whether the committed configuration lists this very store as a voter.
    boolean isVoter(Member member) {
        return history.configuration().isVoter(member);
    }

    /// A node stops because it was removed; whether it was, the history knows.
    void stopsAsRemoved(SimulatedProcess process) {
        removals.stopsAsRemoved(process);
    }

    void removalAnswered(SimulatedProcess process, RemovalResult result) {
        simulation
                .counters()
                .count("removal " + result.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT));
        removals.answered(process, result);
    }

    void ended() {
        for (Invariant.OfRuns invariant : ofRuns) {
            invariant.ended(simulation);
        }
    }
}
