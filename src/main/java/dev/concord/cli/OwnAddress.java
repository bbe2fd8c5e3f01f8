package dev.concord.cli;

import dev.concord.config.NodeSettings;
import dev.concord.config.SettingsEnvironment;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where the node beside a command listens for clients, as its settings say.
///
/// @param url as seen from the node's own machine
/// @param certificate PEM file of the certificate that it shows, empty if it speaks no TLS
record OwnAddress(String url, String certificate) {
    private static final String HOST = "CONCORD_HTTP_HOST";
    private static final String PORT = "CONCORD_HTTP_PORT";
    private static final String CERTIFICATE = "CONCORD_HTTP_TLS_CERTIFICATE_FILE";
    private static final String CONFIG = "CONCORD_CONFIG";

    /// Reads no file, and loads few classes, where the environment says all.
    ///
    /// @param config the YAML file of the node, null for what the environment says
    /// @throws dev.concord.config.SettingsException if the settings are wrong
    static OwnAddress of(Map<String, String> environment, @Nullable String config) {
        if (config == null && (environment.containsKey(PORT) || !environment.containsKey(CONFIG))) {
            return of(
                    environment.getOrDefault(HOST, ""),
                    environment.getOrDefault(PORT, "8080"),
                    environment.getOrDefault(CERTIFICATE, ""));
        }
        NodeSettings settings = SettingsEnvironment.ofCommand(config);
        return of(
                settings.http().host(),
                Integer.toString(settings.http().port()),
                settings.httpTls().map(files -> files.certificate().toString()).orElse(""));
    }

    private static OwnAddress of(String host, String port, String certificate) {
        String reached = host.isEmpty() || host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
        return new OwnAddress(
                (certificate.isEmpty() ? "http://" : "https://")
                        + (reached.indexOf(':') < 0 ? reached : "[" + reached + "]") + ":" + port,
                certificate);
    }
}
