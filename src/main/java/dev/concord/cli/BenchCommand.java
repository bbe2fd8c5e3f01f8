package dev.concord.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `concord bench`: the measurements.
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        synopsisSubcommandLabel = "MEASUREMENT",
        description = "Loads a cluster and measures it: messages/s, times, and the processor time of the servers. "
                + "throughput, latency and fanout load a running cluster; their messages stay in its log. "
                + "failover and start run a cluster of their own in a temporary folder.",
        footer = {
            "",
            "Times are noisy where the load shares the machine with the servers; processor time per message is not.",
            "",
            "Exit codes: 0 done, 1 something was refused or failed, 2 wrong usage, 3 no node reachable.",
            "",
            "Example: concord bench throughput --mode stomp --in-flight 1,64,1024"
        })
final class BenchCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "name a measurement: throughput, latency, fanout, failover or start");
    }
}
