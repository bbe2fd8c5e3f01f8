package dev.concord.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// A description of an interface, written by hand and held against what the server does by the web tests. It lies in
/// the jar as YAML, without a version; the version is that of the program.
final class ApiDocument {
    private final byte[] yaml;
    private final byte[] json;

    private ApiDocument(byte[] yaml, byte[] json) {
        this.yaml = yaml;
        this.json = json;
    }

    /// Reads a document of this package.
    static ApiDocument read(String name, String version) {
        try (InputStream in = ApiDocument.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks " + name);
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replaceFirst("(?m)^  version: \"0\"$", "  version: \"" + version + "\"");
            JsonNode tree = new YAMLMapper().readTree(text);
            if (!(tree instanceof ObjectNode document)) {
                throw new IllegalStateException(name + " is no document");
            }
            return new ApiDocument(text.getBytes(StandardCharsets.UTF_8), Json.bytes(document));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] yaml() {
        return yaml;
    }

    byte[] json() {
        return json;
    }
}
