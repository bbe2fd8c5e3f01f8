package dev.concord.storage;

import dev.concord.protocol.CanonicalWriter;
import dev.concord.protocol.ChainHash;
import dev.concord.protocol.MalformedEntryException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// How far the log is known to be on the disk, in two slots that are written in turn: a torn write spoils one of them.
/// It is what tells a torn tail from damage to acknowledged entries (S6).
///
/// The mark is written after the fsync it speaks of, so it may lag behind the truth but never runs ahead of it. That is
/// why it need not be flushed itself each time.
final class DurableMark implements AutoCloseable {
    /// Each slot has a page of its own, so that no write touches both.
    static final int SLOT_BYTES = 4096;
    /// What is written of a slot: one sector.
    private static final int WRITTEN_BYTES = 512;

    private final Path file;
    private final FileChannel channel;
    private final CanonicalWriter line = new CanonicalWriter(WRITTEN_BYTES);
    private final byte[] sector = new byte[WRITTEN_BYTES];
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(WRITTEN_BYTES);
    private Value value;
    private long writes;

    /// @param durableIndex everything up to here survived an fsync
    /// @param durableHash the hash of the entry there: ties the mark to this log
    /// @param commitIndex committed as far as this node knew; never more than `durableIndex`
    record Value(long durableIndex, ChainHash durableHash, long commitIndex) {
        static final Value ZERO = new Value(0, ChainHash.ZERO, 0);
    }

    /// @param writes counts the marks written, so that the newer slot is known
    private record Slot(long writes, long durableIndex, String durableHash, long commitIndex) {
        Value toValue() {
            return new Value(durableIndex, ChainHash.parse(durableHash), commitIndex);
        }
    }

    private DurableMark(Path file, FileChannel channel, Value value, long writes) {
        this.file = file;
        this.channel = channel;
        this.value = value;
        this.writes = writes;
    }

    /// The newest mark in the file, or null if neither slot can be read.
    static @Nullable Value read(Path file) throws IOException {
        Slot newest = newest(file);
        return newest == null ? null : newest.toValue();
    }

    private static @Nullable Slot newest(Path file) throws IOException {
        Slot newest = null;
        byte[] bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        for (int at = 0; at < 2 * SLOT_BYTES && at + WRITTEN_BYTES <= bytes.length; at += SLOT_BYTES) {
            Slot slot = slot(Arrays.copyOfRange(bytes, at, at + WRITTEN_BYTES));
            if (slot != null && (newest == null || slot.writes > newest.writes)) {
                newest = slot;
            }
        }
        return newest;
    }

    /// A slot, or null if it is damaged: then the other one is the mark, and S6 judges what happens if there is none.
    private static @Nullable Slot slot(byte[] sector) {
        try {
            return CheckedJson.read(sector, Slot.class);
        } catch (MalformedEntryException e) {
            return null;
        }
    }

    /// Opens the file for writing and puts `first` into both slots, durably.
    static DurableMark open(Path file, Value first) throws IOException {
        Slot newest = newest(file);
        if (!Files.exists(file)) {
            byte[] blank = new byte[2 * SLOT_BYTES];
            Arrays.fill(blank, (byte) ' ');
            blank[SLOT_BYTES - 1] = '\n';
            blank[2 * SLOT_BYTES - 1] = '\n';
            DataDirectory.replace(file, blank);
        }
        DurableMark mark = new DurableMark(
                file, FileChannel.open(file, StandardOpenOption.WRITE), first, newest == null ? 0 : newest.writes);
        mark.writeDurably(first);
        return mark;
    }

    Path file() {
        return file;
    }

    Value value() {
        return value;
    }

    /// Writes a mark. It survives the end of the process, and with the next flush that of the machine.
    void write(Value next) throws IOException {
        put(next);
    }

    /// Flushes what was written last. Another thread may write meanwhile.
    void flush() throws IOException {
        channel.force(false);
    }

    /// Writes a mark to both slots and flushes it. A mark that goes back must leave no newer claim in the other slot.
    void writeDurably(Value next) throws IOException {
        put(next);
        put(next);
        channel.force(true);
    }

    /// Written field by field, as [Slot] is read. A mark is written for each fsync, and with one message in flight a
    /// mapper took more than half of what the disk thread took outside of the system.
    private void put(Value next) throws IOException {
        writes++;
        line.truncate(0).literal("{\"writes\":").number(writes);
        line.literal(",\"durable_index\":").number(next.durableIndex);
        line.literal(",\"durable_hash\":\"").hash(next.durableHash);
        line.literal("\",\"commit_index\":").number(next.commitIndex);
        CheckedJson.end(line);
        Arrays.fill(sector, (byte) ' ');
        System.arraycopy(line.array(), 0, sector, 0, line.length());
        sector[WRITTEN_BYTES - 1] = '\n';
        buffer.clear().put(sector).flip();
        DataDirectory.writeFully(channel, buffer, (writes & 1) * SLOT_BYTES);
        value = next;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
