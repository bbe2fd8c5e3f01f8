package dev.concord.storage;

import dev.concord.runtime.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// One process on one data directory (S1): an exclusive lock of the operating system, which ends with the process
/// however it dies. The file names the holder, for people.
final class DirectoryLock implements AutoCloseable {
    private static final int MOST_DIGITS_OF_A_PID = 20;

    /// The locks of this process. Its own second attempt must not even open the file: on POSIX systems, closing any
    /// channel on a file gives up every lock that the process has on it.
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private DirectoryLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /// Takes the lock or refuses at once.
    static DirectoryLock take(Path lockFile) throws IOException {
        Path file = lockFile.toAbsolutePath().normalize();
        if (!HELD.add(file)) {
            throw inUse(
                    file,
                    " or log (of this very process, pid "
                            + ProcessHandle.current().pid() + ")");
        }
        try {
            return new DirectoryLock(file, lock(file));
        } catch (IOException | RuntimeException e) {
            HELD.remove(file);
            throw e;
        }
    }

    private static FileChannel lock(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
            channel.close();
            throw inUse(file, holder(file));
        }
        byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
        channel.truncate(0);
        DataDirectory.writeFully(channel, ByteBuffer.wrap(pid), 0);
        return channel;
    }

    private static StorageException inUse(Path file, String holder) {
        return new StorageException("The data directory " + file.getParent() + " is in use by another process" + holder
                + ". Stop that one first, or give this node a log_dir of its own.");
    }

    private static String holder(Path file) throws IOException {
        byte[] text = Files.readAllBytes(file);
        return text.length == 0 || text.length > MOST_DIGITS_OF_A_PID
                ? ""
                : " (pid " + new String(text, StandardCharsets.US_ASCII).strip() + ")";
    }

    @Override
    public void close() throws IOException {
        channel.close();
        HELD.remove(file);
    }
}
