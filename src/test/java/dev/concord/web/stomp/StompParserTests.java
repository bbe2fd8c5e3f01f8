package dev.concord.web.stomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// The grammar of STOMP 1.2, byte by byte.
class StompParserTests {
    private final List<String> frames = new ArrayList<>();
    private final StompParser parser = new StompParser(frame -> frames.add(show(frame)));

    private static String show(StompFrame frame) {
        return frame.command() + "|" + frame.header("destination") + "|"
                + new String(
                        frame.buffer(), frame.bodyFrom(), frame.bodyTo() - frame.bodyFrom(), StandardCharsets.UTF_8);
    }

    private void feed(String text) throws StompFault {
        feed(text.getBytes(StandardCharsets.UTF_8));
    }

    private void feed(byte[] bytes) throws StompFault {
        parser.feed(bytes, bytes.length);
    }

    private String fault(String text) {
        try {
            feed(text);
        } catch (StompFault fault) {
            return fault.message();
        }
        return "none";
    }

    @Nested
    class Frames {
        @Test
        void aBodyWithoutLengthEndsAtTheFirstNul() throws StompFault {
            feed("SEND\ndestination:/a\n\nhello\0");
            assertThat(frames).containsExactly("SEND|/a|hello");
        }

        @Test
        void aBodyWithLengthMayHoldNuls() throws StompFault {
            feed("SEND\ndestination:/a\ncontent-length:5\n\na\0b\0c\0");
            assertThat(frames).containsExactly("SEND|/a|a\0b\0c");
        }

        @Test
        void lengthCountsBytesNotCharacters() throws StompFault {
            feed("SEND\ndestination:/a\ncontent-length:7\n\nü🎈x\0SEND\ndestination:/b\n\n\0");
            assertThat(frames).containsExactly("SEND|/a|ü🎈x", "SEND|/b|");
        }

        @Test
        void linesMayEndWithCarriageReturnAndLineFeed() throws StompFault {
            feed("SEND\r\ndestination:/a\r\n\r\nbody\r\n\0");
            assertThat(frames).containsExactly("SEND|/a|body\r\n");
        }

        @Test
        void endsOfLineBetweenFramesAreHeartBeats() throws StompFault {
            feed("\n\r\n\nSEND\ndestination:/a\n\nx\0\n\n\r\nSEND\ndestination:/b\n\ny\0\n");
            assertThat(frames).containsExactly("SEND|/a|x", "SEND|/b|y");
            assertThat(parser.isUnfinished()).isFalse();
        }

        @Test
        void theFirstOfRepeatedHeadersCounts() throws StompFault {
            feed("SEND\ndestination:/first\ndestination:/second\n\n\0");
            assertThat(frames).containsExactly("SEND|/first|");
        }

        @Test
        void blanksBelongToTheValue() throws StompFault {
            feed("SEND\ndestination: /a \n\n\0");
            assertThat(frames).containsExactly("SEND| /a |");
        }

        @Test
        void aColonInAValueIsForgiven() throws StompFault {
            feed("SEND\ndestination:/a:b\n\n\0");
            assertThat(frames).containsExactly("SEND|/a:b|");
        }

        @Test
        void framesAreTheSameHoweverTheirBytesAreCut() throws StompFault {
            byte[] stream =
                    ("\r\nSEND\r\ndestination:/ü\r\ncontent-length:6\r\n\r\n🎈\0x\0\r\n\nSEND\ndestination:/b\n\nzwölf\0"
                                    + "SUBSCRIBE\ndestination:/c\n\n\0\n")
                            .getBytes(StandardCharsets.UTF_8);
            List<String> whole = List.of("SEND|/ü|🎈\0x", "SEND|/b|zwölf", "SUBSCRIBE|/c|");
            for (int first = 0; first <= stream.length; first++) {
                for (int second = first; second <= stream.length; second++) {
                    frames.clear();
                    feed(Arrays.copyOfRange(stream, 0, first));
                    feed(Arrays.copyOfRange(stream, first, second));
                    feed(Arrays.copyOfRange(stream, second, stream.length));
                    assertThat(frames).as("cut at %d and %d", first, second).isEqualTo(whole);
                }
            }
            frames.clear();
            for (byte b : stream) {
                feed(new byte[] {b});
            }
            assertThat(frames).as("byte by byte").isEqualTo(whole);
        }

        @Test
        void theLongestFrameIsTakenAndALongerOneIsNot() throws StompFault {
            String head = "SEND\ndestination:/a\n\n";
            String body = "x".repeat(StompParser.MAX_FRAME_BYTES - head.length() - 1);
            feed(head + body + "\0");
            assertThat(frames).hasSize(1);
            assertThat(fault(head + body + "x\0")).isEqualTo("the frame is too long");
        }

        @Test
        void aFrameThatNeverEndsIsNotGatheredForEver() {
            assertThatThrownBy(() -> {
                        feed("SEND\ndestination:/a\n\n");
                        for (int i = 0; i < 1_000; i++) {
                            feed("x".repeat(1_000));
                        }
                    })
                    .isInstanceOf(StompFault.class)
                    .hasMessage("the frame is too long");
        }
    }

    @Nested
    class Escapes {
        @Test
        void allFourAreUndoneInNamesAndValues() throws StompFault {
            feed("SEND\ndesti\\nnation:x\ndestination:/a\\cb\\\\c\\nd\\re\n\n\0");
            assertThat(frames).containsExactly("SEND|/a:b\\c\nd\re|");
        }

        @Test
        void othersAreAFault() {
            assertThat(fault("SEND\ndestination:/a\\tb\n\n\0")).isEqualTo("undefined escape in a header");
        }

        @Test
        void oneCutShortIsAFault() {
            assertThat(fault("SEND\ndestination:/a\\\n\n\0")).isEqualTo("undefined escape in a header");
        }

        @Test
        void connectHasNone() throws StompFault {
            feed("CONNECT\ndestination:a\\tb\n\n\0");
            assertThat(frames).containsExactly("CONNECT|a\\tb|");
        }

        @Test
        void theFirstVersionHasNone() throws StompFault {
            parser.speak(StompVersion.V1_0);
            feed("SEND\ndestination:a\\tb\n\n\0");
            assertThat(frames).containsExactly("SEND|a\\tb|");
        }

        @Test
        void versionOneDotOneKnowsNoCarriageReturn() {
            parser.speak(StompVersion.V1_1);
            assertThat(fault("SEND\ndestination:a\\rb\n\n\0")).isEqualTo("undefined escape in a header");
        }

        @Test
        void whatIsEscapedIsRestored() throws StompFault {
            String value = "a:b\\c\nd\re";
            assertThat(StompVersion.V1_2.unescape(StompVersion.V1_2.escape(value)))
                    .isEqualTo(value);
        }
    }

    @Nested
    class Faults {
        @Test
        void anUnknownCommand() {
            assertThat(fault("HELLO\n\n\0")).isEqualTo("unknown command");
            assertThat(frames).isEmpty();
        }

        @Test
        void aLongFirstLineIsNoCommandEvenBeforeItsEnd() {
            assertThat(fault("GET / HTTP/1.1 Host")).isEqualTo("unknown command");
        }

        @Test
        void aMissingEmptyLine() {
            assertThat(fault("CONNECT\naccept-version:1.2\n\0"))
                    .isEqualTo("the empty line after the headers is missing");
        }

        @Test
        void aHeaderWithoutColon() {
            assertThat(fault("SEND\ndestination\n\n\0")).isEqualTo("a header without a name or colon");
        }

        @Test
        void aHeaderWithoutName() {
            assertThat(fault("SEND\n:value\n\n\0")).isEqualTo("a header without a name or colon");
        }

        @Test
        void aLoneCarriageReturn() {
            assertThat(fault("SEND\ndestination:/a\rb\n\n\0")).isEqualTo("a carriage return in a header");
        }

        @Test
        void bytesThatAreNoText() {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.writeBytes("SEND\ndestination:".getBytes(StandardCharsets.US_ASCII));
            bytes.write(0xff);
            bytes.writeBytes("\n\n\0".getBytes(StandardCharsets.US_ASCII));
            assertThatThrownBy(() -> feed(bytes.toByteArray())).hasMessage("a header is not UTF-8");
        }

        @Test
        void aLengthThatIsNoNumber() {
            assertThat(fault("SEND\ncontent-length:-1\n\n\0")).isEqualTo("content-length is not a number");
        }

        @Test
        void aLengthThatDoesNotMatch() {
            assertThat(fault("SEND\ncontent-length:2\n\nabc\0")).isEqualTo("content-length does not match the body");
        }

        @Test
        void aLengthBeyondTheLimit() {
            assertThat(fault("SEND\ncontent-length:99999999999\n\nabc\0")).isEqualTo("the frame is too long");
        }

        @Test
        void aBodyWhereNoneBelongs() {
            assertThat(fault("SUBSCRIBE\nid:1\n\nSEND\ndestination:/a\n\n\0")).isEqualTo("SUBSCRIBE with a body");
        }

        @Test
        void moreHeadersThanAllowed() throws StompFault {
            String allowed = "a:b\n".repeat(StompParser.MAX_HEADERS);
            feed("SEND\n" + allowed + "\n\0");
            assertThat(frames).hasSize(1);
            assertThat(fault("SEND\n" + allowed + "a:b\n\n\0")).isEqualTo("too many headers");
        }

        @Test
        void longerHeadersThanAllowed() {
            assertThat(fault("SEND\na:" + "b".repeat(StompParser.MAX_HEAD_BYTES) + "\n\n\0"))
                    .isEqualTo("the headers are too long");
        }
    }
}
