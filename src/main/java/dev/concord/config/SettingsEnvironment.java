package dev.concord.config;

import dev.concord.access.AccessMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/// Reads the settings before Spring builds anything, so that a wrong one costs no time and leaves no stack trace, and
/// tells Spring's web server where to listen.
///
/// Sources, the strongest first: command line (`--concord.http-port=8081`), system properties, environment variables
/// (`CONCORD_HTTP_PORT`), Spring's own files, and last the YAML file that the property `concord.config` names.
public final class SettingsEnvironment implements EnvironmentPostProcessor, Ordered {
    /// Names the YAML file; a setting of the settings, so it is not one of them.
    public static final String FILE_PROPERTY = Setting.PREFIX + ".config";

    /// After Spring has read its own files.
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        List<String> notices = new ArrayList<>();
        NodeSettings settings = read(environment, notices);
        refuseOtherAddresses(environment);
        environment.getPropertySources().addLast(new Source(settings, notices));
    }

    /// The settings that were read for this environment.
    ///
    /// @throws SettingsException if they are read only now, and are wrong
    public static NodeSettings settings(ConfigurableEnvironment environment) {
        PropertySource<?> source = environment.getPropertySources().get(Source.NAME);
        return source instanceof Source read ? read.settings : read(environment, new ArrayList<>());
    }

    /// What the log shall say about the settings, once there is a log.
    static List<String> notices(ConfigurableEnvironment environment) {
        PropertySource<?> source = environment.getPropertySources().get(Source.NAME);
        return source instanceof Source read ? read.notices : List.of();
    }

    /// Spring's own settings could open what the settings of the node keep closed.
    private static void refuseOtherAddresses(ConfigurableEnvironment environment) {
        if (environment.containsProperty("server.address")) {
            throw new SettingsException("server.address (SERVER_ADDRESS) is set: remove it and use http_host instead.");
        }
        if (environment.containsProperty("management.server.port")) {
            throw new SettingsException("management.server.port (MANAGEMENT_SERVER_PORT) is set: remove it; the"
                    + " Actuator answers at http_port, where the rules for clients hold.");
        }
    }

    /// The settings of a node, for a command that runs beside it: from the file and the environment variables.
    ///
    /// @param file the YAML file, or null for the one that the environment names, if any
    public static NodeSettings ofCommand(@Nullable String file) {
        StandardEnvironment environment = new StandardEnvironment();
        if (file != null) {
            environment.getPropertySources().addFirst(new MapPropertySource("command", Map.of(FILE_PROPERTY, file)));
        }
        return read(environment, new ArrayList<>());
    }

    private static NodeSettings read(ConfigurableEnvironment environment, List<String> notices) {
        String file = environment.getProperty(FILE_PROPERTY, "");
        Map<String, SettingValue> written = file.isEmpty() ? Map.of() : SettingsFile.read(Path.of(file));
        Map<String, SettingValue> values = EnvironmentSettings.over(written, environment);
        if (!file.isEmpty() && !values.containsKey(Setting.NODE_ID.key())) {
            throw new SettingsException(file + ": node_id is missing: add a line such as `node_id: 1`.");
        }
        return SettingsReader.read(values, notices);
    }

    /// What Spring has to know of the settings, weaker than anything said to Spring itself.
    private static final class Source extends MapPropertySource {
        private static final String NAME = "concordSettings";

        private final NodeSettings settings;
        private final List<String> notices;

        Source(NodeSettings settings, List<String> notices) {
            super(NAME, properties(settings));
            this.settings = settings;
            this.notices = List.copyOf(notices);
        }

        private static Map<String, Object> properties(NodeSettings settings) {
            boolean tokens = settings.access() == AccessMode.TOKENS;
            Map<String, Object> properties = new HashMap<>();
            properties.put("server.port", settings.http().port());
            properties.put("server.address", settings.http().host());
            properties.put("concord.node-id", settings.nodeId().value());
            properties.put("management.endpoint.health.show-details", tokens ? "when-authorized" : "always");
            settings.httpTls().ifPresent(files -> {
                files.describe(TlsFiles.HTTP_BUNDLE, properties);
                properties.put("server.ssl.bundle", TlsFiles.HTTP_BUNDLE);
            });
            settings.peerTls().ifPresent(files -> files.describe(TlsFiles.PEER_BUNDLE, properties));
            return properties;
        }
    }
}
