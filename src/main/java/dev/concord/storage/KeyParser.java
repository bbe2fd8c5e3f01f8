package dev.concord.storage;

import dev.concord.node.Recovery.KeyVisitor;
import java.nio.ByteBuffer;

/// Reads keys as they stand in a [KeyFile], a piece at a time, and shows those of some messages. One thread.
final class KeyParser {
    private final long firstSeq;
    private final long lastSeq;
    private final KeyVisitor visitor;
    private long seq;
    private long index;

    /// @param before what the first key follows
    KeyParser(LogEnd before, long firstSeq, long lastSeq, KeyVisitor visitor) {
        this.firstSeq = firstSeq;
        this.lastSeq = lastSeq;
        this.visitor = visitor;
        seq = before.seq();
        index = before.index();
    }

    /// Reads the keys that lie in the buffer as a whole, and leaves the beginning of another one there.
    ///
    /// @param piece with an array, which visitors are shown
    /// @throws IllegalArgumentException if there is something that is no key
    void take(ByteBuffer piece) {
        while (piece.remaining() >= KeyFile.HEAD_BYTES) {
            int at = piece.position();
            int distance = piece.getInt(at + 8);
            int length = piece.getInt(at + 12);
            if (distance < 1 || length < 0 || length > KeyFile.PIECE_BYTES - KeyFile.HEAD_BYTES) {
                throw new IllegalArgumentException("no key of message " + (seq + 1));
            }
            if (length > piece.remaining() - KeyFile.HEAD_BYTES) {
                return;
            }
            seq++;
            index += distance;
            int key = at + KeyFile.HEAD_BYTES;
            if (firstSeq <= seq && seq <= lastSeq) {
                visitor.key(seq, index, piece.getLong(at), piece.array(), piece.arrayOffset() + key, length);
            }
            piece.position(key + length);
        }
    }

    /// The last message whose key was read, shown or not.
    long seq() {
        return seq;
    }

    long index() {
        return index;
    }
}
