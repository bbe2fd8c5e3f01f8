package dev.concord.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.ChatBody;
import dev.concord.protocol.LogEntry;
import dev.concord.runtime.InMemoryLog;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageJsonTests {
    private final InMemoryLog log = new InMemoryLog();

    @Test
    void aMessageIsMadeOfThePartsOfItsLineInTheOrderOfTheInterface() {
        log.commitNoop();
        LogEntry entry = log.commit(List.of(ChatBody.of("k\"1", "secret-user", "dev", "ada", "line\nbreak é")))
                .getFirst();

        assertThat(new String(MessageJson.bytes(entry), StandardCharsets.UTF_8))
                .isEqualTo("{\"seq\":1,\"term\":3,\"id\":\"k\\\"1\",\"room\":\"dev\",\"sender\":\"ada\","
                        + "\"text\":\"line\\nbreak é\",\"at\":\"2026-11-22T07:30:00.124Z\"}");
    }

    @Test
    void lengthAgreesWithWhatIsWrittenAtEveryNumberOfDigits() {
        for (int i = 0; i < 1001; i++) {
            LogEntry entry = log.commit(List.of(ChatBody.of("k" + i, "", "general", "ada", "x".repeat(i % 7 + 1))))
                    .getFirst();
            byte[] target = new byte[MessageJson.length(entry) + 10];

            assertThat(MessageJson.write(entry, target, 5)).isEqualTo(5 + MessageJson.length(entry));
        }
    }
}
