package dev.concord.node;

import dev.concord.protocol.ChainHash;
import dev.concord.protocol.Configuration;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.Meta;
import dev.concord.protocol.NodeId;
import java.util.List;

/// What a data directory held when the node started (S5 to S7): everything before `base` in summary, everything after
/// it entry by entry.
///
/// @param commitIndex the commit index of the durable mark; entries up to it were committed in an earlier boot
/// @param entries the valid entries after `base`, in order, possibly read lazily and only once; they reach back at
///     least to the commit index and over the deduplication window
public record Recovery(Meta meta, Base base, long commitIndex, Iterable<LogEntry> entries) {

    /// The history up to an index, as far as the protocol needs it.
    ///
    /// @param position of the entry at the base, [LogPosition#ZERO] for the start of the log
    /// @param seq of the last chat entry up to there
    /// @param termStarts position of the first entry of each term up to there, ascending (R2)
    /// @param configuration in force there
    /// @param recentLeaders leaders of the last no-ops up to there, oldest first, at most eight (E13)
    public record Base(
            LogPosition position,
            ChainHash hash,
            long seq,
            long atMillis,
            List<LogPosition> termStarts,
            Configuration configuration,
            List<NodeId> recentLeaders) {
        public Base {
            termStarts = List.copyOf(termStarts);
            recentLeaders = List.copyOf(recentLeaders);
        }

        /// Before the first entry.
        public static final Base START =
                new Base(LogPosition.ZERO, ChainHash.ZERO, 0, 0, List.of(), Configuration.EMPTY, List.of());
    }
}
