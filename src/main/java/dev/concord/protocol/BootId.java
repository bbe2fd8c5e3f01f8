package dev.concord.protocol;

import java.util.UUID;

/// Identity of one process start, random. A new boot has forgotten everything that was not durable (R7, T5).
public record BootId(UUID value) {
    public static BootId of(String text) {
        return new BootId(UUID.fromString(text));
    }

    /// A number below 2^48 that is another one for another boot, as far as chance allows.
    public long number() {
        long mixed = (value.getMostSignificantBits() * 31 + value.getLeastSignificantBits()) * 0x9E3779B97F4A7C15L;
        return mixed >>> 16;
    }

    /// What tables of this boot hash with: nobody outside the cluster knows it.
    public long seed() {
        return value.getMostSignificantBits() ^ Long.rotateLeft(value.getLeastSignificantBits(), 32);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
