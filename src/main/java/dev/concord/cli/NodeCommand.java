package dev.concord.cli;

import dev.concord.config.NodeStart;
import dev.concord.config.Setting;
import dev.concord.config.SettingsEnvironment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/// `concord node`: runs one node until it is told to stop. Every [Setting] is an option.
@Command(
        name = "node",
        mixinStandardHelpOptions = true,
        abbreviateSynopsis = true,
        sortOptions = false,
        description = "Runs one node until it is stopped.",
        footer = {
            "",
            "An option overrides the key of the same name in the file; so does an environment",
            "variable such as CONCORD_HTTP_PORT. Without any of them the node is a cluster of one.",
            "",
            "Example: concord node --config config/node1.yml --http-port 9081"
        })
final class NodeCommand implements Callable<Integer> {
    private final Class<?> application;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "YAML file with the settings")
    private @Nullable String config;

    /// Ends the node when standard input ends, and so with the program that started it, however that one died.
    @Option(names = "--exit-with-parent", hidden = true)
    private boolean exitWithParent;

    @Unmatched
    private List<String> unmatched = new ArrayList<>();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private NodeCommand(Class<?> application) {
        this.application = application;
    }

    static CommandLine commandLine(Class<?> application) {
        CommandLine line = new CommandLine(new NodeCommand(application));
        for (Setting setting : Setting.values()) {
            if (setting != Setting.CLUSTER_SECRET) { // everybody on the machine can read a command line
                line.getCommandSpec()
                        .addOption(OptionSpec.builder("--" + setting.option())
                                .type(String.class)
                                .paramLabel("VALUE")
                                .description(setting.description())
                                .build());
            }
        }
        return line;
    }

    @Override
    public Integer call() {
        Carriers.prepare();
        YoungGeneration.growUnderLoad(YoungGeneration.OLD_BYTES);
        return NodeStart.run(application, exitWithParent, properties());
    }

    /// The command line as Spring properties; those that are already in that form (`--logging.level.root=info`) pass.
    private String[] properties() {
        List<String> properties = new ArrayList<>();
        for (String argument : unmatched) {
            if (!argument.matches("--[\\w-]+\\..+")) {
                throw new ParameterException(spec.commandLine(), "node knows no " + argument);
            }
            properties.add(argument);
        }
        if (config != null) {
            properties.add("--" + SettingsEnvironment.FILE_PROPERTY + "=" + config);
        }
        for (Setting setting : Setting.values()) {
            String value = spec.commandLine().getParseResult().matchedOptionValue("--" + setting.option(), null);
            if (value != null) {
                properties.add("--" + setting.property() + "=" + value);
            }
        }
        return properties.toArray(String[]::new);
    }
}
