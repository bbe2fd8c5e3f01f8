package dev.concord.chat;

import static dev.concord.chat.PostRefusedException.Rule;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A hint that somebody writes, as clients send it: `{"sender":"ada"}`, with `"room"` where the address names none.
///
/// @param room null if it names none
public record TypingHint(String sender, @Nullable String room) {
    /// Largest hint that is read.
    public static final int MAX_BYTES = 2048;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /// Reads the hint that is `bytes[from, to)`.
    ///
    /// @throws PostRefusedException naming field and rule
    public static TypingHint read(byte[] bytes, int from, int to) {
        if (to - from > MAX_BYTES) {
            throw new PostRefusedException("", Rule.TOO_LONG, "a hint has at most " + MAX_BYTES + " bytes");
        }
        JsonNode json;
        try {
            json = MAPPER.readTree(bytes, from, to - from);
        } catch (JacksonException e) {
            throw new PostRefusedException("", Rule.MALFORMED, "malformed JSON; a hint is {\"sender\":\"ada\"}");
        }
        if (!json.isObject()) {
            throw new PostRefusedException("", Rule.MALFORMED, "a hint is a JSON object such as {\"sender\":\"ada\"}");
        }
        String sender = null;
        String room = null;
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            String name = field.getKey();
            if (!name.equals("sender") && !name.equals("room")) {
                throw new PostRefusedException("", Rule.UNKNOWN_FIELD, "unknown field; known are sender and room");
            }
            if (!field.getValue().isString()) {
                throw new PostRefusedException(name, Rule.WRONG_TYPE, name + " must be a string");
            }
            if (name.equals("sender")) {
                sender = field.getValue().asString();
            } else {
                room = field.getValue().asString();
            }
        }
        if (sender == null) {
            throw new PostRefusedException("sender", Rule.MISSING, "sender is missing");
        }
        return new TypingHint(sender, room);
    }
}
