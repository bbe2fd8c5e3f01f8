package dev.concord.sequencing;

import dev.concord.protocol.ChatBody;
import dev.concord.protocol.LogEntry;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which keys stand in the log, uncommitted entries included (X3): the memory that makes a retry safe.
///
/// It follows the log exactly: what is appended is added, what is rewound is removed (trap 17), and a key leaves only
/// when its entry is further behind the *committed* end than the window, so a rewind never needs a key that is gone.
/// It is looked up, never iterated.
public final class DedupIndex {
    private int window;
    private final Map<String, Seen> seen = new HashMap<>();
    private final ArrayDeque<Placed> order = new ArrayDeque<>();

    /// @param window number of committed chat entries, by seq, within which a key is recognised (X4)
    public DedupIndex(int window) {
        this.window = window;
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

    private record Placed(long seq, String key) {}

    /// Adds an appended chat entry. A key that is there already inside the window breaks I9; the caller has checked.
    public void appended(LogEntry entry) {
        String key = entry.body().key();
        seen.put(key, new Seen(entry.seq(), entry.index(), entry.body().payloadHash()));
        order.addLast(new Placed(entry.seq(), key));
    }

    /// Removes a chat entry that was cut off the end; newest first.
    public void rewound(LogEntry entry) {
        Placed newest = order.removeLast();
        if (newest.seq() != entry.seq()) {
            throw new IllegalStateException("rewound seq " + entry.seq() + " but the newest is " + newest.seq());
        }
        seen.remove(newest.key());
    }

    /// Forgets what has left the window behind the committed end.
    public void committed(long commitSeq) {
        while (!order.isEmpty() && order.getFirst().seq() <= commitSeq - window) {
            Placed oldest = order.removeFirst();
            Seen current = seen.get(oldest.key());
            if (current != null && current.seq() == oldest.seq()) {
                seen.remove(oldest.key());
            }
        }
    }

    /// The entry that holds this key, or null.
    public @Nullable Seen find(ChatBody body) {
        return seen.get(body.key());
    }

    /// Whether a client that knew `afterSeq` before its first try may have had it appended so long ago that its key
    /// is forgotten (X4).
    public boolean mayHaveForgotten(long afterSeq, long lastSeq) {
        return afterSeq >= 0 && afterSeq < lastSeq - window;
    }

    public int size() {
        return seen.size();
    }
}
