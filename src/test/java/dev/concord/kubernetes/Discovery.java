package dev.concord.kubernetes;

import static dev.concord.kubernetes.ApiServerDouble.JSON;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What an API server says of itself, before anything is asked of it: its version, its groups, the kinds in each, and
/// that it checks fields.
final class Discovery {
    private static final String OPENAPI = "/openapi/v3";

    private Discovery() {}

    static Optional<JsonNode> answer(String path, List<StrictTypes.Kind> kinds) {
        return Optional.ofNullable(
                switch (path) {
                    case "/version" ->
                        JSON.createObjectNode()
                                .put("major", "1")
                                .put("minor", "32")
                                .put("gitVersion", "v1.32.0");
                    case "/api" -> {
                        ObjectNode versions = JSON.createObjectNode().put("kind", "APIVersions");
                        versions.putArray("versions").add("v1");
                        yield versions;
                    }
                    case "/apis" -> groups(kinds);
                    case "/openapi/v2" -> JSON.createObjectNode();
                    case OPENAPI -> index(kinds);
                    default ->
                        path.startsWith(OPENAPI)
                                ? document(path.substring(OPENAPI.length()), kinds)
                                : resources(path, kinds);
                });
    }

    private static Set<String> versions(List<StrictTypes.Kind> kinds) {
        return kinds.stream().map(StrictTypes.Kind::apiVersion).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /// Where the kinds of a version are found: `/api/v1`, `/apis/apps/v1`.
    private static String root(String apiVersion) {
        return (apiVersion.equals("v1") ? "/api/" : "/apis/") + apiVersion;
    }

    private static JsonNode groups(List<StrictTypes.Kind> kinds) {
        ObjectNode list = JSON.createObjectNode().put("kind", "APIGroupList").put("apiVersion", "v1");
        ArrayNode groups = list.putArray("groups");
        for (String version : versions(kinds)) {
            int slash = version.indexOf('/');
            if (slash > 0) {
                ObjectNode entry = JSON.createObjectNode()
                        .put("groupVersion", version)
                        .put("version", version.substring(slash + 1));
                ObjectNode group = groups.addObject().put("name", version.substring(0, slash));
                group.putArray("versions").add(entry);
                group.set("preferredVersion", entry);
            }
        }
        return list;
    }

    private static JsonNode resources(String path, List<StrictTypes.Kind> kinds) {
        ObjectNode list = JSON.createObjectNode().put("kind", "APIResourceList");
        ArrayNode resources = list.putArray("resources");
        for (StrictTypes.Kind kind : kinds) {
            if (root(kind.apiVersion()).equals(path)) {
                list.put("groupVersion", kind.apiVersion());
                ObjectNode resource = resources
                        .addObject()
                        .put("name", kind.plural())
                        .put("singularName", kind.kind().toLowerCase(Locale.ROOT))
                        .put("namespaced", true)
                        .put("kind", kind.kind());
                resource.putArray("verbs").add("get").add("create").add("patch");
                if (kind.kind().equals("StatefulSet")) {
                    resource.putArray("shortNames").add("sts");
                    resources
                            .addObject()
                            .put("name", kind.plural() + "/scale")
                            .put("singularName", "")
                            .put("namespaced", true)
                            .put("group", "autoscaling")
                            .put("version", "v1")
                            .put("kind", "Scale")
                            .putArray("verbs")
                            .add("get")
                            .add("patch");
                }
            }
        }
        return resources.isEmpty() ? null : list;
    }

    private static JsonNode index(List<StrictTypes.Kind> kinds) {
        ObjectNode index = JSON.createObjectNode();
        ObjectNode paths = index.putObject("paths");
        versions(kinds)
                .forEach(version ->
                        paths.putObject(root(version).substring(1)).put("serverRelativeURL", OPENAPI + root(version)));
        return index;
    }

    /// No types, but that PATCH and POST take `fieldValidation`: so kubectl leaves the checking to the server.
    private static JsonNode document(String root, List<StrictTypes.Kind> kinds) {
        ObjectNode document = JSON.createObjectNode().put("openapi", "3.0.0");
        document.putObject("info").put("title", "Kubernetes").put("version", "v1.32.0");
        ObjectNode paths = document.putObject("paths");
        for (StrictTypes.Kind kind : kinds) {
            if (root(kind.apiVersion()).equals(root)) {
                ObjectNode path = paths.putObject(root + "/namespaces/{namespace}/" + kind.plural() + "/{name}");
                for (String method : List.of("patch", "put")) {
                    ObjectNode operation = path.putObject(method);
                    operation
                            .putArray("parameters")
                            .addObject()
                            .put("name", "fieldValidation")
                            .put("in", "query")
                            .putObject("schema")
                            .put("type", "string");
                    operation.putObject("responses");
                    int slash = kind.apiVersion().indexOf('/');
                    operation
                            .putObject("x-kubernetes-group-version-kind")
                            .put("group", slash < 0 ? "" : kind.apiVersion().substring(0, slash))
                            .put("version", kind.apiVersion().substring(slash + 1))
                            .put("kind", kind.kind());
                }
            }
        }
        return paths.isEmpty() ? null : document;
    }
}
