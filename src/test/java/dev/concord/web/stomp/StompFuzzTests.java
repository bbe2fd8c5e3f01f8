package dev.concord.web.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.fuzz.Fuzzer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What a client may send: frames, or one fault; and the same ones, however the bytes are cut on their way.
class StompFuzzTests {
    private static final List<byte[]> GOOD = Stream.of(
                    "CONNECT\naccept-version:1.1,1.2\nhost:a\nheart-beat:0,0\n\n\0",
                    "SEND\ndestination:/app/chat.general\nreceipt:r1\ncontent-type:application/json\n\n{\"sender\":\"ada\",\"text\":\"a\"}\0",
                    "SEND\ndestination:/app/chat.general\ncontent-length:5\n\na\0b\0c\0\n\n",
                    "SUBSCRIBE\r\nid:0\r\ndestination:/topic/chat\r\nafter:5\r\n\r\n\0",
                    "SEND\ndestination:/a\\c\\n\\\\b\n\ntext\0UNSUBSCRIBE\nid:0\n\n\0DISCONNECT\nreceipt:9\n\n\0")
            .map(text -> text.getBytes(StandardCharsets.UTF_8))
            .toList();

    @Test
    void framesAreTheSameHoweverTheyAreCut() {
        Fuzzer.attack("STOMP frames", GOOD, bytes -> {
            List<String> whole = heard(bytes, bytes.length);
            assertThat(heard(bytes, 1 + Math.floorMod(Arrays.hashCode(bytes), 17)))
                    .isEqualTo(whole);
            return whole.isEmpty() || !whole.getLast().startsWith("fault");
        });
    }

    private static List<String> heard(byte[] bytes, int piece) {
        List<String> heard = new ArrayList<>();
        StompParser parser = new StompParser(frame -> heard.add(frame.command() + " " + frame.header("destination")
                + " " + Arrays.hashCode(Arrays.copyOfRange(frame.buffer(), frame.bodyFrom(), frame.bodyTo()))));
        try {
            for (int at = 0; at < bytes.length; at += piece) {
                byte[] next = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece));
                parser.feed(next, next.length);
            }
        } catch (StompFault fault) {
            heard.add("fault: " + fault.message());
        }
        return heard;
    }
}
