package dev.concord.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.fuzz.Fuzzer;
import dev.concord.protocol.ChainHash;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.Term;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What a client may post: a message that can stand in the log, or a refusal that names what is wrong.
class PostFuzzTests {
    private static final List<byte[]> GOOD = Stream.of(
                    "{\"sender\":\"ada\",\"text\":\"hello\"}",
                    "{\"sender\":\"ada\",\"text\":\"gr\\u00fc\\u00dfe \\ud83d\\ude00\",\"room\":\"general\",\"id\":\"a-1\"}",
                    "{ \"text\" : \"yes\\n\", \"reply\" : 42, \"sender\" : \"bob\" }",
                    "{\"sender\":\"ada\",\"delete\":7}")
            .map(text -> text.getBytes(StandardCharsets.UTF_8))
            .toList();

    private final PostReader reader = new PostReader(
            new PostRules(ChatLimits.DEFAULTS),
            new MessageIds(InstantSource.system()),
            (body, reference, envelope) -> {});

    @Test
    void isAMessageOrIsRefusedInWords() {
        Fuzzer.attack("messages of clients", GOOD, bytes -> {
            try {
                ChatBody body = reader.read(bytes, 0, bytes.length, PostReader.Envelope.EMPTY);
                LogEntry entry = LogEntry.chat(new LogPosition(new Term(1), 1), 1, 0, body, ChainHash.ZERO);
                assertThat(LogEntry.parse(entry.line()).body()).isEqualTo(body);
                return true;
            } catch (PostRefusedException e) {
                assertThat(e.getMessage()).isNotBlank();
                return false;
            }
        });
    }
}
