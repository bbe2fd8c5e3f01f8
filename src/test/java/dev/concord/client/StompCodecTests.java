package dev.concord.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StompCodecTests {
    private final StompDecoder decoder = new StompDecoder();
    private final List<StompFrame> frames = new ArrayList<>();

    @Test
    void whatIsEncodedIsDecodedAgain() throws Exception {
        StompFrame frame = StompFrame.of("SEND", "destination", "/app/chat", "odd", "a:b\\c\nd\re")
                .with("{\"text\":\"zwei\\nZeilen 🎉\"}");

        feed(frame.encode());

        assertThat(frames).containsExactly(frame);
    }

    @Test
    void aFrameMayComeInAnyPieces() throws Exception {
        String text = StompFrame.of("MESSAGE", "subscription", "room.a")
                        .with("one")
                        .encode()
                + StompFrame.HEART_BEAT
                + StompFrame.of("MESSAGE", "subscription", "room.b").with("two").encode();

        for (int i = 0; i < text.length(); i++) {
            feed(text.substring(i, i + 1));
        }

        assertThat(frames).extracting(StompFrame::body).containsExactly("one", "two");
        assertThat(frames).extracting(frame -> frame.header("subscription")).containsExactly("room.a", "room.b");
    }

    @Test
    void heartBeatsAreNoFrames() throws Exception {
        feed("\n\n\r\n");

        assertThat(frames).isEmpty();
    }

    @Test
    void carriageReturnsBeforeLineFeedsAreIgnored() throws Exception {
        feed("RECEIPT\r\nreceipt-id:1\r\n\r\n\0");

        assertThat(frames).containsExactly(StompFrame.of("RECEIPT", "receipt-id", "1"));
    }

    @Test
    void theFirstOfARepeatedHeaderCounts() throws Exception {
        feed("MESSAGE\nseq:1\nseq:2\n\n\0");

        assertThat(frames.getFirst().header("seq")).isEqualTo("1");
    }

    @Test
    void theGreetingIsNotEscaped() throws Exception {
        assertThat(StompFrame.of("CONNECT", "name", "a:b").encode()).isEqualTo("CONNECT\nname:a:b\n\n\0");

        feed("CONNECTED\nserver:x\\cy\n\n\0");

        assertThat(frames.getFirst().header("server")).isEqualTo("x\\cy");
    }

    @Test
    void whatIsNoStompIsRefused() {
        assertThatThrownBy(() -> feed("hello\0")).isInstanceOf(BadAnswerException.class);
        assertThatThrownBy(() -> new StompDecoder().feed("A\nheader\n\n\0", frames::add))
                .isInstanceOf(BadAnswerException.class);
        assertThatThrownBy(() -> new StompDecoder().feed("A\nx:\\t\n\n\0", frames::add))
                .isInstanceOf(BadAnswerException.class);
    }

    @Test
    void aFrameThatNeverEndsIsRefused() {
        assertThatThrownBy(() -> feed("x".repeat(StompDecoder.MAX_FRAME_CHARS + 1)))
                .isInstanceOf(BadAnswerException.class)
                .hasMessageContaining("a frame of more than");
    }

    private void feed(String piece) throws Exception {
        decoder.feed(piece, frames::add);
    }
}
