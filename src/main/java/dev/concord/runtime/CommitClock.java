package dev.concord.runtime;

import java.util.function.LongConsumer;

/// Times the leader's part of a commit: from appending a batch of entries to their commit. Keeps two numbers a batch in
/// arrays made once, and forgets the newest when more are open than it can hold. Of the event loop alone.
final class CommitClock {
    /// Batches that may be open at once; a leader refuses messages long before (X6).
    static final int MAX_OPEN = 4096;

    private final long[] lastIndex = new long[MAX_OPEN];
    private final long[] since = new long[MAX_OPEN];
    private int first;
    private int open;

    /// A batch that ends with `index` was appended.
    void appended(long index, long now) {
        if (open < MAX_OPEN) {
            int slot = (first + open) % MAX_OPEN;
            lastIndex[slot] = index;
            since[slot] = now;
            open++;
        }
    }

    /// Leadership has ended: what is open will not be committed by this leader.
    void clear() {
        open = 0;
    }

    /// Everything up to `index` is committed: tells `duration` of each batch that this completes.
    void committed(long index, long now, LongConsumer duration) {
        while (open > 0 && lastIndex[first] <= index) {
            duration.accept(now - since[first]);
            first = (first + 1) % MAX_OPEN;
            open--;
        }
    }
}
