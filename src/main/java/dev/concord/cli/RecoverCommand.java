package dev.concord.cli;

import dev.concord.config.ProgramLevels;
import dev.concord.runtime.StorageException;
import dev.concord.storage.LostMajorityRecovery;
import dev.concord.storage.LostMajorityRecovery.Plan;
import dev.concord.storage.LostMajorityRecovery.Recovered;
import dev.concord.storage.StoredLevel;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `concord recover`: the last resort after a majority was lost for good (P4).
@Command(
        name = "recover",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "When a majority of the nodes is lost for good: makes a new cluster of the best data folder "
                + "that is left. What only the lost nodes had acknowledged is gone. All nodes must be stopped; "
                + "old nodes that turn up later are refused. Without --yes-lose-data it only tells what it would do.",
        footer = {
            "",
            "Exit codes: 0 recovered, 1 nothing was changed, 2 wrong usage.",
            "",
            "Example: concord recover --data data/node-1 data/node-2 --yes-lose-data"
        })
final class RecoverCommand implements Callable<Integer> {
    @Option(
            names = "--data",
            arity = "1..*",
            required = true,
            paramLabel = "DIR",
            description = "all data folders that are left; the best one is used")
    private List<Path> folders = List.of();

    @Option(names = "--yes-lose-data", description = "go ahead, although messages may be lost")
    private boolean loseData;

    private final Terminal terminal;

    RecoverCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        folders.forEach(RecoverCommand::requireLevel);
        try (LostMajorityRecovery recovery = LostMajorityRecovery.examine(folders)) {
            Plan plan = recovery.plan();
            print(plan);
            if (!loseData) {
                terminal.err().println("concord: nothing was changed; to go ahead, run it again with --yes-lose-data.");
                return CommandFailedException.FAILED;
            }
            Recovered done = recovery.recover(
                    Instant.now().truncatedTo(ChronoUnit.MILLIS).toString(), System.currentTimeMillis());
            terminal.out()
                    .println("done: " + plan.folder() + " is node " + plan.node() + " of the new cluster "
                            + done.cluster() + ", its only voter; written down in "
                            + plan.folder().resolve("recovery.log"));
            terminal.out()
                    .println("Start node " + plan.node()
                            + " first and wait until it leads; then the others, with empty data folders.");
            return 0;
        } catch (StorageException e) {
            throw new CommandFailedException(CommandFailedException.FAILED, String.valueOf(e.getMessage()));
        }
    }

    private static void requireLevel(Path folder) {
        try {
            StoredLevel.require(folder, ProgramLevels.read());
        } catch (StorageException e) {
            throw new CommandFailedException(CommandFailedException.FAILED, String.valueOf(e.getMessage()));
        }
    }

    private void print(Plan plan) {
        terminal.out()
                .println("kept: " + plan.folder() + " (node " + plan.node() + "), " + plan.seq()
                        + " messages up to index " + plan.index() + ", hash " + plan.hash());
        if (plan.index() > plan.committed()) {
            terminal.out()
                    .println("      known to be committed up to index " + plan.committed()
                            + "; the rest is kept because it may have been acknowledged");
        }
        if (plan.given() >= plan.majority() && plan.damage().isEmpty()) {
            terminal.out()
                    .println(
                            "lost: nothing that was acknowledged, for " + plan.given() + " of " + plan.voters()
                                    + " voters are here. They are a majority: start them instead, and nothing is to be recovered");
        } else {
            terminal.out()
                    .println("lost: whatever was acknowledged behind index " + plan.index() + " by the "
                            + (plan.voters() - plan.given()) + " of " + plan.voters() + " voters that are not here");
        }
        for (String damage : plan.damage()) {
            terminal.out().println("lost: " + damage);
        }
        if (plan.durable() > plan.index()) {
            terminal.out()
                    .println("lost: entries " + (plan.index() + 1) + " to " + plan.durable()
                            + ", which this folder once held durably");
        }
    }
}
