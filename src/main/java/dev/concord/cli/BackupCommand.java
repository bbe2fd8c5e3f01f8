package dev.concord.cli;

import dev.concord.client.ClusterSurvey;
import dev.concord.client.ClusterView;
import dev.concord.client.LogCopy;
import dev.concord.client.NodeApi;
import dev.concord.client.ProblemException;
import dev.concord.config.ProgramLevels;
import dev.concord.protocol.MalformedEntryException;
import dev.concord.runtime.StorageException;
import dev.concord.storage.Backup;
import dev.concord.storage.StoredLevel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `concord backup`: copies the committed log of a running cluster; a second run copies only what is new.
@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Copies everything that is committed into a folder, while the cluster runs. Run again, it "
                + "copies only what is new, from any node, also after it was interrupted. Closed segments in "
                + "the folder never change again, so the folder itself can be copied on by rsync and the like.",
        footer = {
            "",
            "Exit codes: 0 complete, 1 not complete (run it again), 2 wrong usage, 3 no node reachable.",
            "",
            "Examples: concord backup --to /backup/chat",
            "          concord verify --data /backup/chat"
        })
final class BackupCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final long ENTRIES_PER_PROGRESS = 2_000;

    @Mixin
    private final NodesOption nodes = new NodesOption();

    @Option(
            names = "--to",
            paramLabel = "DIR",
            required = true,
            description = "the backup: a new or empty folder, or the one of an earlier run")
    private Path folder = Path.of("");

    private final Terminal terminal;

    BackupCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        LogCopy copy = open();
        try {
            StoredLevel.require(folder, ProgramLevels.read());
        } catch (StorageException e) {
            throw failed(String.valueOf(e.getMessage()));
        }
        try (Backup backup = Backup.open(folder)) {
            return run(copy, backup);
        } catch (StorageException e) {
            terminal.endProgress();
            throw failed(String.valueOf(e.getMessage()));
        }
    }

    private LogCopy open() {
        ClusterSurvey survey = ClusterSurvey.of(nodes.nodes());
        List<NodeApi> sources = survey.views().entrySet().stream()
                .sorted(Comparator.comparingInt(e -> isLeader(e.getValue()) ? 1 : 0)) // spare the leader
                .map(e -> nodes.node(e.getKey()))
                .toList();
        if (sources.isEmpty()) {
            throw CommandFailedException.unreachable(
                    nodes.text(), survey.failures().values().iterator().next());
        }
        try {
            return LogCopy.open(sources, PATIENCE);
        } catch (ProblemException e) {
            throw failed(e.problem() + ".");
        } catch (IOException e) {
            throw CommandFailedException.unreachable(nodes.text(), String.valueOf(e.getMessage()));
        }
    }

    private static boolean isLeader(ClusterView view) {
        return view.leader() == view.node();
    }

    private int run(LogCopy copy, Backup backup) {
        LogCopy.Head head = copy.head();
        long before = backup.lastIndex();
        if (!backup.cluster().isEmpty() && !backup.cluster().equals(head.cluster())) {
            throw failed(folder + " is a backup of the cluster " + backup.cluster() + ", these nodes are the cluster "
                    + head.cluster() + ": name another folder.");
        }
        if (head.index() < before) {
            throw failed("the log reaches entry " + head.index() + " here, the backup holds " + before
                    + " already: ask a node that is level, or look whether the cluster has lost data.");
        }
        if (!head.confirmed()) {
            terminal.err()
                    .println("concord: no majority confirms how far the log is committed; copying what one node knows");
        }
        copy(copy, backup);
        Backup.Summary done = backup.complete(
                head.cluster(), Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
        terminal.out()
                .println(folder + " holds " + done.seq() + " messages of cluster " + done.cluster() + " up to index "
                        + done.index() + ", hash " + done.hash() + ": " + (done.index() - before)
                        + " new entries, " + done.segments() + (done.segments() == 1 ? " segment" : " segments"));
        return 0;
    }

    private void copy(LogCopy copy, Backup backup) {
        try {
            beginBehindTheSnapshot(copy, backup);
            copy.readAll(backup.lastIndex(), (line, node) -> {
                try {
                    backup.append(line);
                } catch (MalformedEntryException e) {
                    throw failed(node + " gave a line that is refused: " + e.getMessage() + ".");
                }
                if (backup.lastIndex() % ENTRIES_PER_PROGRESS == 0) {
                    terminal.progress(
                            "entry " + backup.lastIndex() + " of " + copy.head().index());
                }
            });
            terminal.endProgress();
        } catch (ProblemException e) {
            throw incomplete(backup, e.problem().toString());
        } catch (IOException e) {
            throw incomplete(backup, String.valueOf(e.getMessage()));
        }
    }

    /// A new backup begins where the log does.
    private void beginBehindTheSnapshot(LogCopy copy, Backup backup) throws IOException, ProblemException {
        byte[] snapshot = backup.lastIndex() == 0 ? copy.snapshot() : new byte[0];
        if (snapshot.length > 0) {
            try {
                backup.beginBehind(snapshot);
            } catch (MalformedEntryException e) {
                throw failed("a node gave a snapshot that is refused: " + e.getMessage() + ".");
            }
            terminal.err()
                    .println("concord: retention has removed the entries up to " + backup.lastIndex()
                            + "; the backup begins behind them");
        }
    }

    private CommandFailedException incomplete(Backup backup, String why) {
        terminal.endProgress();
        return failed("the backup is not complete (" + why + "). It holds entries up to " + backup.lastIndex()
                + "; run it again, it goes on there.");
    }

    private static CommandFailedException failed(String why) {
        return new CommandFailedException(CommandFailedException.FAILED, why);
    }
}
