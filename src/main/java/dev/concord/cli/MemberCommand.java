package dev.concord.cli;

import dev.concord.client.ClusterSurvey;
import dev.concord.client.ClusterView;
import dev.concord.client.NodeApi;
import dev.concord.client.ProblemException;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `concord member`: who belongs to the cluster, and taking one out.
@Command(
        name = "member",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Lists the members of the cluster, or removes one.",
        footer = {
            "",
            "A node joins by itself: start it with members of the cluster in its seed_nodes.",
            "",
            "Example: concord member remove 4"
        })
final class MemberCommand implements Runnable {
    /// Longer than a node pursues a removal.
    private static final Duration REMOVAL_TIMEOUT = Duration.ofSeconds(15);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Terminal terminal;

    MemberCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say list or remove");
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Shows the members, one a line: id, role, state, address of the peer port, URL.")
    int list(@Mixin NodesOption nodes) {
        ClusterView view = survey(nodes).best().orElseThrow();
        view.members().stream()
                .sorted(Comparator.comparingLong(ClusterView.MemberView::id))
                .forEach(m -> terminal.out()
                        .println(m.id() + "  " + m.role() + "  " + m.state() + "  " + m.peer() + "  " + m.url()));
        return 0;
    }

    @Command(
            name = "remove",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Takes a node out of the cluster for good, alive or dead.",
            footer = {
                "",
                "If it leads, it hands over first. A living node stops, and its data directory is not used again.",
                "Refused while the nodes that would be left and are in reach are no majority."
            })
    int remove(
            @Mixin NodesOption nodes,
            @Parameters(paramLabel = "ID", description = "the id of the node, as list shows it") long id)
            throws IOException {
        ClusterSurvey survey = survey(nodes);
        NodeApi asked = nodes.node(survey.views().entrySet().stream()
                .min(Comparator.comparingInt(e -> e.getValue().node() == id ? 1 : 0)) // rather not the one that stops
                .orElseThrow()
                .getKey());
        try {
            asked.removeMember(id, REMOVAL_TIMEOUT);
        } catch (ProblemException e) {
            String next = e.problem().isUnknown() ? "run the command again" : "nothing was changed";
            throw new CommandFailedException(
                    CommandFailedException.FAILED, "node " + id + " stays (" + e.problem() + "): " + next + ".");
        }
        terminal.out().println("node " + id + " is removed");
        return 0;
    }

    private static ClusterSurvey survey(NodesOption nodes) {
        ClusterSurvey survey = ClusterSurvey.of(nodes.nodes());
        if (survey.views().isEmpty()) {
            throw CommandFailedException.unreachable(
                    nodes.text(), survey.failures().values().iterator().next());
        }
        return survey;
    }
}
