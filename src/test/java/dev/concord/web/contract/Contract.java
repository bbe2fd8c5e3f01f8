package dev.concord.web.contract;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// A document of the jar whose schemas can be asked. Both kinds of documents use JSON Schema 2020-12 as it is, with
/// references into `#/components`.
final class Contract {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String name;
    private final JsonNode document;
    private final SchemaRegistry registry = SchemaRegistry.withDialect(Dialects.getDraft202012());
    private final Map<JsonNode, Schema> schemas = new ConcurrentHashMap<>();

    Contract(String name) {
        this.name = name;
        try (InputStream in = Contract.class.getResourceAsStream("/dev/concord/web/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks " + name);
            }
            this.document = new YAMLMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode document() {
        return document;
    }

    /// What a reference within the document leads to; anything else as it is.
    JsonNode resolved(JsonNode node) {
        JsonNode reference = node.get("$ref");
        return reference == null
                ? node
                : resolved(document.at(reference.asString().substring(1)));
    }

    /// @throws AssertionError if `json` is not what `schema` says
    void check(JsonNode schema, String json, String what) {
        List<Error> errors = schemas.computeIfAbsent(schema, this::compile).validate(JSON.readTree(json));
        if (!errors.isEmpty()) {
            throw new AssertionError(name + " describes something else than " + what + ": " + errors + "\n" + json);
        }
    }

    /// @throws AssertionError if `value` is not what `schema` says
    void check(JsonNode schema, Map<String, ? extends @Nullable Object> value, String what) {
        check(schema, JSON.writeValueAsString(value), what);
    }

    private Schema compile(JsonNode schema) {
        ObjectNode root = JSON.createObjectNode();
        root.setAll((ObjectNode) schema);
        root.set("components", document.get("components"));
        return registry.getSchema(root);
    }
}
