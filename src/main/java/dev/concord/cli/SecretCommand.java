package dev.concord.cli;

import dev.concord.access.SecretFile;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `concord secret`: makes the secret by which the nodes of a cluster know each other.
@Command(
        name = "secret",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Makes a random cluster secret: prints it, or writes it into a new FILE that only its owner may read. "
                        + "Give the same file to all nodes of a cluster, as cluster_secret_file.",
        footer = {
            "",
            "Exit codes: 0 made, 1 the file is there already or cannot be written.",
            "",
            "Example: concord secret /etc/concord/cluster.secret"
        })
final class SecretCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", arity = "0..1", description = "file to make; it must not exist")
    private @Nullable Path file;

    private final Terminal terminal;

    SecretCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (file == null) {
            terminal.out().println(SecretFile.random());
            return 0;
        }
        try {
            if (!SecretFile.createIfMissing(file)) {
                throw new CommandFailedException(
                        CommandFailedException.FAILED,
                        file + " is there already: use it, or remove it first and restart all nodes with the new one.");
            }
        } catch (FileSystemException e) {
            throw new CommandFailedException(
                    CommandFailedException.FAILED,
                    file + " cannot be made (" + e.getClass().getSimpleName() + "): name a file in a folder that exists"
                            + " and that you may write to.");
        }
        return 0;
    }
}
