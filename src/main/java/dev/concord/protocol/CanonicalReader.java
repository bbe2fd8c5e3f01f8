package dev.concord.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads canonical JSON strictly: exactly what [CanonicalWriter] writes, byte for byte, and nothing else. What differs
/// is damage or an intruder, never another dialect. One use, one thread.
final class CanonicalReader {
    /// What each byte is worth as a lower-case hexadecimal digit; -1 if it is none.
    private static final byte[] DIGIT_VALUES = new byte[256];

    static {
        Arrays.fill(DIGIT_VALUES, (byte) -1);
        for (int digit = 0; digit < 16; digit++) {
            DIGIT_VALUES[Character.forDigit(digit, 16)] = (byte) digit;
        }
    }

    private final byte[] source;
    private final int end;
    private int at;

    CanonicalReader(byte[] source, int from, int end) {
        this.source = source;
        this.at = from;
        this.end = end;
    }

    int position() {
        return at;
    }

    boolean atEnd() {
        return at == end;
    }

    CanonicalReader expect(String ascii) {
        if (!accept(ascii)) {
            throw malformed("expected " + ascii);
        }
        return this;
    }

    boolean accept(String ascii) {
        int n = ascii.length();
        if (end - at < n) {
            return false;
        }
        for (int i = 0; i < n; i++) {
            if (source[at + i] != ascii.charAt(i)) {
                return false;
            }
        }
        at += n;
        return true;
    }

    /// A number from 0 to 2^53 - 1, without leading zeros.
    long number() {
        int start = at;
        long value = 0;
        while (at < end && source[at] >= '0' && source[at] <= '9') {
            value = value * 10 + (source[at++] - '0');
            if (value >= 1L << 53) {
                throw malformed("number out of range");
            }
        }
        if (at == start || source[start] == '0' && at > start + 1) {
            throw malformed("expected a number");
        }
        return value;
    }

    /// A number that fits an `int`, such as a node id.
    int smallNumber() {
        long value = number();
        if (value > Integer.MAX_VALUE) {
            throw malformed("number out of range");
        }
        return (int) value;
    }

    /// Refuses what was read since `start` if the writer would have spelled it otherwise.
    void requireSpelling(int start, CanonicalWriter written) {
        if (!Arrays.equals(source, start, at, written.array(), 0, written.length())) {
            throw malformed("not in canonical form");
        }
    }

    /// Passes over a string in quotes, checking that every byte is in canonical form.
    void skipString() {
        expect("\"");
        for (at = ByteSearch.endOfPlain(source, at, end); at < end; at = ByteSearch.endOfPlain(source, at, end)) {
            int b = source[at];
            if (b == '"') {
                at++;
                return;
            }
            if (b == '\\') {
                escape();
            } else if (b < 0) {
                utf8();
            } else if (b >= 0x20) {
                at++;
            } else {
                throw malformed("control character");
            }
        }
        throw malformed("string without an end");
    }

    String string() {
        int start = at + 1;
        skipString();
        return unescape(source, start, at - 1);
    }

    ChainHash hash() {
        long high = hex(16);
        return new ChainHash(high, hex(16));
    }

    int checksum() {
        return (int) hex(8);
    }

    long time() {
        if (end - at < Timestamps.LENGTH) {
            throw malformed("expected a time");
        }
        try {
            long millis = Timestamps.parse(source, at);
            at += Timestamps.LENGTH;
            return millis;
        } catch (IllegalArgumentException e) {
            throw malformed("expected a time");
        }
    }

    MalformedEntryException malformed(String what) {
        return new MalformedEntryException(what + " at byte " + at);
    }

    /// The text of a canonical string body, without its quotes.
    static String unescape(byte[] source, int from, int to) {
        int escape = from;
        while (escape < to && source[escape] != '\\') {
            escape++;
        }
        if (escape == to) {
            return new String(source, from, to - from, StandardCharsets.UTF_8);
        }
        StringBuilder text = new StringBuilder(to - from);
        int start = from;
        for (int i = escape; i < to; i++) {
            if (source[i] == '\\') {
                text.append(new String(source, start, i - start, StandardCharsets.UTF_8));
                byte c = source[++i];
                switch (c) {
                    case 'n' -> text.append('\n');
                    case 't' -> text.append('\t');
                    case 'r' -> text.append('\r');
                    case 'b' -> text.append('\b');
                    case 'f' -> text.append('\f');
                    case 'u' -> {
                        text.append(
                                (char) Integer.parseInt(new String(source, i + 1, 4, StandardCharsets.US_ASCII), 16));
                        i += 4;
                    }
                    default -> text.append((char) c);
                }
                start = i + 1;
            }
        }
        return text.append(new String(source, start, to - start, StandardCharsets.UTF_8))
                .toString();
    }

    private long hex(int digits) {
        if (end - at < digits) {
            throw malformed("expected " + digits + " hexadecimal digits");
        }
        long value = 0;
        int wrong = 0;
        for (int i = at; i < at + digits; i++) {
            int digit = DIGIT_VALUES[source[i] & 0xff];
            wrong |= digit;
            value = value << 4 | digit & 15;
        }
        if (wrong < 0) {
            throw malformed("expected " + digits + " hexadecimal digits");
        }
        at += digits;
        return value;
    }

    private void escape() {
        if (end - at < 2) {
            throw malformed("escape without an end");
        }
        switch (source[at + 1]) {
            case '"', '\\', 'n', 't', 'r', 'b', 'f' -> at += 2;
            case 'u' -> {
                at += 2;
                long value = hex(4);
                if (value >= 0x20 || value >= 8 && value <= 13 && value != 11) {
                    throw malformed("needless escape");
                }
            }
            default -> throw malformed("unknown escape");
        }
    }

    private void utf8() {
        int b = source[at] & 0xff;
        int more = b >= 0xf0 ? 3 : b >= 0xe0 ? 2 : 1;
        if (b < 0xc2 || b > 0xf4 || end - at <= more) {
            throw malformed("invalid UTF-8");
        }
        int codePoint = b & (0x3f >> more);
        for (int i = 1; i <= more; i++) {
            int next = source[at + i];
            if ((next & 0xc0) != 0x80) {
                throw malformed("invalid UTF-8");
            }
            codePoint = codePoint << 6 | next & 0x3f;
        }
        boolean overlong = more == 2 && codePoint < 0x800 || more == 3 && codePoint < 0x10000;
        if (overlong || codePoint > 0x10ffff || codePoint >= 0xd800 && codePoint <= 0xdfff) {
            throw malformed("invalid UTF-8");
        }
        at += more + 1;
    }
}
