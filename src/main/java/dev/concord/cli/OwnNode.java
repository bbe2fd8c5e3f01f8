package dev.concord.cli;

import dev.concord.client.NodeApi;
import dev.concord.config.NodeSettings;
import dev.concord.config.SettingsEnvironment;
import dev.concord.config.SettingsException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `--node URL` for a command about one node. The default is the node beside the command: in a container, the one that
/// was started with the same environment.
final class OwnNode {
    private static final String PORT = "CONCORD_HTTP_PORT";
    private static final String HOST = "CONCORD_HTTP_HOST";
    private static final String CONFIG = "CONCORD_CONFIG";

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
        return identity.node(url != null ? NodesOption.url(spec, url) : own(System.getenv()));
    }

    private String own(Map<String, String> environment) {
        if (config == null && (environment.containsKey(PORT) || !environment.containsKey(CONFIG))) {
            return HealthProbe.ownUrl(environment);
        }
        try {
            NodeSettings settings = SettingsEnvironment.ofCommand(config);
            return HealthProbe.ownUrl(Map.of(
                    HOST,
                    settings.http().host(),
                    PORT,
                    Integer.toString(settings.http().port())));
        } catch (SettingsException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
    }
}
