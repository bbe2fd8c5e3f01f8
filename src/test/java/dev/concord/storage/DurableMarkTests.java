package dev.concord.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.ChainHash;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The mark: two slots, of which a crash spoils at most the one that was being written.
class DurableMarkTests {
    private static final DurableMark.Value OLD = new DurableMark.Value(4, new ChainHash(4, 4), 3);
    private static final DurableMark.Value NEW = new DurableMark.Value(123_456_789_012L, new ChainHash(-1, -1), 9);

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("durable.mark");
    }

    @Test
    void isTheOneWrittenLast() throws IOException {
        try (DurableMark mark = DurableMark.open(file, OLD)) {
            mark.write(NEW);
            assertThat(DurableMark.read(file)).isEqualTo(NEW);
            mark.write(OLD);
            assertThat(DurableMark.read(file)).isEqualTo(OLD);
        }
    }

    @Test
    void isTheOneBeforeWhenTheLastWasTorn() throws IOException {
        try (DurableMark mark = DurableMark.open(file, OLD)) {
            mark.write(NEW);
        }
        byte[] written = DataFolders.read(file);
        int slot = new String(written, java.nio.charset.StandardCharsets.UTF_8).indexOf("123456789012")
                        > DurableMark.SLOT_BYTES
                ? DurableMark.SLOT_BYTES
                : 0;
        for (int at = slot; written[at] != ' '; at++) {
            byte[] torn = written.clone();
            torn[at] ^= 1;
            DataFolders.write(file, torn);
            assertThat(DurableMark.read(file)).as("byte %d", at).isEqualTo(OLD);
        }
    }

    @Test
    void thatGoesBackLeavesNoNewerClaimBehind() throws IOException {
        try (DurableMark mark = DurableMark.open(file, NEW)) {
            mark.writeDurably(OLD);
        }
        assertThat(DataFolders.read(file)).asString().doesNotContain("123456789012");
    }

    @Test
    void isUnknownWithoutAFile() throws IOException {
        assertThat(DurableMark.read(file)).isNull();
    }
}
