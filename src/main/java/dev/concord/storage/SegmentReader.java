package dev.concord.storage;

import dev.concord.protocol.ChainHash;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogSnapshot;
import dev.concord.protocol.Term;
import dev.concord.runtime.LogReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Reads entries from the segment files: the point of the sparse index before the wanted entry, skip, verify.
///
/// A reader holds no lock while the writer appends, rolls or cuts. If a cut happened under a read, what was read may be
/// a mixture that does not verify: then the view has been replaced, and the read is done again. Damage is what fails to
/// verify in a view that is still the present one.
final class SegmentReader implements LogReader {
    private final Supplier<SegmentView> view;
    private final SegmentFiles files;
    private final Supplier<LogSnapshot> start;
    private final @Nullable RoomsUpTo openRooms;
    private final long openFirstIndex;

    SegmentReader(Supplier<SegmentView> view, SegmentFiles files) {
        this(view, files, () -> LogSnapshot.START, null);
    }

    /// @param start what the log begins behind
    /// @param open what the start noted of the segment that was open then, if it did
    SegmentReader(
            Supplier<SegmentView> view, SegmentFiles files, Supplier<LogSnapshot> start, @Nullable OpenContents open) {
        openFirstIndex = open == null ? 0 : open.firstIndex();
        openRooms = open == null ? null : open.rooms(); // what it holds besides is not kept
        this.start = start;
        this.view = view;
        this.files = files;
    }

    @FunctionalInterface
    private interface Read<T> {
        T in(SegmentView view) throws IOException;
    }

    @Override
    public List<LogEntry> read(long fromIndex, long toIndex, int maxBytes) {
        return consistently(view -> page(view, fromIndex, toIndex, maxBytes));
    }

    @Override
    public long indexOfSeq(long seq) {
        return seq < 1 ? 0 : consistently(view -> findSeq(view, seq));
    }

    @Override
    public long firstSeq() {
        return view.get().segments().getFirst().before().seq() + 1;
    }

    @Override
    public LogSnapshot start() {
        return start.get();
    }

    @Override
    public RoomsUpTo rooms(long commitIndex) {
        return consistently(view -> sumOfRooms(view, commitIndex));
    }

    @Override
    public void changes(long firstSeq, long lastSeq, ChangeVisitor visitor) {
        consistently(view -> {
            for (int at = Math.max(0, view.ofSeq(firstSeq));
                    at < view.segments().size();
                    at++) {
                Segment segment = view.segments().get(at);
                if (!segment.isClosed() || segment.changed().mayTouch(firstSeq, lastSeq)) {
                    files.changes(segment).forEach(firstSeq, lastSeq, visitor);
                }
            }
            return true;
        });
    }

    /// The history up to the last point of the sparse index at or before `limit`; what the log begins behind if there
    /// is none.
    LogEnd pointAtOrBefore(long limit) {
        return consistently(view -> {
            int at = view.ofIndex(limit);
            if (at < 0) {
                return view.segments().getFirst().before();
            }
            SparseIndex sparse = files.sparse(view.segments().get(at));
            int point = sparse.floorOfIndex(limit);
            LogEntry entry =
                    page(view, sparse.index(point), sparse.index(point), 0).getFirst();
            return new LogEnd(0, Term.ZERO, ChainHash.ZERO, sparse.seqBefore(point), 0).then(entry);
        });
    }

    /// Where an entry stands.
    record Place(Path file, long offset, LogEntry entry) {}

    /// The place of an entry that is there.
    Place placeOf(long index) {
        return consistently(view -> {
            Segment segment = view.segments().get(view.ofIndex(index));
            EntryCursor cursor = cursorBefore(segment, index);
            LogEntry entry = nextOf(cursor, segment);
            return new Place(segment.file(), cursor.offset(), entry);
        });
    }

    /// Number of chat entries up to this index, which is there.
    long seqAt(long index) {
        return consistently(view -> {
            int at = view.ofIndex(index);
            if (at < 0) {
                return view.segments().getFirst().before().seq();
            }
            Segment segment = view.segments().get(at);
            SparseIndex sparse = files.sparse(segment);
            int point = sparse.floorOfIndex(index);
            long seq = sparse.seqBefore(point);
            for (LogEntry entry : page(view, sparse.index(point), index, Integer.MAX_VALUE)) {
                seq = entry.isChat() ? entry.seq() : seq;
            }
            return seq;
        });
    }

    private <T> T consistently(Read<T> read) {
        while (true) {
            SegmentView seen = view.get();
            try {
                return read.in(seen);
            } catch (DamageFoundException e) {
                if (seen.equals(view.get())) {
                    throw e.damage().toException();
                }
            } catch (IOException e) {
                if (seen.equals(view.get())) {
                    throw DataDirectory.failure("read the log in", seen.last().file(), e);
                }
            }
        }
    }

    private List<LogEntry> page(SegmentView view, long fromIndex, long toIndex, int maxBytes) throws IOException {
        List<LogEntry> entries = new ArrayList<>();
        long bytes = 0;
        long next = fromIndex;
        for (int at = view.ofIndex(fromIndex); at >= 0 && at < view.segments().size(); at++) {
            Segment segment = view.segments().get(at);
            long last = Math.min(toIndex, segment.extent().lastIndex());
            if (next > last) {
                break;
            }
            EntryCursor cursor = cursorBefore(segment, next);
            while (next <= last) {
                LogEntry entry = nextOf(cursor, segment);
                bytes += entry.sizeInBytes();
                if (bytes > maxBytes && !entries.isEmpty()) {
                    return entries;
                }
                entries.add(entry);
                next++;
            }
        }
        return entries;
    }

    /// A cursor whose next entry is `index`. The entry before it is read too, so that the hash chain is verified from
    /// the first entry on; at the start of a segment the segment knows the hash.
    private EntryCursor cursorBefore(Segment segment, long index) throws IOException {
        SparseIndex sparse = files.sparse(segment);
        long predecessor = Math.max(index - 1, segment.firstIndex());
        int point = sparse.floorOfIndex(predecessor);
        LineScanner lines = new LineScanner(
                files.source(segment), sparse.offset(point), segment.extent().size());
        boolean fromStart = sparse.index(point) == segment.firstIndex();
        ChainHash hash = fromStart ? segment.before().hash() : null;
        Term term = segment.before().term();
        EntryCursor cursor = new EntryCursor(segment.file(), lines, sparse.index(point), hash, term);
        while (cursor.nextIndex() < predecessor && cursor.skip()) {
            // a line that nobody asked for
        }
        if (index > predecessor) {
            nextOf(cursor, segment);
        }
        return cursor;
    }

    private static LogEntry nextOf(EntryCursor cursor, Segment segment) throws IOException {
        LogEntry entry = cursor.next();
        if (entry == null) {
            Damage damage = cursor.damage();
            throw new DamageFoundException(
                    damage != null
                            ? damage
                            : new Damage(segment.file(), cursor.offset(), cursor.nextIndex(), "the file ends here"));
        }
        return entry;
    }

    private long findSeq(SegmentView view, long seq) throws IOException {
        int at = view.ofSeq(seq);
        if (at < 0) {
            return 0;
        }
        Segment segment = view.segments().get(at);
        Segment.Extent extent = segment.extent();
        if (seq > extent.lastSeq()) {
            return 0;
        }
        SparseIndex sparse = files.sparse(segment);
        EntryCursor cursor = cursorBefore(segment, sparse.index(sparse.floorOfSeq(seq)));
        while (true) {
            LogEntry entry = nextOf(cursor, segment);
            if (entry.isChat() && entry.seq() >= seq) {
                return entry.index();
            }
        }
    }

    private RoomsUpTo sumOfRooms(SegmentView view, long commitIndex) throws IOException {
        Map<String, RoomSummary> rooms = new TreeMap<>();
        RoomsUpTo noted = openRooms;
        long upTo = 0;
        for (Segment segment : view.segments()) {
            Seal seal = segment.isClosed() && segment.extent().lastIndex() <= commitIndex
                    ? Seal.readIfGood(segment.sealFile())
                    : null;
            if (seal == null || !seal.fits(segment.before(), segment.extent().size())) {
                if (noted != null && segment.firstIndex() == openFirstIndex && noted.index() <= commitIndex) {
                    add(rooms, noted.rooms());
                    upTo = noted.index();
                }
                break; // the caller reads the rest entry by entry
            }
            add(rooms, seal.rooms());
            upTo = segment.extent().lastIndex();
        }
        return new RoomsUpTo(upTo, List.copyOf(rooms.values()));
    }

    private static void add(Map<String, RoomSummary> rooms, List<RoomSummary> more) {
        for (RoomSummary room : more) {
            rooms.merge(room.room(), room, (a, b) -> new RoomSummary(a.room(), a.count() + b.count(), b.lastSeq()));
        }
    }
}
