package dev.concord.protocol;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/// Times as they stand in an entry: RFC 3339 in UTC with exactly three digits of milliseconds, 24 characters.
public final class Timestamps {
    /// Characters of one time.
    public static final int LENGTH = 24;

    private Timestamps() {}

    /// The text of a time in milliseconds since 1970, years 0 to 9999.
    public static String format(long epochMillis) {
        byte[] text = new byte[LENGTH];
        write(epochMillis, text, 0);
        return new String(text, StandardCharsets.US_ASCII);
    }

    static void write(long epochMillis, byte[] target, int at) {
        long seconds = Math.floorDiv(epochMillis, 1000L);
        int millis = (int) Math.floorMod(epochMillis, 1000L);
        LocalDateTime time = LocalDateTime.ofEpochSecond(seconds, 0, ZoneOffset.UTC);
        if (time.getYear() < 0 || time.getYear() > 9999) {
            throw new IllegalArgumentException("a time outside the years 0 to 9999: " + epochMillis);
        }
        digits(target, at, 4, time.getYear());
        target[at + 4] = '-';
        digits(target, at + 5, 2, time.getMonthValue());
        target[at + 7] = '-';
        digits(target, at + 8, 2, time.getDayOfMonth());
        target[at + 10] = 'T';
        digits(target, at + 11, 2, time.getHour());
        target[at + 13] = ':';
        digits(target, at + 14, 2, time.getMinute());
        target[at + 16] = ':';
        digits(target, at + 17, 2, time.getSecond());
        target[at + 19] = '.';
        digits(target, at + 20, 3, millis);
        target[at + 23] = 'Z';
    }

    /// Reads what [#format] writes.
    ///
    /// @throws IllegalArgumentException if the bytes are not such a time
    static long parse(byte[] source, int at) {
        if (source[at + 4] != '-'
                || source[at + 7] != '-'
                || source[at + 10] != 'T'
                || source[at + 13] != ':'
                || source[at + 16] != ':'
                || source[at + 19] != '.'
                || source[at + 23] != 'Z') {
            throw new IllegalArgumentException("not a time");
        }
        try {
            LocalDateTime time = LocalDateTime.of(
                    digits(source, at, 4),
                    digits(source, at + 5, 2),
                    digits(source, at + 8, 2),
                    digits(source, at + 11, 2),
                    digits(source, at + 14, 2),
                    digits(source, at + 17, 2));
            return time.toEpochSecond(ZoneOffset.UTC) * 1000 + digits(source, at + 20, 3);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("not a time", e);
        }
    }

    private static void digits(byte[] target, int at, int count, int value) {
        int rest = value;
        for (int i = at + count - 1; i >= at; i--) {
            target[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    private static int digits(byte[] source, int at, int count) {
        int value = 0;
        for (int i = at; i < at + count; i++) {
            int digit = source[i] - '0';
            if (digit < 0 || digit > 9) {
                throw new IllegalArgumentException("not a time");
            }
            value = value * 10 + digit;
        }
        return value;
    }
}
