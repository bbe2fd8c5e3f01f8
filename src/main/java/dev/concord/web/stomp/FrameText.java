package dev.concord.web.stomp;

import java.nio.charset.StandardCharsets;

/// Builds the text of one frame that goes to a client. One use.
final class FrameText {
    /// A heart-beat: one end of line between frames.
    static final String HEART_BEAT = "\n";

    private final StompVersion version;
    private final StringBuilder text = new StringBuilder(192);

    private FrameText(StompVersion version) {
        this.version = version;
    }

    static FrameText of(String command, StompVersion version) {
        FrameText frame = new FrameText(version);
        frame.text.append(command).append('\n');
        return frame;
    }

    /// The later headers and the body of a frame whose head is not shared.
    static FrameText part(StompVersion version) {
        return new FrameText(version);
    }

    FrameText header(String name, String value) {
        text.append(name).append(':').append(version.escape(value)).append('\n');
        return this;
    }

    /// A value that must not be escaped: of CONNECTED, for clients that do not know their version yet.
    FrameText plainHeader(String name, String value) {
        text.append(name).append(':').append(value).append('\n');
        return this;
    }

    FrameText header(String name, long value) {
        text.append(name).append(':').append(value).append('\n');
        return this;
    }

    String body(String contentType, String body) {
        header("content-type", contentType);
        header("content-length", body.getBytes(StandardCharsets.UTF_8).length);
        return text.append('\n').append(body).append('\0').toString();
    }

    String withoutBody() {
        return text.append("\n\0").toString();
    }

    /// What was built so far: the head of frames whose rest is shared.
    String head() {
        return text.toString();
    }
}
