package dev.concord.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// The Secret that `k8s/make-secret` makes, as an API server keeps it.
public final class MadeSecret {
    static final Path SCRIPT = Path.of("k8s/make-secret").toAbsolutePath();

    private MadeSecret() {}

    /// Runs the script with the real `kubectl`.
    ///
    /// @param home an empty folder
    /// @return the texts by key
    public static Map<String, String> make(Path home) {
        try (ApiServerDouble server = new ApiServerDouble(false)) {
            Kubectl.Run run = new Kubectl(home, server.url()).script(SCRIPT);
            if (run.exitCode() != 0) {
                throw new IllegalStateException(SCRIPT + " ended with " + run.exitCode() + ": " + run.out());
            }
            return data(server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, String> data(ApiServerDouble server) {
        Map<String, String> texts = new TreeMap<>();
        JsonNode data = server.objects().get("secrets/concord").path("data");
        data.propertyNames()
                .forEach(key -> texts.put(
                        key,
                        new String(Base64.getDecoder().decode(data.path(key).asString()), StandardCharsets.UTF_8)));
        return texts;
    }
}
