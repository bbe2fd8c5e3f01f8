package dev.concord.cli;

import dev.concord.client.ClusterOrders;
import dev.concord.client.ClusterSurvey;
import dev.concord.client.ClusterView;
import dev.concord.client.ProblemException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `concord transfer`: moves leadership to another node, without an error at any client.
@Command(
        name = "transfer",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Moves leadership to another node. Clients see a short pause and no error.",
            "A node with a higher id takes the lead back once it has been able for a while;",
            "concord drain keeps a node from leading."
        },
        footer = {
            "",
            "Exit codes: 0 the node leads, 1 leadership stayed where it is, 2 wrong usage, 3 no node reachable.",
            "",
            "Example: concord transfer --to 2"
        })
final class TransferCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(50);

    @Mixin
    private final NodesOption nodes = new NodesOption();

    @Option(names = "--to", paramLabel = "ID", required = true, description = "the node that shall lead")
    private int target;

    private final Terminal terminal;

    TransferCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        ClusterView view = nodes.cluster();
        if (view.members().stream().noneMatch(member -> member.id() == target)) {
            throw failed("node " + target + " is no member of the cluster");
        }
        if (view.leader() == target) {
            terminal.out().println("node " + target + " leads already (term " + view.term() + ")");
            return 0;
        }
        try {
            ClusterView after = awaitLead(ClusterOrders.transfer(nodes.leader(view), target));
            terminal.out().println("node " + after.leader() + " leads now (term " + after.term() + ")");
            return 0;
        } catch (ProblemException e) {
            throw failed(e.problem().detail());
        } catch (IOException e) {
            throw failed("the leader, node " + view.leader() + ", did not answer (" + e.getMessage()
                    + "); concord status tells who leads now");
        }
    }

    /// The old leader has stepped back; its heir needs a moment to be known.
    private ClusterView awaitLead(ClusterView after) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        ClusterView latest = after;
        while (latest.leader() != target) {
            if (System.nanoTime() > deadline) {
                throw failed("node " + target + " does not lead after " + PATIENCE.toSeconds()
                        + " s; concord status tells who does");
            }
            LockSupport.parkNanos(POLL.toNanos());
            latest = ClusterSurvey.of(nodes.nodes()).best().orElse(latest);
        }
        return latest;
    }

    private static CommandFailedException failed(String why) {
        return new CommandFailedException(CommandFailedException.FAILED, why + ".");
    }
}
