package dev.concord.cli;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `concord completion`: what makes a shell complete the commands and options of `concord`.
@Command(
        name = CompletionCommand.NAME,
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
    static final String NAME = "completion";

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
        visible(root).forEach((name, command) -> {
            script.append("complete -c concord -n __fish_use_subcommand -a ").append(name);
            script.append(description(command.usageMessage().description())).append('\n');
            fish(script, name, command);
        });
        return script.toString();
    }

    /// What may follow a command: its own commands, its options, and words of which it knows all.
    private static void fish(StringBuilder script, String command, CommandSpec spec) {
        Map<String, CommandSpec> below = visible(spec.commandLine());
        String seen = "__fish_seen_subcommand_from " + command;
        String none = below.isEmpty()
                ? seen
                : seen + "; and not __fish_seen_subcommand_from " + String.join(" ", below.keySet());
        below.forEach((name, one) -> {
            script.append("complete -c concord -n '")
                    .append(none)
                    .append("' -a ")
                    .append(name);
            script.append(description(one.usageMessage().description())).append('\n');
            fish(script, name, one);
        });
        for (OptionSpec option : spec.options()) {
            if (!option.hidden()) {
                option(script, seen, option);
            }
        }
        for (PositionalParamSpec word : spec.positionalParameters()) {
            if (word.type().isEnum()) {
                script.append("complete -c concord -n '")
                        .append(seen)
                        .append('\'')
                        .append(choices(word))
                        .append('\n');
            }
        }
    }

    /// The commands below this one, in the order of the help.
    private static Map<String, CommandSpec> visible(CommandLine parent) {
        Map<String, CommandSpec> commands = new LinkedHashMap<>();
        parent.getSubcommands().forEach((name, command) -> {
            if (!command.getCommandSpec().usageMessage().hidden()) {
                commands.put(name, command.getCommandSpec());
            }
        });
        return commands;
    }

    private static void option(StringBuilder script, String when, OptionSpec option) {
        script.append("complete -c concord -n '").append(when).append('\'');
        for (String name : option.names()) {
            script.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
        }
        if (option.arity().max() > 0) {
            script.append(option.type().isEnum() ? " -x" + choices(option) : " -r -F");
        }
        script.append(description(option.description())).append('\n');
    }

    private static String choices(ArgSpec of) {
        return Arrays.stream(of.type().getEnumConstants())
                .map(choice -> choice.toString().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(" ", " -a '", "'"));
    }

    private static String description(String... lines) {
        return lines.length == 0 ? "" : " -d '" + lines[0].replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
