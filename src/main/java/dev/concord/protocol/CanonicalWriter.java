package dev.concord.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/// Writes canonical JSON: no white space, the shortest escapes. Every value has exactly one spelling, so equal entries
/// are equal bytes. Entry lines and what crosses a peer link are written with it. For one thread.
public final class CanonicalWriter {
    /// Numbers are below 2^53, so that every JSON reader takes them unharmed.
    public static final long MAX_NUMBER = (1L << 53) - 1;

    private static final HexFormat HEX = HexFormat.of();

    private byte[] buffer;
    private int length;

    public CanonicalWriter(int capacity) {
        buffer = new byte[capacity];
    }

    /// Text that needs no escape: keys, punctuation, names of constants.
    public CanonicalWriter literal(String ascii) {
        int n = ascii.length();
        ensure(n);
        for (int i = 0; i < n; i++) {
            buffer[length + i] = (byte) ascii.charAt(i);
        }
        length += n;
        return this;
    }

    public CanonicalWriter number(long value) {
        if (value < 0 || value > MAX_NUMBER) {
            throw new IllegalArgumentException("numbers are from 0 to 2^53 - 1, not " + value);
        }
        int digits = digits(value);
        ensure(digits);
        long rest = value;
        for (int i = length + digits - 1; i >= length; i--) {
            buffer[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        return this;
    }

    /// How long [#number] writes a number that is not negative.
    static int digits(long value) {
        int digits = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            digits++;
        }
        return digits;
    }

    /// A JSON string in quotes. A lone surrogate has no UTF-8 form and is refused (X6).
    public CanonicalWriter string(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        if (utf8.length == value.length() && isPlain(utf8)) {
            ensure(utf8.length + 2);
            buffer[length++] = '"';
            bytes(utf8, 0, utf8.length);
            buffer[length++] = '"';
            return this;
        }
        return escaped(value);
    }

    /// Whether text of as many characters as these bytes needs no escape. A lone surrogate would be a `?` here.
    private static boolean isPlain(byte[] utf8) {
        return ByteSearch.endOfPlain(utf8, 0, utf8.length) == utf8.length
                && ByteSearch.indexOf(utf8, (byte) '?', 0, utf8.length) < 0;
    }

    private CanonicalWriter escaped(String value) {
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

    public CanonicalWriter bytes(byte[] source, int from, int to) {
        ensure(to - from);
        System.arraycopy(source, from, buffer, length, to - from);
        length += to - from;
        return this;
    }

    public CanonicalWriter hash(ChainHash hash) {
        ensure(ChainHash.HEX_LENGTH);
        hash.write(buffer, length);
        length += ChainHash.HEX_LENGTH;
        return this;
    }

    public CanonicalWriter checksum(int crc) {
        return literal(HEX.toHexDigits(crc));
    }

    /// Time as RFC 3339 UTC with milliseconds.
    public CanonicalWriter time(long epochMillis) {
        ensure(Timestamps.LENGTH);
        Timestamps.write(epochMillis, buffer, length);
        length += Timestamps.LENGTH;
        return this;
    }

    /// The bytes written so far are `[0, length)` of this array, until the next write.
    public byte[] array() {
        return buffer;
    }

    public int length() {
        return length;
    }

    /// Forgets everything after the first `newLength` bytes.
    public CanonicalWriter truncate(int newLength) {
        length = Math.min(length, newLength);
        return this;
    }

    public byte[] toBytes() {
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
