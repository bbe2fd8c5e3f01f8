package dev.concord.web;

import tools.jackson.databind.json.JsonMapper;

/// JSON of everything but messages, whose JSON is cut from the log.
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    static byte[] bytes(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }
}
