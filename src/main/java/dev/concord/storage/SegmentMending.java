package dev.concord.storage;

import dev.concord.protocol.ChainHash;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogPosition;
import dev.concord.runtime.MendableLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// A closed segment that is written anew beside the damaged one, and takes its place in one rename. One thread.
final class SegmentMending implements MendableLog.Mending {
    private final DataDirectory directory;
    private final Segment segment;
    private final LogEnd goal;
    private final SegmentFiles readers;
    private final Path temporary;
    private final FileChannel channel;
    private LogEnd end;
    private long size;

    /// @param goal the end of the segment, as the one after it knows it
    SegmentMending(DataDirectory directory, Segment segment, LogEnd goal, SegmentFiles readers) throws IOException {
        this.directory = directory;
        this.segment = segment;
        this.goal = goal;
        this.readers = readers;
        temporary = DataDirectory.temporary(segment.file());
        channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        end = segment.before();
    }

    @Override
    public LogPosition last() {
        return new LogPosition(end.term(), end.index());
    }

    @Override
    public ChainHash lastHash() {
        return end.hash();
    }

    @Override
    public boolean add(List<LogEntry> entries) {
        for (LogEntry entry : entries) {
            if (entry.index() != end.index() + 1 || !entry.follows(end.hash())) {
                return false;
            }
            if (isComplete()) {
                return true;
            }
            write(entry);
            end = end.then(entry);
        }
        return !isComplete() || end.hash().equals(goal.hash());
    }

    private void write(LogEntry entry) {
        try {
            ByteBuffer line = ByteBuffer.allocate(entry.sizeInBytes());
            line.put(entry.line()).put((byte) '\n').flip();
            DataDirectory.writeFully(channel, line, size);
            size += entry.sizeInBytes();
        } catch (IOException e) {
            throw DataDirectory.failure("write to", temporary, e);
        }
    }

    @Override
    public boolean isComplete() {
        return end.index() >= goal.index();
    }

    @Override
    public void finish() {
        if (!end.hash().equals(goal.hash()) || size != segment.extent().size()) {
            throw new IllegalStateException("what was written ends at " + end + " instead of " + goal);
        }
        try {
            channel.force(true);
            directory.linkIntoQuarantine(segment.file());
            Files.move(temporary, segment.file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            DataDirectory.fsyncDirectory(directory.log());
            readers.forget(segment);
        } catch (IOException e) {
            throw DataDirectory.failure("replace", segment.file(), e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            throw DataDirectory.failure("close", temporary, e);
        }
    }
}
