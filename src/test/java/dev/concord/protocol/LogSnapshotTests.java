package dev.concord.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/// The largest snapshot that anybody keeps, sends or takes, and one more byte.
class LogSnapshotTests {
    @Test
    void theLargestIsReadAsItWasWritten() {
        LogSnapshot largest = Snapshots.ofSize(LogSnapshot.MAX_BYTES);
        byte[] line = largest.line();

        assertThat(line).hasSize(LogSnapshot.MAX_BYTES);
        assertThat(LogSnapshot.parse(line).equals(largest)).isTrue();
    }

    @Test
    void oneMoreByteIsRefusedWithBothNumbers() {
        byte[] line = Snapshots.ofSize(LogSnapshot.MAX_BYTES + 1).line();

        assertThat(line).hasSize(LogSnapshot.MAX_BYTES + 1);
        assertThatThrownBy(() -> LogSnapshot.parse(line))
                .isInstanceOf(MalformedEntryException.class)
                .hasMessage("it has 33554433 bytes, at most 33554432 are taken");
    }
}
