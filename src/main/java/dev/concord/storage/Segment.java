package dev.concord.storage;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// One file of the log as readers see it. That of the open segment grows under their eyes; a rewind does not shrink it
/// but replaces it by another, which is how a reader notices.
final class Segment {
    private final Path file;
    private final Path sealFile;
    private final LogEnd before;
    private final @Nullable SparseIndex sparse;
    private final @Nullable OpenChanges openChanges;
    private final ChangedBlocks changed;
    private volatile Extent extent;

    /// How much of the file counts.
    record Extent(long size, long lastIndex, long lastSeq) {}

    private Segment(
            Path file,
            Path sealFile,
            LogEnd before,
            @Nullable SparseIndex sparse,
            @Nullable OpenChanges openChanges,
            ChangedBlocks changed,
            Extent extent) {
        this.openChanges = openChanges;
        this.changed = changed;
        this.file = file;
        this.sealFile = sealFile;
        this.before = before;
        this.sparse = sparse;
        this.extent = extent;
    }

    static Segment open(DataDirectory directory, SegmentSummary summary) {
        Segment segment = new Segment(
                directory.segment(summary.firstIndex()),
                directory.seal(summary.firstIndex()),
                summary.before(),
                summary.sparse(),
                summary.changes(),
                ChangedBlocks.NONE,
                new Extent(0, 0, 0));
        segment.publish(summary);
        return segment;
    }

    /// A closed segment keeps no index in memory, and of its changes only whom they are about: the rest is read
    /// from the seal when a reader comes.
    static Segment closed(DataDirectory directory, Seal seal) {
        long first = seal.before().index() + 1;
        return new Segment(
                directory.segment(first),
                directory.seal(first),
                seal.before(),
                null,
                null,
                seal.changes().blocks(),
                new Extent(seal.size(), seal.end().index(), seal.end().seq()));
    }

    /// Lets readers see what was written.
    void publish(SegmentSummary summary) {
        extent = new Extent(summary.size(), summary.lastIndex(), summary.lastSeq());
    }

    Path file() {
        return file;
    }

    Path sealFile() {
        return sealFile;
    }

    LogEnd before() {
        return before;
    }

    long firstIndex() {
        return before.index() + 1;
    }

    Extent extent() {
        return extent;
    }

    /// The index of the open segment; null for a closed one.
    @Nullable
    SparseIndex sparse() {
        return sparse;
    }

    /// The changes of the open segment; null for a closed one.
    @Nullable
    OpenChanges openChanges() {
        return openChanges;
    }

    /// Which messages the changes of a closed segment are about.
    ChangedBlocks changed() {
        return changed;
    }

    boolean isClosed() {
        return sparse == null;
    }
}
