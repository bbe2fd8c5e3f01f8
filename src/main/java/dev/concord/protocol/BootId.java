package dev.concord.protocol;

import java.util.UUID;

/// Identity of one process start, random. A new boot has forgotten everything that was not durable (R7, T5).
public record BootId(UUID value) {
    public static BootId of(String text) {
        return new BootId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
