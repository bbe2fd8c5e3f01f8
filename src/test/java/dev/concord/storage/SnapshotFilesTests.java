package dev.concord.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concord.protocol.LogSnapshot;
import dev.concord.protocol.Snapshots;
import dev.concord.runtime.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The largest snapshot that a log may begin behind, as a file.
class SnapshotFilesTests {
    @TempDir
    Path folder;

    @Test
    void theLargestIsKeptAndOneByteMoreIsDamage() throws IOException {
        DataDirectory directory = new DataDirectory(folder);
        LogSnapshot largest = Snapshots.ofSize(LogSnapshot.MAX_BYTES);
        Path file = directory.snapshot(largest.index());

        SnapshotFiles.write(directory, largest);
        assertThat(SnapshotFiles.in(directory).newest().equals(largest)).isTrue();
        byte[] bytes = Files.readAllBytes(file);
        assertThat(bytes).hasSize(LogSnapshot.MAX_BYTES + 1); // and a line feed

        Files.write(file, Arrays.copyOf(bytes, bytes.length + 1));
        assertThat(SnapshotFiles.in(directory).newest().isStart()).isTrue();
        assertThat(SnapshotFiles.in(directory).damage())
                .contains(file.toString(), "it has 33554434 bytes, at most 33554432 are taken");
    }

    @Test
    void aLargerOneIsNotWrittenAndTheErrorSaysWhatToDo() {
        DataDirectory directory = new DataDirectory(folder);
        LogSnapshot tooLarge = Snapshots.ofSize(LogSnapshot.MAX_BYTES + 1);

        assertThatThrownBy(() -> SnapshotFiles.write(directory, tooLarge))
                .isInstanceOf(StorageException.class)
                .hasMessage("The snapshot of the log at entry 2000000000000000 would have 33554433 bytes, at most "
                        + "33554432. Turn retention off.");
        assertThat(folder).isEmptyDirectory();
    }
}
