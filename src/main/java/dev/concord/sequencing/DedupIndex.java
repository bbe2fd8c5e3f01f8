package dev.concord.sequencing;

import dev.concord.protocol.ChatBody;
import dev.concord.protocol.LogEntry;
import org.jspecify.annotations.Nullable;

/// Which keys stand in the log, uncommitted entries included (X3): the memory that makes a retry safe.
///
/// It follows the log exactly: what is appended is added, what is rewound is removed (trap 17), and a key leaves only
/// when its entry is further behind the *committed* end than the window, so a rewind never needs a key that is gone.
/// A key takes about 40 bytes and its own length ([KeyTable]).
public final class DedupIndex {
    private int window;
    private final KeyTable keys;

    /// @param window number of committed chat entries, by seq, within which a key is recognised (X4)
    /// @param seed of the hash of keys: changes no answer, and must not be known to clients
    public DedupIndex(int window, long seed) {
        this.window = window;
        keys = new KeyTable(seed);
    }

    /// The window of the configuration in force. It is written at the founding and no command changes it; a node that
    /// joins learns it with the first entry of its log, before any key.
    public void window(int messages) {
        window = messages;
    }

    public int window() {
        return window;
    }

    /// A key's first entry.
    public record Seen(long seq, long index, long payloadHash) {
        /// Whether this is the same message again, and not another one under its key.
        public boolean matches(ChatBody body) {
            return payloadHash == body.payloadHash();
        }
    }

    /// Adds an appended chat entry. A key that is there already inside the window breaks I9; the caller has checked.
    public void appended(LogEntry entry) {
        keys.add(entry);
    }

    /// Makes room for as many keys at once.
    public void reserve(int count) {
        keys.reserve(count);
    }

    /// Adds the key of a chat entry of the log that is not at hand itself.
    public void recalled(long seq, long index, long payloadHash, byte[] source, int at, int length) {
        keys.add(seq, index, payloadHash, source, at, length);
    }

    /// Removes a chat entry that was cut off the end; newest first.
    public void rewound(LogEntry entry) {
        if (keys.lastSeq() != entry.seq()) {
            throw new IllegalStateException("rewound seq " + entry.seq() + " but the newest is " + keys.lastSeq());
        }
        keys.removeNewest();
    }

    /// Forgets what has left the window behind the committed end.
    public void committed(long commitSeq) {
        while (keys.size() > 0 && keys.firstSeq() <= commitSeq - window) {
            keys.removeOldest();
        }
    }

    /// The entry that holds this key, or null.
    public @Nullable Seen find(ChatBody body) {
        long seq = keys.find(body);
        return seq < 0 ? null : new Seen(seq, keys.index(seq), keys.payloadHash(seq));
    }

    /// Whether a client that knew `afterSeq` before its first try may have had it appended so long ago that its key
    /// is forgotten (X4).
    public boolean mayHaveForgotten(long afterSeq, long lastSeq) {
        return afterSeq >= 0 && afterSeq < lastSeq - window;
    }

    public int size() {
        return keys.size();
    }
}
