package dev.concord.storage;

import dev.concord.protocol.ChainHash;
import dev.concord.protocol.Meta;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What [OfflineVerification] found.
///
/// @param folders in the order they were named
/// @param agreedIndex all folders hold the same entries, byte for byte, up to here: what all of them call committed
/// @param agreedSeq number of messages up to there
/// @param agreedHash the hash there
/// @param differences between folders: each is a broken promise
public record VerificationReport(
        List<Folder> folders,
        long firstSeq,
        long agreedIndex,
        long agreedSeq,
        ChainHash agreedHash,
        List<Problem> differences) {
    public VerificationReport {
        folders = List.copyOf(folders);
        differences = List.copyOf(differences);
    }

    /// Whether nothing that was acknowledged is damaged, doubled, missing or different anywhere.
    public boolean passed() {
        return problems().noneMatch(Problem::isFailure);
    }

    /// Everything found, folder by folder, then what was found between folders.
    public Stream<Problem> problems() {
        return Stream.concat(folders.stream().flatMap(f -> f.problems().stream()), differences.stream());
    }

    /// One data folder.
    ///
    /// @param meta the meta record, or null if no copy can be used
    /// @param lastIndex of the last good entry, committed or not; likewise `lastSeq` and `lastHash`
    /// @param durableIndex of the durable mark, as `commitIndex`; both may lag a little behind what the node knew
    public record Folder(
            Path path,
            @Nullable Meta meta,
            long lastIndex,
            long lastSeq,
            ChainHash lastHash,
            long durableIndex,
            long commitIndex,
            List<SegmentFile> segments,
            List<Problem> problems) {
        public Folder {
            segments = List.copyOf(segments);
            problems = List.copyOf(problems);
        }
    }

    /// One segment.
    ///
    /// @param bytes its size
    /// @param sha256 its digest, empty if it is damaged; equal on all nodes once closed and committed
    public record SegmentFile(Path file, long firstIndex, long lastIndex, long bytes, String sha256, boolean closed) {}

    /// Something that is not as it should be.
    ///
    /// @param file where
    /// @param offset the byte in it, or -1 if the file as a whole is meant
    /// @param isFailure whether a promise is broken; otherwise the next start of the node puts it right by itself
    public record Problem(Path file, long offset, String what, boolean isFailure) {
        @Override
        public String toString() {
            return offset < 0 ? file + ": " + what : file + ", byte " + offset + ": " + what;
        }
    }
}
