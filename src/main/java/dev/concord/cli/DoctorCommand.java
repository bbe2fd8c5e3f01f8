package dev.concord.cli;

import dev.concord.cli.Finding.Level;
import dev.concord.client.ClusterSurvey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `concord doctor`: whether this machine and these settings are fit for a node.
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Checks this machine, the configuration of nodes and running nodes: Java, ports, folders, "
                + "the time a sync takes, space, limits, clocks, ids. Each line is ok, warn or fail; what is "
                + "not ok says what to do.",
        footer = {
            "",
            "Exit codes: 0 all ok or only warnings, 1 something fails, 2 wrong usage.",
            "",
            "Examples:",
            "  concord doctor",
            "  concord doctor -c config/node1.yml -c config/node2.yml -c config/node3.yml"
        })
final class DoctorCommand implements Callable<Integer> {
    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "settings of a node; repeat for more nodes (default: those of the environment)")
    private List<String> files = new ArrayList<>();

    @Mixin
    private final NodesOption nodes = new NodesOption();

    private final Terminal terminal;

    DoctorCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        List<Finding> findings = new ArrayList<>();
        findings.add(MachineChecks.java(
                Runtime.version().feature(), "Java " + Runtime.version() + " in " + System.getProperty("java.home")));
        findings.add(MachineChecks.descriptors());
        findings.addAll(ConfigChecks.of(files));
        ClusterSurvey survey = ClusterSurvey.of(nodes.nodes());
        findings.addAll(ClusterChecks.of(survey, nodes::node, nodes.isGiven()));
        findings.forEach(this::print);
        return findings.stream().anyMatch(one -> one.level() == Level.FAIL) ? CommandFailedException.FAILED : 0;
    }

    private void print(Finding finding) {
        String colour = switch (finding.level()) {
            case OK -> Ansi.GREEN;
            case WARN -> Ansi.YELLOW;
            case FAIL -> Ansi.RED;
        };
        String level = String.format("%-4s", finding.level().name().toLowerCase(Locale.ROOT));
        String subject = String.format("%-11s", finding.subject());
        terminal.out()
                .println(Ansi.paint(level, colour, terminal.hasColours()) + "  " + subject + "  " + finding.text()
                        + (finding.remedy().isEmpty() ? "" : " → " + finding.remedy()));
    }
}
