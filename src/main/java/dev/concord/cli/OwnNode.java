package dev.concord.cli;

import dev.concord.client.NodeApi;
import dev.concord.config.SettingsException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `--node URL` for a command about one node. The default is the node beside the command: in a container, the one that
/// was started with the same environment. If that speaks TLS, it is known by the certificate in its settings.
final class OwnNode {
    @Option(
            names = "--node",
            paramLabel = "URL",
            description = "the node (default: the one on this machine with the settings of --config, or of the"
                    + " environment variables CONCORD_HTTP_PORT or CONCORD_CONFIG, else http://127.0.0.1:8080)")
    private @Nullable String url;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "YAML file with the settings of the node")
    private @Nullable String config;

    @Mixin
    private ClientIdentity identity = new ClientIdentity();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    NodeApi node() {
        if (url != null) {
            return identity.node(NodesOption.url(spec, url));
        }
        try {
            return identity.node(OwnAddress.of(System.getenv(), config));
        } catch (SettingsException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
    }
}
