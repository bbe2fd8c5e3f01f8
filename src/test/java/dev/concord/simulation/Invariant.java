package dev.concord.simulation;

import dev.concord.node.Recovery;
import dev.concord.node.SubmitResult;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.Meta;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage;

/// Something that must never be seen from outside the nodes. Each is a small class named after what it promises, and
/// implements one of the interfaces here for each kind of thing it watches. All are told before the thing has its
/// consequences, and throw [InvariantBroken].
interface Invariant {
    /// Under which name a failure speaks.
    default String name() {
        return getClass().getSimpleName();
    }

    /// Fails the run unless `holds`. The parts become words only if it fails.
    default void require(boolean holds, Object... parts) {
        if (!holds) {
            StringBuilder what = new StringBuilder();
            for (Object part : parts) {
                what.append(what.isEmpty() ? "" : " ").append(part);
            }
            throw new InvariantBroken(name(), what.toString());
        }
    }

    /// Watches processes start on what their disk held.
    interface OfBoots extends Invariant {
        void booted(SimulatedProcess process, Recovery recovery);
    }

    /// Watches what is said.
    interface OfMessages extends Invariant {
        void sending(SimulatedProcess process, NodeId to, PeerMessage message);
    }

    /// Watches entries being ordered to disk.
    interface OfAppends extends Invariant {
        void appending(SimulatedProcess process, LogEntry entry);
    }

    /// Watches logs being cut.
    interface OfRewinds extends Invariant {
        void rewinding(SimulatedProcess process, long fromIndex);
    }

    /// Watches meta records reach the disk.
    interface OfMeta extends Invariant {
        void metaDurable(SimulatedProcess process, Meta meta);
    }

    /// Watches each entry that a node takes for committed.
    interface OfDeliveries extends Invariant {
        void delivering(SimulatedProcess process, LogEntry entry, boolean lastOfItsBatch);
    }

    /// Watches the one history grow: each index once, in order, at the first node that takes it for committed.
    interface OfHistory extends Invariant {
        void committed(SimulatedProcess process, LogEntry entry);
    }

    /// Watches the answers to clients.
    interface OfAnswers extends Invariant {
        void answered(SimulatedProcess process, Letter letter, SubmitResult result);
    }

    /// Watches subscribers read the entry that follows their cursor.
    interface OfReaders extends Invariant {
        void read(long cursor, LogEntry entry);
    }

    /// Looks at everything once all faults are over and all nodes agree.
    interface OfRuns extends Invariant {
        void ended(Simulation simulation);
    }
}
