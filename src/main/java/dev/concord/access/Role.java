package dev.concord.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What a caller may do; each role includes those before it.
public enum Role {
    /// Reads messages, the state of the cluster, and meters.
    READER,
    /// Sends messages.
    WRITER,
    /// Moves leadership, changes members, and whatever else changes how the cluster runs.
    ADMIN;

    public boolean includes(Role needed) {
        return compareTo(needed) >= 0;
    }

    /// As files and commands spell it.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Role> of(String text) {
        return Arrays.stream(values()).filter(role -> role.text().equals(text)).findFirst();
    }
}
