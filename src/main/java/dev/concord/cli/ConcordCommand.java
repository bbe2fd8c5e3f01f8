package dev.concord.cli;

import dev.concord.cli.chat.HarmlessText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The root of all commands.
///
/// Exit codes: 0 done; 1 refused, failed or degraded; 2 wrong usage or configuration, for `status` no quorum; 3 no node
/// could be reached.
@Command(
        name = "concord",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        description = "A chat server that keeps every acknowledged message, in one order, on all its nodes.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Without a command it starts one node on http://127.0.0.1:8080 that other nodes may join.",
            "",
            "Example: concord up"
        })
public final class ConcordCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    private ConcordCommand() {}

    /// Runs one command line.
    ///
    /// @param application the Spring application that `node` starts
    /// @return the exit code
    public static int run(Class<?> application, String... args) {
        return commandLine(application, Terminal.ofProcess()).execute(withCommand(args));
    }

    static CommandLine commandLine(Class<?> application, Terminal terminal) {
        CommandLine root = new CommandLine(new ConcordCommand());
        root.addSubcommand(new UpCommand(application, terminal));
        root.addSubcommand(NodeCommand.commandLine(application));
        root.addSubcommand(new ChatCommand(terminal));
        root.addSubcommand(new StatusCommand(terminal));
        root.addSubcommand(new WatchCommand(terminal));
        root.addSubcommand(new HealthCommand(terminal));
        root.addSubcommand(new MemberCommand(terminal));
        root.addSubcommand(new SendCommand(terminal));
        root.addSubcommand(new TailCommand(terminal));
        root.addSubcommand(new ExportCommand(terminal));
        root.addSubcommand(new VerifyCommand(terminal));
        root.addSubcommand(new DoctorCommand(terminal));
        root.addSubcommand(new CommandLine(new BenchCommand())
                .addSubcommand(new ThroughputBench(terminal))
                .addSubcommand(new LatencyBench(terminal))
                .addSubcommand(new FanOutBench(terminal))
                .addSubcommand(new FailoverBench(application, terminal))
                .addSubcommand(new StartBench(application, terminal)));
        root.addSubcommand(new SecretCommand(terminal));
        root.addSubcommand(new CommandLine(new TokenCommand()).addSubcommand(new TokenCreateCommand(terminal)));
        root.addSubcommand(new TrainCommand(application));
        root.addSubcommand(new BackupCommand(terminal));
        root.addSubcommand(new RestoreCommand(terminal));
        root.addSubcommand(new RecoverCommand(terminal));
        root.addSubcommand(new TransferCommand(terminal));
        root.addSubcommand(new DrainCommand(terminal));
        root.addSubcommand(new UpgradeCommand(terminal));
        root.addSubcommand(new CompletionCommand(terminal));
        root.setCaseInsensitiveEnumValuesAllowed(true);
        root.setOut(terminal.out());
        root.setErr(terminal.err());
        root.setParameterExceptionHandler(ConcordCommand::explainUsage);
        root.setExecutionExceptionHandler(ConcordCommand::explainFailure);
        return root;
    }

    /// `java -jar concord.jar`, with nothing or with options only, starts a node: what a container does.
    static String[] withCommand(String... args) {
        List<String> ownOptions = List.of("-h", "--help", "-V", "--version");
        if (args.length > 0 && (!args[0].startsWith("-") || ownOptions.contains(args[0]))) {
            return args;
        }
        List<String> command = new ArrayList<>(List.of("node"));
        command.addAll(Arrays.asList(args));
        return command.toArray(String[]::new);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "there is no command");
    }

    private static int explainUsage(ParameterException wrong, String... args) {
        CommandLine command = wrong.getCommandLine();
        String what = String.valueOf(wrong.getMessage());
        String hint = "";
        if (wrong instanceof CommandLine.UnmatchedArgumentException unmatched) {
            List<String> near = unmatched.getSuggestions();
            hint = near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?";
            String first = unmatched.getUnmatched().getFirst();
            if (!command.getSubcommands().isEmpty() && !first.startsWith("-")) {
                what = "there is no command " + HarmlessText.line(first);
            }
        }
        command.getErr()
                .println("concord: " + what + hint + " (see "
                        + command.getCommandSpec().qualifiedName() + " --help)");
        return CommandLine.ExitCode.USAGE;
    }

    private static int explainFailure(Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
        if (failure instanceof CommandFailedException end) {
            command.getErr().println("concord: " + end.getMessage());
            return end.exitCode();
        }
        if (failure instanceof IOException) {
            command.getErr().println("concord: " + failure.getMessage() + ".");
            return CommandLine.ExitCode.SOFTWARE;
        }
        failure.printStackTrace(command.getErr());
        return CommandLine.ExitCode.SOFTWARE;
    }
}
