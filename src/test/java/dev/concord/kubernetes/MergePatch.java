package dev.concord.kubernetes;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// RFC 7386, and its strategic form as far as these manifests need it: lists whose entries have a name are merged entry
/// by entry, all others are replaced.
final class MergePatch {
    private MergePatch() {}

    static JsonNode apply(JsonNode target, JsonNode patch, boolean strategic) {
        if (!(patch instanceof ObjectNode changes)) {
            return patch;
        }
        boolean replaces = strategic && changes.path("$patch").asString("").equals("replace");
        ObjectNode result = target instanceof ObjectNode object && !replaces
                ? object.deepCopy()
                : ApiServerDouble.JSON.createObjectNode();
        for (var change : changes.properties()) {
            String key = change.getKey();
            JsonNode value = change.getValue();
            if (strategic && key.startsWith("$")) {
                continue; // an instruction: to replace, or an order of entries, which here never changes
            }
            if (value.isNull()) {
                result.remove(key);
            } else if (strategic && value instanceof ArrayNode entries && result.path(key) instanceof ArrayNode old) {
                result.set(key, isNamed(old) ? merge(old, entries) : entries);
            } else {
                result.set(key, apply(result.path(key), value, strategic));
            }
        }
        return result;
    }

    private static boolean isNamed(ArrayNode entries) {
        for (JsonNode entry : entries) {
            if (!entry.has("name")) {
                return false;
            }
        }
        return true;
    }

    private static JsonNode merge(ArrayNode old, ArrayNode entries) {
        ArrayNode result = old.deepCopy();
        for (JsonNode entry : entries) {
            int at = -1;
            for (int i = 0; i < result.size(); i++) {
                if (result.get(i).path("name").equals(entry.path("name"))) {
                    at = i;
                }
            }
            if (at >= 0) {
                result.set(at, apply(result.get(at), entry, true));
            } else {
                result.add(entry);
            }
        }
        return result;
    }
}
