package dev.concord.transport;

import dev.concord.protocol.CanonicalWriter;
import org.jspecify.annotations.Nullable;

/// The line before the bytes of a frame (see the package page).
///
/// @param number counts the frames of one direction of a link from 1 on
/// @param bytes how many bytes of messages follow
/// @param mac of number and bytes, or null without a cluster secret
record FrameHeader(long number, int bytes, @Nullable String mac) {
    static FrameHeader parse(byte[] source, int from, int to) throws ViolationException {
        JsonFields line = JsonFields.parse(source, from, to);
        if (!line.text("type").equals("FRAME")) {
            throw new ViolationException(Violation.UNKNOWN_TYPE, "a line that is no frame");
        }
        FrameHeader header = new FrameHeader(
                line.number("no"),
                line.number("bytes", Integer.MAX_VALUE),
                line.takeNull("mac") ? null : line.text("mac"));
        line.end();
        if (header.bytes > TransportLimits.MAX_FRAME_BYTES) {
            throw new ViolationException(
                    Violation.TOO_LARGE,
                    "a frame of " + header.bytes + " bytes, at most " + TransportLimits.MAX_FRAME_BYTES);
        }
        return header;
    }

    void write(CanonicalWriter out) {
        out.literal("{\"type\":\"FRAME\",\"no\":").number(number);
        out.literal(",\"bytes\":").number(bytes);
        if (mac == null) {
            out.literal(",\"mac\":null}\n");
        } else {
            out.literal(",\"mac\":\"").literal(mac).literal("\"}\n");
        }
    }
}
