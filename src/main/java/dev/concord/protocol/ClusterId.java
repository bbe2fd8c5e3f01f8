package dev.concord.protocol;

import java.util.UUID;

/// Identity of a cluster, created when it is founded (M1) and part of every handshake (T4).
public record ClusterId(UUID value) {
    public static ClusterId of(String text) {
        return new ClusterId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
