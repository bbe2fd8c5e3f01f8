package dev.concord.cli;

import dev.concord.access.AccessToken;
import dev.concord.access.Role;
import dev.concord.access.TokenFile;
import dev.concord.access.TokenLine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `concord token create`: a new token, shown this once, and the line that lets it in.
@Command(
        name = "create",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Makes a token and prints it once; nobody can get it back. The file of the nodes gets a line with its hash. "
                        + "Running nodes take a changed client_tokens_file within a second or two.",
        footer = {
            "",
            "Exit codes: 0 made, 1 the file cannot be written, 2 wrong usage.",
            "",
            "Examples:",
            "  concord token create --name ci --role writer --file clients.tokens > ci.token",
            "  concord send --token-file ci.token --as ci Build 7 is green"
        })
final class TokenCreateCommand implements Callable<Integer> {
    @Option(names = "--name", required = true, paramLabel = "NAME", description = "whom the token stands for")
    private String name = "";

    @Option(names = "--role", required = true, paramLabel = "ROLE", description = "reader, writer or admin")
    private Role role = Role.READER;

    @Option(names = "--days", paramLabel = "DAYS", description = "days until it ends (default: it does not)")
    private int days;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "client_tokens_file to add the line to; without it both are printed")
    private @Nullable Path file;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Terminal terminal;

    TokenCreateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        String token = AccessToken.random();
        TokenLine line = line(token);
        if (file == null) {
            terminal.out().println("token (shown only now):   " + token);
            terminal.out().println("line for the token file:  " + line);
        } else {
            TokenFile.append(file, line);
            terminal.out().println(token);
            terminal.err().println("concord: added " + name + ", " + role.text() + ", to " + file + ".");
        }
        return 0;
    }

    private TokenLine line(String token) {
        if (days < 0) {
            throw new ParameterException(spec.commandLine(), "--days takes a number of days, at least 1");
        }
        Instant end = days == 0
                ? Instant.MAX
                : Instant.now().plus(days, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
        try {
            return TokenLine.of(name, role, token, end);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--name: " + e.getMessage());
        }
    }
}
