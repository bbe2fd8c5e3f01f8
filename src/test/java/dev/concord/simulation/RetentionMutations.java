package dev.concord.simulation;

import dev.concord.node.Effect;
import dev.concord.node.Event;
import dev.concord.node.Recovery;
import dev.concord.protocol.LogSnapshot;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Mistakes that retention invites (C5).
final class RetentionMutations {
    private RetentionMutations() {}

    /// What is committed may go, also while its keys are still recognised; the node is not told, or it would stop.
    static final class KeepsNoWindow extends Mutation {
        @Override
        long removableSeq(SimulatedProcess process) {
            return process.node().commitSeq();
        }

        @Override
        @Nullable
        Event event(SimulatedProcess process, Event event) {
            return event instanceof Event.LogTrimmed ? null : event;
        }
    }

    /// The entries go before the snapshot is durable: a crash leaves neither, and a log that looks new.
    static final class RemovesBeforeTheSnapshotIsDurable extends Mutation {
        @Override
        void starting(SimulatedProcess process) {
            process.disk.damageSnapshot();
        }

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

    /// The old log goes before the snapshot that replaces it is there, and each crash comes in between.
    static final class InstallsInTwoSteps extends Mutation {
        private static final long IN_BETWEEN_NANOS = 30_000;
        private static final long BACK_NANOS = 200_000_000;

        @Override
        List<Effect> effects(SimulatedProcess process, Event event, List<Effect> effects) {
            if (effects.stream().anyMatch(Effect.InstallSnapshot.class::isInstance)) {
                process.simulation().agenda().after(IN_BETWEEN_NANOS, () -> process.die(false));
                process.simulation().agenda().after(BACK_NANOS, process::startAgain);
            }
            return effects;
        }

        @Override
        void diesDuringInstall(SimulatedProcess process, LogSnapshot snapshot, RandomGenerator random) {
            process.disk.crash(random);
            process.disk.loseAllUnnoticed();
        }
    }
}
