package dev.concord.storage;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.concord.protocol.ChainHash;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.MalformedEntryException;
import dev.concord.protocol.Term;
import dev.concord.runtime.LogReader.RoomSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What stands beside a closed segment, so that neither start-up nor a reader has to read the segment to know
/// what is in it (S6). Everything here can be computed again from the segment: a seal that is lost or damaged
/// is replaced.
///
/// @param before the end of the segment before, which the first entry continues
/// @param termStarts first entries of a term in this segment
/// @param noops indexes of its no-ops, ascending; likewise `configurations`
/// @param changes edits and deletes that stand in it
record Seal(
        long size,
        LogEnd before,
        LogEnd end,
        SparseIndex sparse,
        List<LogPosition> termStarts,
        List<Long> noops,
        List<Long> configurations,
        List<RoomSummary> rooms,
        ChangeTable changes) {
    private static final int VERSION = 1;

    /// Writes the seal durably; the segment must have been fsynced before.
    void write(Path file) throws IOException {
        DataDirectory.replace(file, CheckedJson.write(Text.of(this)));
    }

    /// Reads a seal, or says what is wrong with it.
    ///
    /// @throws MalformedEntryException if it cannot be used
    static Seal read(Path file) throws IOException {
        try {
            return CheckedJson.read(Files.readAllBytes(file), Text.class).toSeal();
        } catch (IllegalArgumentException e) {
            throw new MalformedEntryException("it is not understood: " + e.getMessage());
        }
    }

    /// Whether this is the seal of a segment of `actualSize` bytes that continues `previous`.
    boolean fits(LogEnd previous, long actualSize) {
        return size == actualSize
                && before.index() == previous.index()
                && before.term().equals(previous.term())
                && before.hash().equals(previous.hash())
                && before.seq() == previous.seq();
    }

    /// This seal as it is kept in memory: without its changes, which may be many.
    Seal slim() {
        return new Seal(size, before, end, sparse, termStarts, noops, configurations, rooms, changes.withoutChanges());
    }

    private record EndText(long index, long term, String hash, long seq, long atMs) {
        static EndText of(LogEnd end) {
            return new EndText(end.index(), end.term().value(), end.hash().toString(), end.seq(), end.atMillis());
        }

        LogEnd toEnd() {
            return new LogEnd(index, new Term(term), ChainHash.parse(hash), seq, atMs);
        }
    }

    private record RoomText(String room, long count, long lastSeq) {}

    private record Text(
            int version,
            long size,
            long firstIndex,
            long lastIndex,
            long firstSeq,
            long lastSeq,
            EndText before,
            EndText end,
            List<List<Long>> terms,
            List<Long> noops,
            List<Long> configs,
            List<RoomText> rooms,
            List<List<Long>> sparse,
            @JsonInclude(JsonInclude.Include.NON_NULL) ChangeTable.@Nullable Text changes) {

        static Text of(Seal seal) {
            return new Text(
                    VERSION,
                    seal.size,
                    seal.before.index() + 1,
                    seal.end.index(),
                    seal.before.seq() + 1,
                    seal.end.seq(),
                    EndText.of(seal.before),
                    EndText.of(seal.end),
                    seal.termStarts.stream()
                            .map(p -> List.of(p.term().value(), p.index()))
                            .toList(),
                    seal.noops,
                    seal.configurations,
                    seal.rooms.stream()
                            .map(r -> new RoomText(r.room(), r.count(), r.lastSeq()))
                            .toList(),
                    seal.sparse.toPoints(),
                    seal.changes.toText());
        }

        Seal toSeal() {
            if (version != VERSION) {
                throw new MalformedEntryException("it has format version " + version);
            }
            return new Seal(
                    size,
                    before.toEnd(),
                    end.toEnd(),
                    SparseIndex.of(sparse),
                    terms.stream()
                            .map(t -> new LogPosition(new Term(t.get(0)), t.get(1)))
                            .toList(),
                    List.copyOf(noops),
                    List.copyOf(configs),
                    rooms.stream()
                            .map(r -> new RoomSummary(r.room, r.count, r.lastSeq))
                            .toList(),
                    changes == null ? ChangeTable.NONE : changes.toTable());
        }
    }

    /// The seal in this file, or null if there is none that can be used.
    static @Nullable Seal readIfGood(Path file) throws IOException {
        try {
            return Files.exists(file) ? read(file) : null;
        } catch (MalformedEntryException e) {
            return null;
        }
    }
}
