package dev.concord.web.stomp;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// Frames that are to leave a session in one write. It holds references to them: most are shared with other sessions.
///
/// Of one thread.
final class FrameBatch {
    /// Frames that leave together at most.
    static final int MAX_FRAMES = 64;
    /// Their bytes at most, unless a single one is larger.
    static final int MAX_BYTES = 16 * 1024;

    private ByteBuffer[] frames = new ByteBuffer[1];
    private int count;
    private int bytes;

    boolean isEmpty() {
        return count == 0;
    }

    /// Whether one more frame may join those that are here.
    boolean hasRoomFor(WebSocketText frame) {
        return count == 0 || count < MAX_FRAMES && frame.length() <= MAX_BYTES - bytes;
    }

    void add(WebSocketText frame) {
        if (count == frames.length) {
            frames = Arrays.copyOf(frames, 2 * count);
        }
        frames[count++] = frame.buffer();
        bytes += frame.length();
    }

    /// The frames, the first [#count] of this array.
    ByteBuffer[] frames() {
        return frames;
    }

    int count() {
        return count;
    }

    void clear() {
        Arrays.fill(frames, 0, count, null);
        count = 0;
        bytes = 0;
    }
}
