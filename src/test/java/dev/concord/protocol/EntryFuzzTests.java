package dev.concord.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.fuzz.Fuzzer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/// An entry is exactly one line of bytes: whatever is accepted is written the same way again.
class EntryFuzzTests {
    private static List<byte[]> lines() {
        History history = new History();
        history.config(1, Examples.voters(1, 2, 3));
        history.noop(1, 3);
        history.chat(1, "a");
        history.chat(
                2,
                ChatBody.of(
                        "id",
                        "user",
                        "general",
                        "ada",
                        "grüße \ud83d\ude00 \"\\\n",
                        new Reference(Reference.Kind.REPLY, 1)));
        List<byte[]> lines = new ArrayList<>();
        history.entries().forEach(entry -> lines.add(entry.line()));
        return lines;
    }

    @Test
    void whatIsNotAnEntryIsRefusedAsThat() {
        Fuzzer.attack("entries", lines(), EntryFuzzTests::isEntry);
    }

    /// The checksum refuses nearly everything, so this one mends it after the change.
    @Test
    void whatAnIntruderGaveAChecksumIsNoneEither() {
        Fuzzer.attack("entries with a good checksum", lines(), line -> isEntry(sealed(line)));
    }

    private static boolean isEntry(byte[] line) {
        try {
            assertThat(LogEntry.parse(line).line()).isEqualTo(line);
            return true;
        } catch (MalformedEntryException e) {
            return false;
        }
    }

    private static byte[] sealed(byte[] line) {
        String text = new String(line, StandardCharsets.ISO_8859_1);
        int at = text.lastIndexOf(",\"crc\":");
        if (at < 0) {
            return line;
        }
        CRC32C crc = new CRC32C();
        crc.update(line, 0, at);
        return (text.substring(0, at) + ",\"crc\":\"%08x\"}".formatted(crc.getValue()))
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
