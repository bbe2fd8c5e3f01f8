package dev.concord.cli;

import dev.concord.config.SettingsException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import javax.net.ssl.HttpsURLConnection;

/// One question to a node about its health, in as few classes as possible: a container engine asks it every few
/// seconds, and each time a Java has to start for it. So `health` and a group name go this way without a parser of
/// options.
public final class HealthProbe {
    /// The groups of `/actuator/health`.
    static final List<String> GROUPS = List.of("liveness", "readiness", "quorum", "leader");

    static final String DEFAULT_GROUP = "readiness";

    private static final int TIMEOUT_MS = 2000;
    /// The engine keeps the first 4 KiB of what a check prints.
    private static final int MAX_ANSWER_BYTES = 4096;

    private HealthProbe() {}

    /// Whether the command line is one that needs no parser.
    public static boolean isAsked(String... args) {
        return args.length > 0
                && args.length <= 2
                && args[0].equals("health")
                && (args.length == 1 || GROUPS.contains(args[1]));
    }

    /// Asks the node of this container or machine, whose settings are in the environment.
    ///
    /// @return 0 for healthy, 1 for not; Docker reserves all others
    public static int run(String... args) {
        Answer answer = askOwn(System.getenv(), args.length == 2 ? args[1] : DEFAULT_GROUP);
        System.out.println(answer.text());
        return answer.exitCode();
    }

    /// What the node said, or why it said nothing.
    record Answer(boolean isHealthy, String text) {
        int exitCode() {
            return isHealthy ? 0 : 1;
        }
    }

    /// Asks the node with these environment variables, on this machine.
    static Answer askOwn(Map<String, String> environment, String group) {
        try {
            OwnAddress own = OwnAddress.of(environment, null);
            return ask(own.url(), group, own.certificate());
        } catch (SettingsException e) {
            return new Answer(false, String.valueOf(e.getMessage()));
        }
    }

    static Answer ask(String url, String group) {
        return ask(url, group, "");
    }

    private static Answer ask(String url, String group, String certificate) {
        String place = url + "/actuator/health/" + group;
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(place).toURL().openConnection();
            if (connection instanceof HttpsURLConnection tls && !certificate.isEmpty()) {
                tls.setSSLSocketFactory(
                        TrustedCertificates.only(Path.of(certificate)).getSocketFactory());
            }
            connection.setConnectTimeout(TIMEOUT_MS);
            connection.setReadTimeout(TIMEOUT_MS);
            int status = connection.getResponseCode();
            try (InputStream body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                String text = body == null
                        ? "status " + status
                        : new String(body.readNBytes(MAX_ANSWER_BYTES), StandardCharsets.UTF_8);
                return new Answer(status == HttpURLConnection.HTTP_OK, text);
            }
        } catch (IOException | GeneralSecurityException e) {
            return new Answer(false, "no answer from " + place + ": " + e.getMessage());
        }
    }
}
