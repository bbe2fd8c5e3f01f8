package dev.concord.storage;

import dev.concord.node.EventAction;
import dev.concord.runtime.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The segments that readers have open, with the sparse index of each: few at a time, the least recently used goes.
///
/// **Threads.** Any. An interrupt closes a `FileChannel` under all who use it; a reader that is interrupted opens it
/// again, finishes its read, and keeps its interrupt for whoever waits for it.
final class SegmentFiles implements AutoCloseable {
    /// Segments open for reading at once.
    static final int MAX_OPEN = 16;

    private static final Logger LOG = LoggerFactory.getLogger(SegmentFiles.class);

    private final Map<Segment, Opened> opened = new LinkedHashMap<>(MAX_OPEN, 0.75f, true);
    private final LongAdder bytesRead = new LongAdder();
    private final LongAdder openings = new LongAdder();
    private boolean closed;

    private record Opened(FileChannel channel, SparseIndex sparse, ChangeTable changes) {}

    /// The sparse index of a segment, from its seal if it is closed.
    SparseIndex sparse(Segment segment) throws IOException {
        SparseIndex own = segment.sparse();
        return own != null ? own : open(segment).sparse;
    }

    /// The edits and deletes in a segment, from its seal if it is closed.
    ChangeSource changes(Segment segment) throws IOException {
        OpenChanges own = segment.openChanges();
        return own != null ? own : open(segment).changes;
    }

    /// The bytes of a segment, for a [LineScanner].
    LineScanner.Source source(Segment segment) {
        return (target, position) -> read(segment, target, position);
    }

    /// Bytes read from segments so far.
    long bytesRead() {
        return bytesRead.sum();
    }

    /// How often a segment was opened so far, with what its seal says.
    long openings() {
        return openings.sum();
    }

    private int read(Segment segment, ByteBuffer target, long position) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                Opened file = open(segment);
                try {
                    int read = file.channel.read(target, position);
                    bytesRead.add(Math.max(0, read));
                    return read;
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                } catch (ClosedChannelException e) {
                    LOG.debug("{} was closed under a reader, which opens it again", segment.file());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized Opened open(Segment segment) throws IOException {
        if (closed) {
            throw new StorageException("The log is closed: the node is stopping.");
        }
        Opened found = opened.get(segment);
        if (found != null && found.channel.isOpen()) {
            return found;
        }
        FileChannel channel = FileChannel.open(segment.file(), StandardOpenOption.READ);
        Opened fresh = describe(segment, channel);
        openings.increment();
        opened.put(segment, fresh);
        if (opened.size() > MAX_OPEN) {
            Segment eldest = opened.keySet().iterator().next();
            forget(eldest);
        }
        return fresh;
    }

    private static Opened describe(Segment segment, FileChannel channel) throws IOException {
        SparseIndex own = segment.sparse();
        if (own != null) {
            return new Opened(channel, own, ChangeTable.NONE);
        }
        Seal seal = Seal.readIfGood(segment.sealFile());
        if (seal != null && seal.fits(segment.before(), segment.extent().size())) {
            return new Opened(channel, seal.sparse(), seal.changes());
        }
        // Slower, not wrong: what is read is verified either way, and the next start writes the seal again.
        LOG.atWarn()
                .addKeyValue(EventAction.FIELD, EventAction.SEAL_UNUSABLE)
                .log("{} cannot be used; reading {} from its start", segment.sealFile(), segment.file());
        SparseIndex start = SparseIndex.of(
                List.of(List.of(segment.firstIndex(), segment.before().seq(), 0L)));
        return new Opened(channel, start, segment.changed().isEmpty() ? ChangeTable.NONE : changesIn(segment));
    }

    private static ChangeTable changesIn(Segment segment) throws IOException {
        SegmentScan scan =
                SegmentScan.of(segment.file(), segment.before(), SegmentLimits.DEFAULT, SegmentScan.Visitor.NONE);
        if (scan.damage() != null) {
            throw new DamageFoundException(scan.damage());
        }
        return scan.summary().changes().toTable();
    }

    /// Closes what is open of a segment that was cut.
    synchronized void forget(Segment segment) {
        closeQuietly(opened.remove(segment));
    }

    private static void closeQuietly(@Nullable Opened gone) {
        if (gone != null) {
            try {
                gone.channel.close();
            } catch (IOException e) {
                LOG.debug("closing a file that was only read failed", e);
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        opened.values().forEach(SegmentFiles::closeQuietly);
        opened.clear();
    }
}
