package dev.concord.transport;

import dev.concord.protocol.ByteSearch;
import dev.concord.protocol.CanonicalWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The line before the bytes of a frame (see the package page).
///
/// @param number counts the frames of one direction of a link from 1 on
/// @param bytes how many bytes of messages follow
/// @param mac of number and bytes, or null without a cluster secret
record FrameHeader(long number, int bytes, @Nullable String mac) {
    private static final String START = "{\"type\":\"FRAME\",\"no\":";
    private static final String BYTES = ",\"bytes\":";
    private static final String MAC = ",\"mac\":\"";
    private static final String END = "\"}";

    /// So many digits fit a `long`, and an `int`, whatever they are.
    private static final int NUMBER_DIGITS = 15;

    private static final int BYTES_DIGITS = 9;

    static FrameHeader parse(byte[] source, int from, int to) throws ViolationException {
        FrameHeader header = asWritten(source, from, to);
        if (header == null) {
            header = asJson(source, from, to);
        }
        if (header.bytes > TransportLimits.MAX_FRAME_BYTES) {
            throw new ViolationException(
                    Violation.TOO_LARGE,
                    "a frame of " + header.bytes + " bytes, at most " + TransportLimits.MAX_FRAME_BYTES);
        }
        return header;
    }

    /// What [#write] wrote with a MAC, or null if it is spelled otherwise. Reading it like any JSON was a seventh of
    /// what
    /// the thread of a link took.
    private static @Nullable FrameHeader asWritten(byte[] source, int from, int to) {
        int numberAt = from + START.length();
        int numberEnd = digitsEnd(source, numberAt, to, NUMBER_DIGITS);
        int bytesAt = numberEnd + BYTES.length();
        int bytesEnd = digitsEnd(source, bytesAt, to, BYTES_DIGITS);
        int macAt = bytesEnd + MAC.length();
        int macEnd = to - END.length();
        if (numberEnd == numberAt
                || bytesEnd == bytesAt
                || !stands(START, source, from, to)
                || !stands(BYTES, source, numberEnd, to)
                || !stands(MAC, source, bytesEnd, to)
                || macAt > macEnd
                || ByteSearch.endOfPlain(source, macAt, to) != macEnd
                || !stands(END, source, macEnd, to)) {
            return null;
        }
        return new FrameHeader(
                number(source, numberAt, numberEnd),
                (int) number(source, bytesAt, bytesEnd),
                new String(source, macAt, macEnd - macAt, StandardCharsets.US_ASCII));
    }

    private static boolean stands(String ascii, byte[] source, int at, int to) {
        if (to - at < ascii.length()) {
            return false;
        }
        for (int i = 0; i < ascii.length(); i++) {
            if (source[at + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// Where a number ends that JSON would take; `at` if there is none.
    private static int digitsEnd(byte[] source, int at, int to, int most) {
        int end = at;
        while (end < to && end - at < most && source[end] >= '0' && source[end] <= '9') {
            end++;
        }
        return end > at + 1 && source[at] == '0' ? at : end;
    }

    private static long number(byte[] source, int at, int end) {
        long value = 0;
        for (int i = at; i < end; i++) {
            value = 10 * value + source[i] - '0';
        }
        return value;
    }

    private static FrameHeader asJson(byte[] source, int from, int to) throws ViolationException {
        JsonFields line = JsonFields.parse(source, from, to);
        if (!line.text("type").equals("FRAME")) {
            throw new ViolationException(Violation.UNKNOWN_TYPE, "a line that is no frame");
        }
        FrameHeader header = new FrameHeader(
                line.number("no"),
                line.number("bytes", Integer.MAX_VALUE),
                line.takeNull("mac") ? null : line.text("mac"));
        line.end();
        return header;
    }

    void write(CanonicalWriter out) {
        out.literal(START).number(number);
        out.literal(BYTES).number(bytes);
        if (mac == null) {
            out.literal(",\"mac\":null}\n");
        } else {
            out.literal(MAC).literal(mac).literal(END).literal("\n");
        }
    }
}
