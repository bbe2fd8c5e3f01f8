package dev.concord.storage;

import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogSnapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The chain of segment files behind one writer. A line that would not fit starts the next segment; that
/// depends on the lines alone, not on batches, so the closed segments of all nodes are the same files
/// (section 3).
///
/// Invariant: every segment but the last has been fsynced and has a seal, and the last has none. Only a log
/// without entries has an empty segment. One thread, but for what [#view] hands out.
final class SegmentedLog implements AutoCloseable {
    private final DataDirectory directory;
    private final SegmentLimits limits;
    private final SegmentFiles files = new SegmentFiles();
    private final ByteBuffer buffer = SegmentWriter.newBuffer();
    private SegmentSummary summary;
    private SegmentWriter writer;
    private KeyWriter keys;
    private boolean writesKeys;
    private int dedupWindow;
    private volatile SegmentView view;

    /// @param closed the segments before the last, oldest first
    /// @param open what is in the last
    SegmentedLog(DataDirectory directory, SegmentLimits limits, List<Segment> closed, SegmentSummary open)
            throws IOException {
        this.directory = directory;
        this.limits = limits;
        summary = open;
        writer = SegmentWriter.open(directory.segment(open.firstIndex()), open.size(), buffer);
        List<Segment> segments = new ArrayList<>(closed);
        segments.add(Segment.open(directory, open));
        view = new SegmentView(segments);
        keys = KeyWriter.none(directory.keys(open.firstIndex()));
    }

    SegmentReader reader(Supplier<LogSnapshot> start, @Nullable OpenContents open) {
        return new SegmentReader(() -> view, files, start, open);
    }

    /// Writes the keys of each segment beside it from now on, for the next start; those of the open one too, if
    /// the keys of the entries that it has already are known.
    ///
    /// @param window number of newest messages whose keys that start will want
    void writeKeys(int window, @Nullable KeyList present) throws IOException {
        writesKeys = true;
        dedupWindow = window;
        keys = present == null ? keys : KeyWriter.open(directory.keys(summary.firstIndex()), present);
        removeKeys();
    }

    /// Removes the keys that no start will want: of messages far behind the window, and of segments that are gone.
    private void removeKeys() throws IOException {
        long last = summary.lastSeq() - 2L * dedupWindow; // the committed end, from which it counts, is before the end
        Set<Long> wanted = view.segments().stream()
                .filter(s -> !s.isClosed() || s.extent().lastSeq() > last)
                .map(Segment::firstIndex)
                .collect(Collectors.toSet());
        for (long first : directory.keyFiles()) {
            if (!wanted.contains(first)) {
                Files.deleteIfExists(directory.keys(first));
            }
        }
    }

    private KeyWriter keysOf(SegmentSummary begun) throws IOException {
        Path file = directory.keys(begun.firstIndex());
        return writesKeys ? KeyWriter.open(file, new KeyList(begun.before().index())) : KeyWriter.none(file);
    }

    /// The segments as they are now.
    SegmentView view() {
        return view;
    }

    /// Writes a closed segment anew, for whoever has its entries from elsewhere.
    ///
    /// @param goal the end of the segment
    SegmentMending mend(Segment segment, LogEnd goal) throws IOException {
        return new SegmentMending(directory, segment, goal, files);
    }

    /// Bytes that readers have read from segments.
    long bytesRead() {
        return files.bytesRead();
    }

    long openings() {
        return files.openings();
    }

    long lastIndex() {
        return summary.lastIndex();
    }

    LogEnd end() {
        return summary.end();
    }

    void append(List<LogEntry> entries) throws IOException {
        for (LogEntry entry : entries) {
            if (entry.index() != summary.lastIndex() + 1 || entry.term().isBefore(summary.lastTerm())) {
                throw new IllegalArgumentException("the entry at " + entry.position() + " cannot follow the one at "
                        + summary.end().index() + " of term " + summary.lastTerm());
            }
            if (summary.size() > 0 && summary.size() + entry.sizeInBytes() > limits.segmentBytes()) {
                roll();
            }
            writer.put(entry.line());
            summary.add(entry);
            keys.add(entry);
            if (entry.kind() == LogEntry.Kind.CONFIG) {
                dedupWindow = entry.configuration().dedupWindow();
            }
        }
        writer.flush();
        view.last().publish(summary);
    }

    void force() throws IOException {
        writer.force();
    }

    /// Closes the open segment and opens the next: the seal is durable before anything follows it (S6).
    private void roll() throws IOException {
        writer.force();
        writer.close();
        keys.finish(summary.end());
        Seal seal = summary.toSeal();
        seal.write(directory.seal(summary.firstIndex()));
        SegmentSummary next = new SegmentSummary(summary.end(), limits);
        writer = SegmentWriter.open(directory.segment(next.firstIndex()), 0, buffer);
        List<Segment> segments = new ArrayList<>(view.segments());
        Segment full = segments.removeLast();
        segments.add(Segment.closed(directory, seal));
        segments.add(Segment.open(directory, next));
        summary = next;
        view = new SegmentView(segments);
        files.forget(full);
        if (writesKeys) {
            keys = keysOf(next);
            removeKeys();
        }
    }

    /// Cuts all entries from `fromIndex` on, durably. The segment that the last remaining entry lies in is
    /// open again, because the next line may be a shorter one that still fits.
    void cutFrom(long fromIndex) throws IOException {
        writer.flush();
        SegmentView before = view;
        int target = Math.max(0, before.ofIndex(fromIndex - 1));
        Segment cut = before.segments().get(target);
        KeyList keysKept = new KeyList(cut.before().index());
        SegmentScan kept = SegmentScan.of(cut.file(), cut.before(), limits, fromIndex - 1, (entry, offset) -> {
            if (writesKeys && entry.isChat() && keysKept.sizeInBytes() <= KeyFile.MAX_BYTES) {
                keysKept.add(entry);
            }
        });
        if (kept.summary().lastIndex() != fromIndex - 1) {
            throw Objects.requireNonNullElse(
                            kept.damage(),
                            new Damage(
                                    cut.file(), kept.bytesRead(), kept.summary().lastIndex() + 1, "the file ends here"))
                    .toException();
        }
        List<Segment> segments = new ArrayList<>(before.segments().subList(0, target));
        segments.add(Segment.open(directory, kept.summary()));
        summary = kept.summary();
        view = new SegmentView(segments); // from here on nobody reads what is about to go
        keys.discard();
        writer.close();
        for (int i = before.segments().size() - 1; i >= target; i--) {
            Segment gone = before.segments().get(i);
            files.forget(gone);
            Files.deleteIfExists(gone.sealFile());
            Files.deleteIfExists(directory.keys(gone.firstIndex()));
            if (i > target) {
                Files.delete(gone.file());
            }
            DataDirectory.fsyncDirectory(directory.log()); // newest first, so that a crash leaves no gap
        }
        writer = SegmentWriter.open(cut.file(), summary.size(), buffer);
        writer.truncate(summary.size());
        keys = writesKeys
                ? KeyWriter.open(directory.keys(summary.firstIndex()), keysKept)
                : KeyWriter.none(directory.keys(summary.firstIndex()));
    }

    /// What is in a closed segment: from its seal, or from the segment if the seal is lost.
    Seal sealOf(Segment segment) throws IOException {
        Seal seal = Seal.readIfGood(segment.sealFile());
        if (seal != null && seal.fits(segment.before(), segment.extent().size())) {
            return seal;
        }
        SegmentScan scan = SegmentScan.of(segment.file(), segment.before(), limits, SegmentScan.Visitor.NONE);
        if (scan.damage() != null) {
            throw scan.damage().toException();
        }
        return scan.summary().toSeal();
    }

    /// Lets the log begin behind this index, where a closed segment ends. The files are left to the caller.
    ///
    /// @return the segments that are gone; none if the log has no such place
    List<Segment> trim(long index) {
        List<Segment> segments = view.segments();
        int first = 1;
        while (first < segments.size() && segments.get(first).before().index() != index) {
            first++;
        }
        if (first == segments.size()) {
            return List.of();
        }
        List<Segment> gone = segments.subList(0, first);
        view = new SegmentView(segments.subList(first, segments.size()));
        gone.forEach(files::forget);
        return gone;
    }

    /// Begins anew, without entries, behind a history that is elsewhere. The files are left to the caller.
    ///
    /// @return the segments that are gone
    List<Segment> restartBehind(LogEnd start) throws IOException {
        List<Segment> gone = view.segments();
        writer.close();
        keys.discard();
        summary = new SegmentSummary(start, limits);
        writer = SegmentWriter.open(directory.segment(summary.firstIndex()), 0, buffer);
        keys = keysOf(summary);
        view = new SegmentView(List.of(Segment.open(directory, summary)));
        gone.forEach(files::forget);
        return gone;
    }

    @Override
    public void close() throws IOException {
        files.close();
        keys.close();
        writer.close();
    }
}
