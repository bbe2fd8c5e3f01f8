package dev.concord.protocol;

import java.util.UUID;

/// Identity of one data directory, random, created with it. A wiped node that returns under its old number is
/// another store, and so another member (protocol M3).
public record StoreId(UUID value) implements Comparable<StoreId> {
    public static StoreId of(String text) {
        return new StoreId(UUID.fromString(text));
    }

    @Override
    public int compareTo(StoreId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
