package dev.concord.cli;

import dev.concord.client.ClusterOrders;
import dev.concord.client.ClusterOrders.DrainProgress;
import dev.concord.client.NodeApi;
import dev.concord.client.ProblemException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `concord drain`: takes one node out of service and waits until it can be stopped. What a container runs before it is
/// stopped.
@Command(
        name = "drain",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Takes a node out of service before it is stopped: it hands leadership over, is no longer "
                + "ready for clients, sends those it has to other nodes, and waits until the others hold "
                + "everything and can go on without it. It stays so until it is started again.",
        footer = {
            "",
            "Exit codes: 0 it is safe to stop the node, 1 not safe within the time, 2 wrong usage,",
            "3 the node cannot be reached.",
            "",
            "Example: concord drain --node http://127.0.0.1:8083 && kill PID"
        })
final class DrainCommand implements Callable<Integer> {
    private static final Duration POLL = Duration.ofMillis(50);

    @Mixin
    private final OwnNode own = new OwnNode();

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            converter = TimeSpan.class,
            defaultValue = "30s",
            description = "how long to wait until stopping is safe, such as 30s; 0 does not wait (default 30s)")
    private Duration wait = Duration.ofSeconds(30);

    private final Terminal terminal;

    DrainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        NodeApi node = own.node();
        long start = System.nanoTime();
        DrainProgress progress = drain(node);
        while (!progress.safeToStop() && System.nanoTime() - start < wait.toNanos()) {
            terminal.progress("node " + progress.node() + " waits for " + progress.waitingFor());
            LockSupport.parkNanos(POLL.toNanos());
            progress = look(node, progress);
        }
        terminal.endProgress();
        if (!progress.safeToStop()) {
            throw new CommandFailedException(
                    CommandFailedException.FAILED,
                    "node " + progress.node() + " is draining, but it is not safe to stop it yet: it waits for "
                            + progress.waitingFor() + ".");
        }
        terminal.out()
                .println("node " + progress.node() + " is drained, node " + progress.leader()
                        + " leads: it is safe to stop it");
        return 0;
    }

    private DrainProgress drain(NodeApi node) {
        try {
            return ClusterOrders.drain(node);
        } catch (ProblemException e) {
            throw new CommandFailedException(CommandFailedException.FAILED, e.problem() + ".");
        } catch (IOException e) {
            throw unreachable(node, e);
        }
    }

    /// A node that does not answer once may be busy; whether it is gone shows when the time is over.
    private DrainProgress look(NodeApi node, DrainProgress last) {
        try {
            return ClusterOrders.drainProgress(node);
        } catch (ProblemException e) {
            return last;
        } catch (IOException e) {
            throw unreachable(node, e);
        }
    }

    private static CommandFailedException unreachable(NodeApi node, IOException cause) {
        return new CommandFailedException(
                CommandFailedException.UNREACHABLE,
                "no node answers at " + node.url() + " (" + cause.getMessage() + "): name it with --node.");
    }
}
