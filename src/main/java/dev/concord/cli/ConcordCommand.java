package dev.concord.cli;

import dev.concord.cli.chat.HarmlessText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
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
        String[] line = withCommand(args);
        return commandLine(application, Terminal.ofProcess(), line[0]).execute(line);
    }

    /// With all commands.
    static CommandLine commandLine(Class<?> application, Terminal terminal) {
        return commandLine(application, terminal, "");
    }

    /// With the command that `first` names alone, or with all if it names none. Each is made by looking at its class
    /// field by field: all of them together were a seventh of the time of a short command, and 6 MB of a node.
    static CommandLine commandLine(Class<?> application, Terminal terminal, String first) {
        CommandLine root = new CommandLine(new ConcordCommand());
        Map<String, Supplier<?>> commands = commands(application, terminal);
        if (commands.containsKey(first) && !first.equals(CompletionCommand.NAME)) { // that one tells of the others
            commands.keySet().retainAll(List.of(first));
        }
        commands.forEach((name, command) -> root.addSubcommand(name, command.get()));
        root.setCaseInsensitiveEnumValuesAllowed(true);
        root.setOut(terminal.out());
        root.setErr(terminal.err());
        root.setParameterExceptionHandler(ConcordCommand::explainUsage);
        root.setExecutionExceptionHandler(ConcordCommand::explainFailure);
        return root;
    }

    /// What makes each command, in the order of the help.
    private static Map<String, Supplier<?>> commands(Class<?> application, Terminal terminal) {
        Map<String, Supplier<?>> commands = new LinkedHashMap<>();
        commands.put("up", () -> new UpCommand(application, terminal));
        commands.put("node", () -> NodeCommand.commandLine(application));
        commands.put("chat", () -> new ChatCommand(terminal));
        commands.put("status", () -> new StatusCommand(terminal));
        commands.put("watch", () -> new WatchCommand(terminal));
        commands.put("health", () -> new HealthCommand(terminal));
        commands.put("member", () -> new MemberCommand(terminal));
        commands.put("send", () -> new SendCommand(terminal));
        commands.put("tail", () -> new TailCommand(terminal));
        commands.put("export", () -> new ExportCommand(terminal));
        commands.put("verify", () -> new VerifyCommand(terminal));
        commands.put("doctor", () -> new DoctorCommand(terminal));
        commands.put(
                "bench",
                () -> new CommandLine(new BenchCommand())
                        .addSubcommand(new ThroughputBench(terminal))
                        .addSubcommand(new LatencyBench(terminal))
                        .addSubcommand(new FanOutBench(terminal))
                        .addSubcommand(new FailoverBench(application, terminal))
                        .addSubcommand(new StartBench(application, terminal)));
        commands.put("secret", () -> new SecretCommand(terminal));
        commands.put(
                "token", () -> new CommandLine(new TokenCommand()).addSubcommand(new TokenCreateCommand(terminal)));
        commands.put("train", () -> new TrainCommand(application));
        commands.put("backup", () -> new BackupCommand(terminal));
        commands.put("restore", () -> new RestoreCommand(terminal));
        commands.put("recover", () -> new RecoverCommand(terminal));
        commands.put("transfer", () -> new TransferCommand(terminal));
        commands.put("drain", () -> new DrainCommand(terminal));
        commands.put("upgrade", () -> new UpgradeCommand(terminal));
        commands.put(CompletionCommand.NAME, () -> new CompletionCommand(terminal));
        return commands;
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
