package dev.concord.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `concord completion`: what makes a shell complete the commands and options of `concord`.
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Prints what makes a shell complete commands and options.",
        footer = {
            "",
            "Examples:",
            "  source <(concord completion bash)",
            "  concord completion bash > ~/.local/share/bash-completion/completions/concord",
            "  concord completion fish > ~/.config/fish/completions/concord.fish"
        })
final class CompletionCommand implements Callable<Integer> {
    /// The shells that are known.
    enum Shell {
        BASH,
        ZSH,
        FISH
    }

    @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish")
    private Shell shell = Shell.BASH;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Terminal terminal;

    CompletionCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        CommandLine root = spec.root().commandLine();
        terminal.out().print(shell == Shell.FISH ? fish(root) : AutoComplete.bash(root.getCommandName(), root));
        terminal.out().flush();
        return 0;
    }

    private static String fish(CommandLine root) {
        StringBuilder script = new StringBuilder("# Completion of concord for fish.\ncomplete -c concord -f\n");
        root.getSubcommands().forEach((name, command) -> {
            CommandSpec one = command.getCommandSpec();
            if (!one.usageMessage().hidden()) {
                script.append("complete -c concord -n __fish_use_subcommand -a ")
                        .append(name);
                script.append(description(one.usageMessage().description())).append('\n');
                one.options().stream()
                        .filter(option -> !option.hidden())
                        .forEach(option -> option(script, name, option));
            }
        });
        return script.toString();
    }

    private static void option(StringBuilder script, String command, OptionSpec option) {
        script.append("complete -c concord -n '__fish_seen_subcommand_from ")
                .append(command)
                .append('\'');
        for (String name : option.names()) {
            script.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
        }
        script.append(option.arity().max() > 0 ? " -r -F" : "");
        script.append(description(option.description())).append('\n');
    }

    private static String description(String... lines) {
        return lines.length == 0 ? "" : " -d '" + lines[0].replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
