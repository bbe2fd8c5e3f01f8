package dev.concord.cli;

import dev.concord.client.ClusterOrders;
import dev.concord.client.ClusterOrders.LevelView;
import dev.concord.client.ClusterOrders.MemberLevels;
import dev.concord.client.ClusterView;
import dev.concord.client.NodeApi;
import dev.concord.client.ProblemException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `concord upgrade`: tells whether all nodes run a program that knows a newer level, and has the cluster use it.
@Command(
        name = "upgrade",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Tells which level of protocol and log the cluster uses, and which levels the program of "
                + "each node knows. When all nodes run the newer program, --finish has the cluster use what "
                + "is new in it. Until then every node can go back to the older program; after it, none can.",
        footer = {
            "",
            "Exit codes: 0 done, or nothing to do; 1 not all nodes know a newer level, or refused; 2 wrong usage;",
            "3 no node reachable.",
            "",
            "Example: concord upgrade --finish"
        })
final class UpgradeCommand implements Callable<Integer> {
    @Mixin
    private final NodesOption nodes = new NodesOption();

    @Option(names = "--finish", description = "raise the level to the newest that all nodes know; there is no way back")
    private boolean finish;

    private final Terminal terminal;

    UpgradeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        ClusterView view = nodes.cluster();
        NodeApi leader = nodes.leader(view);
        try {
            LevelView level = ClusterOrders.level(leader);
            return finish ? finish(leader, level) : print(level);
        } catch (ProblemException e) {
            throw failed(e.problem().detail());
        } catch (IOException e) {
            throw failed("the leader, node " + view.leader() + ", did not answer (" + e.getMessage() + ")");
        }
    }

    private int finish(NodeApi leader, LevelView level) throws IOException, ProblemException {
        long newest = level.newestOfAll();
        if (newest <= level.level()) {
            print(level);
            return newest == level.level() && level.members().stream().allMatch(m -> m.newest() == newest)
                    ? 0
                    : CommandFailedException.FAILED;
        }
        LevelView raised = ClusterOrders.raise(leader, newest);
        terminal.out()
                .println("the cluster is at level " + raised.level() + " now; older programs cannot join it any more");
        return 0;
    }

    private int print(LevelView level) {
        terminal.out().println("the cluster is at level " + level.level());
        long highest =
                level.members().stream().mapToLong(MemberLevels::newest).max().orElse(0);
        for (MemberLevels member : level.members()) {
            terminal.out().println("node " + member.id() + knows(member));
        }
        if (highest > level.level()) {
            boolean all = level.newestOfAll() > level.level();
            terminal.out()
                    .println(
                            all
                                    ? "all nodes know level " + level.newestOfAll()
                                            + ": concord upgrade --finish has the cluster use it"
                                    : "upgrade the other nodes, one after the other, before the level can be raised");
            return all ? 0 : CommandFailedException.FAILED;
        }
        return 0;
    }

    private static String knows(MemberLevels member) {
        if (member.newest() == 0) {
            return " is not in reach";
        }
        String range = member.oldest() == member.newest()
                ? " knows level " + member.newest()
                : " knows levels " + member.oldest() + " to " + member.newest();
        return range + (member.reachable() ? "" : " (not in reach now)");
    }

    private static CommandFailedException failed(String why) {
        return new CommandFailedException(CommandFailedException.FAILED, why + ".");
    }
}
