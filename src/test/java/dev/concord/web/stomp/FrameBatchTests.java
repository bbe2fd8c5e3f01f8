package dev.concord.web.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Frames that leave a session together.
class FrameBatchTests {
    private final FrameBatch batch = new FrameBatch();

    @Test
    void areSoManyAtMost() {
        WebSocketText frame = WebSocketText.of("x");
        for (int i = 0; i < FrameBatch.MAX_FRAMES; i++) {
            assertThat(batch.hasRoomFor(frame)).isTrue();
            batch.add(frame);
        }

        assertThat(batch.hasRoomFor(frame)).isFalse();
        assertThat(batch.count()).isEqualTo(FrameBatch.MAX_FRAMES);
        assertThat(batch.frames()).hasSize(FrameBatch.MAX_FRAMES).doesNotContainNull();
    }

    @Test
    void haveSoManyBytesAtMost() {
        WebSocketText half = ofLength(FrameBatch.MAX_BYTES / 2);
        batch.add(half);

        assertThat(batch.hasRoomFor(ofLength(FrameBatch.MAX_BYTES / 2 + 1))).isFalse();
        assertThat(batch.hasRoomFor(half)).isTrue();
        batch.add(half);
        assertThat(batch.hasRoomFor(ofLength(2))).isFalse();
    }

    @Test
    void areASingleOneIfItIsLarger() {
        WebSocketText large = ofLength(FrameBatch.MAX_BYTES + 1);

        assertThat(batch.hasRoomFor(large)).isTrue();
        batch.add(large);
        assertThat(batch.hasRoomFor(ofLength(2))).isFalse();
    }

    @Test
    void areForgottenOnceTheyHaveLeft() {
        batch.add(WebSocketText.of("one"));
        batch.add(WebSocketText.of("two"));

        batch.clear();

        assertThat(batch.isEmpty()).isTrue();
        assertThat(batch.frames()).containsOnlyNulls();
        assertThat(batch.hasRoomFor(ofLength(FrameBatch.MAX_BYTES))).isTrue();
    }

    private static WebSocketText ofLength(int length) {
        int header = length < 128 ? 2 : 4;
        WebSocketText frame = WebSocketText.of("x".repeat(length - header));
        assertThat(frame.length()).isEqualTo(length);
        return frame;
    }
}
