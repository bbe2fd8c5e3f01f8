package dev.concord.client;

import java.util.LinkedHashMap;
import java.util.Map;

/// One frame of STOMP 1.2, with the first value of each header.
record StompFrame(String command, Map<String, String> headers, String body) {
    /// What keeps a silent connection alive.
    static final String HEART_BEAT = "\n";

    static StompFrame of(String command, String... headers) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            map.put(headers[i], headers[i + 1]);
        }
        return new StompFrame(command, map, "");
    }

    StompFrame with(String newBody) {
        return new StompFrame(command, headers, newBody);
    }

    /// A header, or an empty text.
    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /// As it goes over the wire.
    String encode() {
        StringBuilder text =
                new StringBuilder(128 + body.length()).append(command).append('\n');
        boolean plain = isPlain(command);
        headers.forEach((name, value) -> text.append(plain ? name : escape(name))
                .append(':')
                .append(plain ? value : escape(value))
                .append('\n'));
        return text.append('\n').append(body).append('\0').toString();
    }

    /// Headers of the first two frames are not escaped, for clients of the first version.
    static boolean isPlain(String command) {
        return command.equals("CONNECT") || command.equals("CONNECTED");
    }

    private static String escape(String value) {
        return value.replace("\\", "\\\\")
                .replace("\r", "\\r")
                .replace("\n", "\\n")
                .replace(":", "\\c");
    }
}
