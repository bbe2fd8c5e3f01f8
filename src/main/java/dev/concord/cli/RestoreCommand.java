package dev.concord.cli;

import dev.concord.config.NodeSettings;
import dev.concord.config.ProgramLevels;
import dev.concord.config.SettingsEnvironment;
import dev.concord.config.SettingsException;
import dev.concord.protocol.Member;
import dev.concord.protocol.Peer;
import dev.concord.protocol.StoreId;
import dev.concord.runtime.StorageException;
import dev.concord.storage.Restoration;
import dev.concord.storage.StoredLevel;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `concord restore`: makes the data folder of the node that founds a new cluster from a backup.
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Makes the data folder of one node from a backup. The node founds a new cluster with it: "
                + "all messages with their numbers, a new cluster id. Start it first; the other nodes start "
                + "with empty folders and join. The old cluster, should it still run, has nothing to do with it.",
        footer = {
            "",
            "Exit codes: 0 restored, 1 refused or failed (the backup is damaged, the folder is not empty), 2 wrong usage.",
            "",
            "Example: concord restore --from /backup/chat --config config/node3.yml"
        })
final class RestoreCommand implements Callable<Integer> {
    @Option(names = "--from", paramLabel = "DIR", required = true, description = "the backup")
    private Path backup = Path.of("");

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "YAML file of the node (default: the environment variables that the node would read)")
    private @Nullable String config;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Terminal terminal;

    RestoreCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        NodeSettings settings = settings();
        requireFounder(settings);
        Peer node = new Peer(
                new Member(settings.nodeId(), new StoreId(new UUID(0, 0))),
                settings.address(),
                settings.advertisedUrl());
        try {
            StoredLevel.require(backup, ProgramLevels.read());
            Restoration.Restored done =
                    Restoration.restore(backup, settings.logDir(), node, System.currentTimeMillis());
            terminal.out()
                    .println(settings.logDir() + " holds " + done.seq() + " messages up to index " + done.index()
                            + ", hash " + done.hash() + ", as node " + settings.nodeId() + " of the new cluster "
                            + done.cluster() + " (it was " + done.formerCluster() + ")");
            if (!settings.seedNodes().isEmpty()) {
                terminal.out()
                        .println("Start node " + settings.nodeId() + " first, then the others with empty folders.");
            }
            return 0;
        } catch (StorageException e) {
            throw new CommandFailedException(CommandFailedException.FAILED, String.valueOf(e.getMessage()));
        }
    }

    private NodeSettings settings() {
        try {
            return SettingsEnvironment.ofCommand(config);
        } catch (SettingsException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
    }

    /// While this node is down the node that founds would see nothing but empty folders, and found an empty cluster.
    private void requireFounder(NodeSettings settings) {
        if (!settings.foundsTheCluster()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "node " + settings.nodeId() + " does not found the cluster, node " + settings.founder()
                            + " does: restore there, or set bootstrap to true here and to false there");
        }
    }
}
