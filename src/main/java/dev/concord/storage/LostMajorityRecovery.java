package dev.concord.storage;

import dev.concord.protocol.ClusterId;
import dev.concord.protocol.Configuration;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.Meta;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import dev.concord.protocol.Term;
import dev.concord.runtime.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Gives up a cluster that has lost its majority for good, and makes a new one of the best log that is left
/// (P4). Only an operator who has said so may do this: what the lost nodes alone had acknowledged is gone.
///
/// The best log is the one with the greatest last term and index: it holds all that the others hold as
/// committed (E9). All of it is kept, also what is not known to be committed, because it may have been
/// acknowledged.
///
/// **Lifecycle.** [#examine] takes the locks of all folders and reads them; [#recover] changes the best one;
/// [#close].
public final class LostMajorityRecovery implements AutoCloseable {
    private final List<DirectoryLock> locks = new ArrayList<>();
    private final List<Surviving> folders = new ArrayList<>();
    private int best;

    private record Surviving(FolderVerification verified, VerificationReport.Folder report, Meta meta) {
        /// The good segments; a last one without any good entry is none, because the next line may fit
        /// before it.
        List<SegmentSummary> segments() {
            List<SegmentSummary> found = verified.summaries();
            boolean onlyBegun = found.size() > 1 && found.getLast().size() == 0;
            if (found.isEmpty()) { // a snapshot without any entry behind it
                return List.of(new SegmentSummary(verified.end(), SegmentLimits.DEFAULT));
            }
            return onlyBegun ? found.subList(0, found.size() - 1) : found;
        }
    }

    private LostMajorityRecovery() {}

    /// What a recovery keeps.
    ///
    /// @param folder that it is made of
    /// @param node id of that node
    /// @param voters of the last known configuration, and how many of them were given
    /// @param index last entry that is kept, likewise `seq`, `hash`
    /// @param committed up to this entry the log is known to be committed
    /// @param damage what is wrong with the folder and is left behind; empty if nothing is
    /// @param durable entries up to here were durable in this folder, which matters if damage took some of them
    public record Plan(
            Path folder,
            int node,
            String cluster,
            int voters,
            int given,
            int majority,
            long index,
            long seq,
            String hash,
            long committed,
            long durable,
            List<String> damage) {
        public Plan {
            damage = List.copyOf(damage);
        }
    }

    /// What was made.
    public record Recovered(String cluster, long index) {}

    /// Reads all folders, which no node may be using.
    ///
    /// @throws StorageException if one is in use or no data folder, or if they are not of one cluster
    public static LostMajorityRecovery examine(List<Path> paths) {
        LostMajorityRecovery recovery = new LostMajorityRecovery();
        try {
            for (Path path : paths) {
                recovery.add(path);
            }
            recovery.choose();
            return recovery;
        } catch (RuntimeException e) {
            recovery.close();
            throw e;
        }
    }

    private void add(Path path) {
        DataDirectory directory = new DataDirectory(path);
        try {
            if (!Files.isDirectory(directory.log())) {
                throw new StorageException("There is no data folder of a node in " + path + ".");
            }
            locks.add(DirectoryLock.take(directory.lock()));
            FolderVerification verified = FolderVerification.of(path);
            VerificationReport.Folder report = verified.report();
            Meta meta = report.meta();
            if (meta == null || meta.clusterId() == null) {
                throw new StorageException(path + " belongs to no cluster: its meta record is missing or says nothing."
                        + " Name the folder of a node that was a member.");
            }
            folders.add(new Surviving(verified, report, meta));
        } catch (IOException e) {
            throw DataDirectory.failure("read the data folder", path, e);
        }
    }

    private void choose() {
        ClusterId cluster = Objects.requireNonNull(folders.getFirst().meta.clusterId());
        for (int i = 0; i < folders.size(); i++) {
            Surviving one = folders.get(i);
            if (!cluster.equals(one.meta.clusterId())) {
                throw new StorageException(one.report.path() + " belongs to another cluster than "
                        + folders.getFirst().report.path() + ".");
            }
            int order = position(i).compareTo(position(best));
            boolean whole = order == 0 && chosen().meta.repairing() && !one.meta.repairing();
            if (order > 0 || whole) {
                best = i;
            }
        }
        if (position(best).index() == 0) {
            throw new StorageException("No entry is left in any of the folders: there is nothing to recover."
                    + " Empty the folders and found a new cluster, or restore a backup.");
        }
        try (SegmentFiles files = new SegmentFiles()) {
            for (Surviving one : folders) {
                long shared =
                        Math.min(one.verified.commitIndex(), position(best).index());
                long known = Math.max(
                        one.verified.start().index(), chosen().verified.start().index());
                if (shared >= known
                        && !one.verified
                                .hashAt(shared, files)
                                .equals(chosen().verified.hashAt(shared, files))) {
                    throw new StorageException("The committed entry " + shared + " in " + one.report.path()
                            + " is another one than in " + chosen().report.path()
                            + ". That cannot be; keep all folders and let concord verify --data compare them.");
                }
            }
        }
    }

    private Surviving chosen() {
        return folders.get(best);
    }

    private LogPosition position(int folder) {
        LogEnd end = folders.get(folder).verified.end();
        return new LogPosition(end.term(), end.index());
    }

    /// What [#recover] would keep.
    public Plan plan() {
        Surviving kept = chosen();
        LogEnd end = kept.verified.end();
        Configuration last = kept.verified.configuration();
        int given = (int) last.voters().stream()
                .filter(v -> folders.stream().anyMatch(f -> f.meta.self().equals(v.member())))
                .count();
        return new Plan(
                kept.report.path(),
                kept.meta.self().id().value(),
                String.valueOf(kept.meta.clusterId()),
                last.voters().size(),
                given,
                last.majority(),
                end.index(),
                end.seq(),
                end.hash().toString(),
                Math.min(kept.verified.commitIndex(), end.index()),
                kept.report.durableIndex(),
                damage(kept));
    }

    /// What of the chosen log is known to be missing. A log in repair looks whole and is not: the damaged
    /// part of it was taken out at a start (P1), and its mark speaks of the rest.
    private static List<String> damage(Surviving kept) {
        List<String> found = new ArrayList<>();
        if (kept.meta.repairing()) {
            found.add(kept.report.path() + ": this log was being repaired, and acknowledged entries after entry "
                    + kept.verified.end().index() + " may be missing in it; quarantine/ has what was damaged");
        }
        kept.report.problems().stream()
                .filter(VerificationReport.Problem::isFailure)
                .map(VerificationReport.Problem::toString)
                .forEach(found::add);
        return found;
    }

    /// Makes the new cluster in the best folder, and writes down there what was done: once before anything
    /// is changed, once after.
    ///
    /// @param at now, in words and in milliseconds
    public Recovered recover(String at, long nowMillis) {
        Surviving kept = chosen();
        DataDirectory directory = kept.verified.directory();
        try {
            Peer self = self(kept);
            NewCluster cluster = NewCluster.of(self);
            RecoveryRecord record = new RecoveryRecord(
                    plan(),
                    cluster.cluster().toString(),
                    folders.stream().map(f -> f.report.path().toString()).toList());
            record.append(directory, at, "begun");
            cutDamage(kept, directory);
            Term term = Term.max(kept.meta.currentTerm(), kept.verified.end().term());
            LogEnd end = cluster.found(
                    directory,
                    SegmentLimits.DEFAULT,
                    kept.segments(),
                    kept.verified.configuration(),
                    term,
                    kept.verified.commitIndex(),
                    nowMillis);
            record.append(directory, at, "done");
            return new Recovered(cluster.cluster().toString(), end.index());
        } catch (IOException e) {
            throw DataDirectory.failure("recover", directory.root(), e);
        }
    }

    /// The addresses of the node, from the last configuration that names it.
    private static Peer self(Surviving kept) {
        NodeId id = kept.meta.self().id();
        return kept.verified
                .configuration()
                .peer(id)
                .orElseThrow(() -> new StorageException("Node " + id + " in " + kept.report.path()
                        + " is not a member by its own log. Name the folder of another node."));
    }

    /// Leaves the good beginning of the log alone in its folder, closed segments sealed; what follows it is
    /// kept in quarantine.
    private static void cutDamage(Surviving kept, DataDirectory directory) throws IOException {
        List<SegmentSummary> good = kept.segments();
        SegmentSummary open = good.getLast();
        new Quarantine(directory).cutAfter(open);
        Files.deleteIfExists(directory.seal(open.firstIndex()));
        for (SegmentSummary closed : good.subList(0, good.size() - 1)) {
            closed.toSeal().write(directory.seal(closed.firstIndex()));
        }
        DataDirectory.fsyncDirectory(directory.log());
    }

    @Override
    public void close() {
        for (DirectoryLock lock : locks) {
            try {
                lock.close();
            } catch (IOException e) {
                throw new StorageException("A lock could not be given back: " + e + ".", e);
            }
        }
    }
}
