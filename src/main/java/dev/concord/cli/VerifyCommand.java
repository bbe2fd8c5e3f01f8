package dev.concord.cli;

import dev.concord.client.ClusterSurvey;
import dev.concord.client.ClusterView;
import dev.concord.client.ReplicaComparison;
import dev.concord.runtime.StorageException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `concord verify`: compares the replicas with each other.
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Compares the history of all nodes, message by message: the same order, the same bytes, "
                + "no gap, no message twice. With --data it reads data folders instead, every byte, running or not.",
        footer = {
            "",
            "Exit codes: 0 PASS, 1 FAIL or not all nodes compared, 2 wrong usage, 3 no node reachable.",
            "",
            "Examples: concord verify",
            "          concord verify --data data/node-1 data/node-2 data/node-3"
        })
final class VerifyCommand implements Callable<Integer> {
    private static final long MESSAGES_PER_PROGRESS = 5_000;

    @Mixin
    private final NodesOption nodes = new NodesOption();

    @Option(names = "--only", description = "compare only the nodes named with --node, not all members of the cluster")
    private boolean only;

    @Option(
            names = "--data",
            arity = "1..*",
            paramLabel = "DIR",
            description = "data folders to read and compare, without asking any node")
    private List<Path> folders = List.of();

    private final Terminal terminal;

    VerifyCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (!folders.isEmpty()) {
            return offline();
        }
        ClusterSurvey survey = ClusterSurvey.of(nodes.nodes());
        ClusterView view = survey.best()
                .orElseThrow(() -> CommandFailedException.unreachable(
                        nodes.text(), survey.failures().values().iterator().next()));
        Set<String> urls = new LinkedHashSet<>();
        if (only) {
            nodes.nodes().forEach(node -> urls.add(node.url()));
        } else {
            view.members().forEach(member -> urls.add(member.url()));
        }
        ReplicaComparison.Outcome outcome =
                new ReplicaComparison(urls, view.commit()).run(seq -> progress(seq, view.commit()));
        terminal.endProgress();
        return report(outcome, urls.size());
    }

    private int offline() {
        try {
            return new OfflineReport(terminal).verify(folders);
        } catch (StorageException e) {
            terminal.err().println("concord: " + e.getMessage());
            return CommandFailedException.FAILED;
        }
    }

    private void progress(long seq, long upTo) {
        if (seq % MESSAGES_PER_PROGRESS == 0) {
            terminal.progress(seq + " of " + upTo + " messages compared");
        }
    }

    private int report(ReplicaComparison.Outcome outcome, int replicas) {
        for (Map.Entry<String, String> unread : outcome.unread().entrySet()) {
            terminal.err().println("concord: " + unread.getKey() + " was not compared: " + unread.getValue());
        }
        if (!outcome.difference().isEmpty()) {
            terminal.out().println("FAIL  " + outcome.difference());
            return CommandFailedException.FAILED;
        }
        String found = outcome.compared().size() + " of " + replicas + " replicas hold the same " + outcome.messages()
                + " messages" + (outcome.first() > 1 ? ", from " + outcome.first() + " on," : "")
                + " in the same order, no gap, no message twice";
        boolean all = outcome.compared().size() == replicas;
        terminal.out().println((all ? "PASS  " : "INCOMPLETE  ") + found);
        return all ? 0 : CommandFailedException.FAILED;
    }
}
