package dev.concord.cli;

import dev.concord.cli.ClusterWatch.LabPlan;
import dev.concord.cli.lab.Lab;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `concord up`: a whole cluster on this machine in one terminal.
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Starts a cluster on this machine, one process a node, and watches it until Ctrl-C. "
                + "The data stays: the next up goes on where this one ended.",
        footer = {
            "",
            "Exit codes: 0 stopped, 1 the cluster did not start or all nodes have ended, 2 wrong usage.",
            "",
            "Example: concord up --nodes 5 --data /tmp/five"
        })
final class UpCommand implements Callable<Integer> {
    static final int MAX_NODES = 9;
    private static final int LAST_PORT = 65_535;

    @Option(names = "--nodes", paramLabel = "COUNT", description = "how many nodes, 1 to 9 (default 3)")
    private int count = 3;

    @Option(names = "--data", paramLabel = "DIR", description = "folder for data and logs (default data)")
    private Path data = Path.of("data");

    @Option(names = "--http-base", paramLabel = "PORT", description = "port of node 1 for clients (default 8081)")
    private int httpBase = 8081;

    @Option(names = "--peer-base", paramLabel = "PORT", description = "port of node 1 for nodes (default 5001)")
    private int peerBase = 5001;

    @Option(
            names = "--lab",
            description = {
                "with a lab, to break the cluster and watch it: kill, pause and",
                "cut off nodes, cut and slow links, slow disks"
            })
    private boolean lab;

    @Option(names = "--lab-port", paramLabel = "PORT", description = "port of the lab (default 8090)")
    private int labPort = 8090;

    @Option(
            names = "--ready-within",
            paramLabel = "SECONDS",
            hidden = true,
            description = "how long the start may take (default 60)")
    private int readySeconds = 60;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Class<?> application;
    private final Terminal terminal;

    UpCommand(Class<?> application, Terminal terminal) {
        this.application = application;
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        check(count >= 1 && count <= MAX_NODES, "--nodes takes 1 to " + MAX_NODES);
        LocalPorts ports = new LocalPorts(count, httpBase, peerBase);
        int peerPorts = lab ? 2 * count : count; // each node listens behind the lab once more
        check(httpBase > 0 && httpBase + count <= LAST_PORT, "--http-base takes a port, 1 to 65535");
        check(peerBase > 0 && peerBase + peerPorts <= LAST_PORT, "--peer-base takes a port, 1 to 65535");
        check(
                httpBase >= peerBase + peerPorts || peerBase >= httpBase + count,
                "--http-base and --peer-base overlap: leave " + peerPorts + " ports between them");
        check(
                !lab || labPort > 0 && labPort <= LAST_PORT && !ports.has(labPort),
                "--lab-port takes a port, 1 to 65535, that no node has");
        Optional<LabPlan> plan = lab ? Optional.of(plan(ports)) : Optional.empty();
        LocalCluster cluster = new LocalCluster(
                new JavaCommand(application),
                data,
                ports,
                plan.map(LabPlan::url).orElse(""));
        return new ClusterWatch(cluster, plan, terminal).run(Duration.ofSeconds(readySeconds));
    }

    private LabPlan plan(LocalPorts ports) {
        return new LabPlan(
                labPort,
                IntStream.rangeClosed(1, count)
                        .mapToObj(id -> new Lab.Ports(id, ports.peer(id), ports.behindLab(id)))
                        .toList());
    }

    private void check(boolean condition, String message) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }
}
