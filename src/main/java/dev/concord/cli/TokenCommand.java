package dev.concord.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `concord token`: client tokens.
@Command(
        name = "token",
        mixinStandardHelpOptions = true,
        description = "Makes tokens by which clients show who they are.",
        synopsisSubcommandLabel = "COMMAND")
final class TokenCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "there is no command: say concord token create");
    }
}
