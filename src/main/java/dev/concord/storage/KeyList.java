package dev.concord.storage;

import dev.concord.node.Recovery.KeyVisitor;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.LogEntry;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// The idempotency keys of consecutive chat entries, as the bytes that stand in a [KeyFile]. Of each: the fingerprint
/// of
/// its content (8 bytes), how far its index is from the one before (4), the length of the key (4), the key. One thread.
final class KeyList {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final int HEAD_BYTES = 16;
    private static final int FIRST_BYTES = 1 << 16;

    private byte[] bytes;
    private final int from;
    private int to;
    private int count;
    private long lastIndex;

    /// An empty list.
    ///
    /// @param before index of the entry before the first one that may be added
    KeyList(long before) {
        this(new byte[FIRST_BYTES], 0, 0, before);
    }

    private KeyList(byte[] bytes, int from, int to, long before) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
        lastIndex = before;
    }

    /// The list that is written in `bytes[from, to)`.
    ///
    /// @throws IllegalArgumentException if it is none
    static KeyList of(byte[] bytes, int from, int to, long before) {
        KeyList list = new KeyList(bytes, from, to, before);
        int at = from;
        while (at < to) {
            int length = to - at < HEAD_BYTES ? -1 : (int) INTS.get(bytes, at + 12);
            int distance = length < 0 ? -1 : (int) INTS.get(bytes, at + 8);
            if (length < 0 || length > to - at - HEAD_BYTES || distance < 1) {
                throw new IllegalArgumentException("no key at byte " + at);
            }
            list.lastIndex += distance;
            list.count++;
            at += HEAD_BYTES + length;
        }
        return list;
    }

    /// Adds a chat entry behind the last.
    void add(LogEntry entry) {
        ChatBody body = entry.body();
        int length = body.keyLength();
        if (bytes.length - to < HEAD_BYTES + length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, to + HEAD_BYTES + length));
        }
        LONGS.set(bytes, to, body.payloadHash());
        INTS.set(bytes, to + 8, Math.toIntExact(entry.index() - lastIndex));
        INTS.set(bytes, to + 12, length);
        body.copyKey(bytes, to + HEAD_BYTES);
        to += HEAD_BYTES + length;
        lastIndex = entry.index();
        count++;
    }

    /// Forgets all keys, to be filled with what comes next.
    void clear() {
        to = from;
        count = 0;
    }

    /// Shows the keys of the messages `firstSeq` to `lastSeq`.
    ///
    /// @param before what the first entry of the list follows
    void forEach(LogEnd before, long firstSeq, long lastSeq, KeyVisitor visitor) {
        long seq = before.seq();
        long index = before.index();
        int at = from;
        while (at < to && seq < lastSeq) {
            int length = (int) INTS.get(bytes, at + 12);
            index += (int) INTS.get(bytes, at + 8);
            seq++;
            if (seq >= firstSeq) {
                visitor.key(seq, index, (long) LONGS.get(bytes, at), bytes, at + HEAD_BYTES, length);
            }
            at += HEAD_BYTES + length;
        }
    }

    int count() {
        return count;
    }

    long lastIndex() {
        return lastIndex;
    }

    /// The array that holds the list, from [#from] on. Read only.
    byte[] array() {
        return bytes;
    }

    int from() {
        return from;
    }

    int sizeInBytes() {
        return to - from;
    }
}
