package dev.concord.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/// Writes the canonical JSON of entry lines: no white space, fixed key order, the shortest escapes. Every value has
/// exactly one spelling, so equal entries are equal bytes. One use, one thread.
final class CanonicalWriter {
    private static final HexFormat HEX = HexFormat.of();

    private byte[] buffer;
    private int length;

    CanonicalWriter(int capacity) {
        buffer = new byte[capacity];
    }

    CanonicalWriter literal(String ascii) {
        int n = ascii.length();
        ensure(n);
        for (int i = 0; i < n; i++) {
            buffer[length + i] = (byte) ascii.charAt(i);
        }
        length += n;
        return this;
    }

    CanonicalWriter number(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("numbers of an entry are not negative: " + value);
        }
        ensure(20);
        int digits = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            digits++;
        }
        long rest = value;
        for (int i = length + digits - 1; i >= length; i--) {
            buffer[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        return this;
    }

    /// A JSON string in quotes. A lone surrogate has no UTF-8 form and is refused (X6).
    CanonicalWriter string(String value) {
        ensure(value.length() * 6 + 2);
        buffer[length++] = '"';
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                buffer[length++] = '\\';
                buffer[length++] = (byte) c;
            } else if (c < 0x20) {
                control(c);
            } else if (c < 0x80) {
                buffer[length++] = (byte) c;
            } else if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == value.length()
                        || !Character.isLowSurrogate(value.charAt(i + 1))) {
                    throw new IllegalArgumentException("lone surrogate at position " + i);
                }
                utf8(Character.toCodePoint(c, value.charAt(++i)));
            } else {
                utf8(c);
            }
        }
        buffer[length++] = '"';
        return this;
    }

    CanonicalWriter bytes(byte[] source, int from, int to) {
        ensure(to - from);
        System.arraycopy(source, from, buffer, length, to - from);
        length += to - from;
        return this;
    }

    CanonicalWriter hash(ChainHash hash) {
        ensure(ChainHash.HEX_LENGTH);
        hash.write(buffer, length);
        length += ChainHash.HEX_LENGTH;
        return this;
    }

    CanonicalWriter checksum(int crc) {
        return literal(HEX.toHexDigits(crc));
    }

    /// Time as RFC 3339 UTC with milliseconds.
    CanonicalWriter time(long epochMillis) {
        ensure(Timestamps.LENGTH);
        Timestamps.write(epochMillis, buffer, length);
        length += Timestamps.LENGTH;
        return this;
    }

    byte[] array() {
        return buffer;
    }

    int length() {
        return length;
    }

    byte[] toBytes() {
        return length == buffer.length ? buffer : Arrays.copyOf(buffer, length);
    }

    private void control(char c) {
        buffer[length++] = '\\';
        switch (c) {
            case '\n' -> buffer[length++] = 'n';
            case '\t' -> buffer[length++] = 't';
            case '\r' -> buffer[length++] = 'r';
            case '\b' -> buffer[length++] = 'b';
            case '\f' -> buffer[length++] = 'f';
            default -> literal("u" + HEX.toHexDigits(c));
        }
    }

    private void utf8(int codePoint) {
        if (codePoint < 0x800) {
            buffer[length++] = (byte) (0xc0 | codePoint >> 6);
        } else {
            if (codePoint < 0x10000) {
                buffer[length++] = (byte) (0xe0 | codePoint >> 12);
            } else {
                buffer[length++] = (byte) (0xf0 | codePoint >> 18);
                buffer[length++] = (byte) (0x80 | codePoint >> 12 & 0x3f);
            }
            buffer[length++] = (byte) (0x80 | codePoint >> 6 & 0x3f);
        }
        buffer[length++] = (byte) (0x80 | codePoint & 0x3f);
    }

    private void ensure(int more) {
        if (buffer.length - length < more) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + more));
        }
    }

    @Override
    public String toString() {
        return new String(buffer, 0, length, StandardCharsets.UTF_8);
    }
}
