package dev.concord.storage;

import dev.concord.protocol.Levels;
import dev.concord.protocol.MalformedEntryException;
import dev.concord.runtime.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The level that a folder was written at, read before anything else of it: what a newer program wrote would look like
/// damage to an older one (V4). It is the `version` of the meta record, and of a backup's manifest.
public final class StoredLevel {
    private StoredLevel() {}

    private record Text(int version) {}

    /// @throws StorageException in one sentence with the remedy, if this program cannot work on the folder
    public static void require(Path folder, Levels levels) {
        int level = of(new DataDirectory(folder));
        if (level > levels.newest()) {
            throw new StorageException(folder + " was written at level " + level + ", and this program knows " + levels
                    + ": use a program that knows level " + level + ", because a level never goes back.");
        }
        if (level > 0 && level < levels.oldest()) {
            throw new StorageException(folder + " is at level " + level + ", and this program knows " + levels
                    + ": upgrade by way of a program that knows both, and raise the level with it.");
        }
    }

    /// The highest level that any of the files names, 0 if none can be read.
    private static int of(DataDirectory directory) {
        int level = 0;
        for (Path file : List.of(directory.metaA(), directory.metaB(), directory.manifest())) {
            try {
                if (Files.exists(file)) {
                    level = Math.max(level, CheckedJson.read(Files.readAllBytes(file), Text.class).version);
                }
            } catch (MalformedEntryException e) {
                // damage is the business of whoever reads the file as a whole
            } catch (IOException e) {
                throw DataDirectory.failure("read", file, e);
            }
        }
        return level;
    }
}
