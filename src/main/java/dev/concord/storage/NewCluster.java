package dev.concord.storage;

import dev.concord.protocol.ClusterId;
import dev.concord.protocol.Configuration;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.Member;
import dev.concord.protocol.Meta;
import dev.concord.protocol.Peer;
import dev.concord.protocol.StoreId;
import dev.concord.protocol.Term;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

/// Makes the log in a folder the beginning of a cluster of its own: a new cluster id, a new store id, and one more
/// entry, in a new term, that names this store as the only voter. The history before it stays as it is, byte for byte.
///
/// Because both ids are new, nothing that the old store promised or acknowledged binds this one, and none of the old
/// nodes will ever talk to it (T4, trap 11). It leads alone, as a founder does, until others join.
///
/// @param cluster the new cluster
/// @param self the only voter
record NewCluster(ClusterId cluster, Peer self) {
    /// A cluster with ids that nobody has.
    static NewCluster of(Peer node) {
        Member self = new Member(node.id(), new StoreId(UUID.randomUUID()));
        return new NewCluster(new ClusterId(UUID.randomUUID()), new Peer(self, node.address(), node.url()));
    }

    /// Writes the entry, the mark and last the meta record, each durable before the next. The caller holds the lock.
    ///
    /// @param segments of the log that is there, the last of them open
    /// @param before the configuration in force at its end
    /// @param leastTerm the new term is above this and above that of the last entry
    /// @param commitIndex how far the old history was known to be committed
    /// @return the end of the log, with the new entry
    LogEnd found(
            DataDirectory directory,
            SegmentLimits limits,
            List<SegmentSummary> segments,
            Configuration before,
            Term leastTerm,
            long commitIndex,
            long nowMillis)
            throws IOException {
        SegmentSummary open = segments.getLast();
        LogEnd last = open.end();
        Term term = new Term(Math.max(leastTerm.value(), last.term().value()) + 1);
        Configuration alone =
                new Configuration(List.of(self), List.of(), List.of(), before.dedupWindow(), before.level());
        LogEntry entry = LogEntry.config(
                new LogPosition(term, last.index() + 1), Math.max(nowMillis, last.atMillis()), alone, last.hash());
        List<Segment> closed = segments.subList(0, segments.size() - 1).stream()
                .map(s -> Segment.closed(directory, s.toSeal()))
                .toList();
        LogEnd end;
        try (SegmentedLog log = new SegmentedLog(directory, limits, closed, open)) {
            log.append(List.of(entry));
            log.force();
            end = log.end();
        }
        try (var _ = DurableMark.open(
                directory.mark(), new DurableMark.Value(end.index(), end.hash(), Math.min(commitIndex, end.index())))) {
            DataDirectory.fsyncDirectory(directory.root());
            MetaFile.replace(
                    directory, new Meta(cluster, self.member(), term, self.member(), false, false, before.level()));
        }
        return end;
    }
}
