package dev.concord.storage;

import dev.concord.protocol.ChainHash;
import dev.concord.protocol.ClusterId;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.Meta;
import dev.concord.storage.VerificationReport.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Compares the data folders of a cluster by reading all of them, every entry. It needs no lock and writes nothing, so
/// it may be used while the nodes run.
///
/// Two logs with the same hash at an index are the same up to there, so one comparison at the highest index that all
/// call committed is enough; the place of a difference is found by halving.
public final class OfflineVerification {
    private final List<FolderVerification> verified = new ArrayList<>();
    private final List<VerificationReport.Folder> folders = new ArrayList<>();
    private final List<Problem> differences = new ArrayList<>();

    private OfflineVerification() {}

    /// Verifies each folder, and all of them against each other.
    ///
    /// @throws dev.concord.runtime.StorageException if a folder is not there or cannot be read
    public static VerificationReport verify(List<Path> dataDirectories) {
        OfflineVerification verification = new OfflineVerification();
        for (Path folder : dataDirectories) {
            try {
                FolderVerification one = FolderVerification.of(folder);
                verification.verified.add(one);
                verification.folders.add(one.report());
            } catch (IOException e) {
                throw DataDirectory.failure("read the data folder", folder, e);
            }
        }
        try (SegmentFiles files = new SegmentFiles()) {
            return verification.compare(files);
        }
    }

    private VerificationReport compare(SegmentFiles files) {
        compareIdentities();
        long agreed = verified.stream()
                .mapToLong(FolderVerification::commitIndex)
                .min()
                .orElse(0);
        for (int i = 1; i < verified.size(); i++) {
            agreed = Math.min(agreed, agreement(0, i, agreed, files));
        }
        long last = agreed;
        FolderVerification one = verified.stream()
                .filter(v -> v.start().index() <= last)
                .findFirst()
                .orElse(null);
        ChainHash hash = one == null ? ChainHash.ZERO : one.hashAt(agreed, files);
        long seq = one == null ? 0 : one.seqAt(agreed, files);
        long firstSeq =
                verified.stream().mapToLong(v -> v.start().firstSeq()).max().orElse(1);
        return new VerificationReport(folders, firstSeq, agreed, seq, hash, differences);
    }

    private void compareIdentities() {
        for (int i = 1; i < folders.size(); i++) {
            Meta first = folders.getFirst().meta();
            Meta other = folders.get(i).meta();
            if (first == null || other == null) {
                continue;
            }
            ClusterId cluster = first.clusterId();
            if (cluster != null && other.clusterId() != null && !cluster.equals(other.clusterId())) {
                difference(
                        i,
                        -1,
                        "belongs to another cluster than " + folders.getFirst().path());
            }
            if (first.self().store().equals(other.self().store())) {
                difference(
                        i, -1, "is a copy of the data of " + folders.getFirst().path() + ": the same store id");
            }
        }
    }

    /// The highest index up to `limit` at which both hold the same history; names the place where they part.
    private long agreement(int a, int b, long limit, SegmentFiles files) {
        long low = Math.max(
                verified.get(a).start().index(), verified.get(b).start().index());
        if (low > limit) {
            differences.add(new Problem(
                    folders.get(b).path(),
                    -1,
                    "it and " + folders.get(a).path() + " have no committed entry in common: retention has removed"
                            + " from the one what the other does not reach; not compared",
                    false));
            return limit;
        }
        if (same(a, b, limit, files)) {
            return limit;
        }
        if (!same(a, b, low, files)) { // else they are the same here
            difference(
                    b,
                    -1,
                    "the committed history up to entry " + low + " is another one than in "
                            + folders.get(a).path());
            return low;
        }
        long high = limit; // different here
        while (high - low > 1) {
            long middle = low + (high - low) / 2;
            if (same(a, b, middle, files)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        SegmentReader.Place place = verified.get(b).reader(files).placeOf(high);
        LogEntry there = place.entry();
        differences.add(new Problem(
                place.file(),
                place.offset(),
                "the committed entry " + high + " (term " + there.term() + ", hash " + there.hash()
                        + ") is another one than in " + folders.get(a).path(),
                true));
        return low;
    }

    private boolean same(int a, int b, long index, SegmentFiles files) {
        return verified.get(a).hashAt(index, files).equals(verified.get(b).hashAt(index, files));
    }

    private void difference(int folder, long offset, String what) {
        differences.add(new Problem(folders.get(folder).path(), offset, what, true));
    }
}
