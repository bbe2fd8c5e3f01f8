package dev.concord.storage;

import dev.concord.node.Recovery.KeyVisitor;
import dev.concord.protocol.LogEntry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The idempotency keys of consecutive chat entries, as the bytes that stand in a [KeyFile], in pieces: a list
/// leaves no outgrown array behind when it grows. One thread.
final class KeyList {
    private final List<ByteBuffer> full = new ArrayList<>();
    private ByteBuffer piece = ByteBuffer.allocate(KeyFile.PIECE_BYTES);
    private int fullBytes;
    private int count;
    private long lastIndex;

    /// An empty list.
    ///
    /// @param before index of the entry before the first one that may be added
    KeyList(long before) {
        lastIndex = before;
    }

    /// Adds a chat entry behind the last.
    void add(LogEntry entry) {
        int length = KeyFile.lengthOf(entry.body());
        if (piece.remaining() < length) {
            fullBytes += piece.position();
            full.add(piece.flip());
            piece = ByteBuffer.allocate(KeyFile.PIECE_BYTES);
        }
        KeyFile.put(piece, entry, lastIndex);
        lastIndex = entry.index();
        count++;
    }

    /// Forgets all keys, to be filled with what comes next.
    void clear() {
        full.clear();
        fullBytes = 0;
        piece.clear();
        count = 0;
    }

    /// Shows the keys of the messages `firstSeq` to `lastSeq`.
    ///
    /// @param before what the first entry of the list follows
    void forEach(LogEnd before, long firstSeq, long lastSeq, KeyVisitor visitor) {
        KeyParser parser = new KeyParser(before, firstSeq, lastSeq, visitor);
        pieces().forEach(parser::take);
    }

    /// What the list consists of, read only: until the next change.
    List<ByteBuffer> pieces() {
        List<ByteBuffer> all =
                new ArrayList<>(full.stream().map(ByteBuffer::duplicate).toList());
        all.add(piece.duplicate().flip());
        return all;
    }

    int count() {
        return count;
    }

    long lastIndex() {
        return lastIndex;
    }

    int sizeInBytes() {
        return fullBytes + piece.position();
    }
}
