package dev.concord.storage;

import dev.concord.protocol.ChatBody;
import dev.concord.protocol.Reference;
import dev.concord.runtime.LogReader.ChangeVisitor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The edits and deletes of the segment that is being written, as they come: 16 bytes each, nothing for other
/// messages.
///
/// **Threads.** One writes, others read meanwhile: a change is complete before it counts.
final class OpenChanges implements ChangeSource {
    private static final int FIRST_CHANGES = 32;

    private volatile long[] pairs = new long[0];
    private volatile int count;

    /// Notes the message `seq` if it changes an earlier one.
    void add(long seq, ChatBody body) {
        if (body.refers()) {
            note(seq, body.reference());
        }
    }

    private void note(long seq, @Nullable Reference reference) {
        if (reference == null || !reference.kind().isChange() || reference.seq() >= seq) {
            return; // a reply, or a reference to what was not there yet and so to nothing
        }
        int n = count;
        long[] room = pairs;
        if (2 * n == room.length) {
            room = Arrays.copyOf(room, Math.max(2 * FIRST_CHANGES, 2 * room.length));
        }
        room[2 * n] = reference.seq();
        room[2 * n + 1] = seq << 1 | (reference.kind() == Reference.Kind.DELETE ? 1 : 0);
        pairs = room;
        count = n + 1;
    }

    @Override
    public void forEach(long firstSeq, long lastSeq, ChangeVisitor visitor) {
        int n = count; // read before the array, which is never older than it
        long[] seen = pairs;
        for (int i = 0; i < n; i++) {
            long target = seen[2 * i];
            if (target >= firstSeq && target <= lastSeq) {
                visitor.change(target, seen[2 * i + 1] >> 1, (seen[2 * i + 1] & 1) == 1);
            }
        }
    }

    /// Everything noted so far, for the seal.
    ChangeTable toTable() {
        return ChangeTable.of(pairs, count);
    }
}
