package dev.concord.storage;

import dev.concord.protocol.MalformedEntryException;
import dev.concord.runtime.LogReader.ChangeVisitor;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The edits and deletes of a closed segment, as they stand in its seal: ordered by the message that is meant, then
/// as in the log, each as the distance to the one before, about four bytes. Immutable.
final class ChangeTable implements ChangeSource {
    static final ChangeTable NONE = new ChangeTable(0, ChangedBlocks.NONE, new byte[0]);

    private final int count;
    private final ChangedBlocks blocks;
    private final byte[] packed;

    private ChangeTable(int count, ChangedBlocks blocks, byte[] packed) {
        this.count = count;
        this.blocks = blocks;
        this.packed = packed;
    }

    /// @param pairs for each change the message that is meant, then twice its own seq, and one more for a delete
    static ChangeTable of(long[] pairs, int count) {
        if (count == 0) {
            return NONE;
        }
        Integer[] order = new Integer[count];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> Long.compare(pairs[2 * a], pairs[2 * b])); // stable: of one message as in the log
        ByteArrayOutputStream packed = new ByteArrayOutputStream(4 * count);
        long[] targets = new long[count];
        long target = 0;
        long before = 0;
        for (int i = 0; i < count; i++) {
            long next = pairs[2 * order[i]];
            long change = pairs[2 * order[i] + 1];
            if (next != target) {
                before = next;
            }
            number(packed, next - target);
            number(packed, ((change >> 1) - before) << 1 | change & 1);
            target = next;
            before = change >> 1;
            targets[i] = next;
        }
        return new ChangeTable(count, ChangedBlocks.of(targets, count), packed.toByteArray());
    }

    private static void number(ByteArrayOutputStream out, long value) {
        long rest = value;
        while (rest > 0x7f) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    @Override
    public void forEach(long firstSeq, long lastSeq, ChangeVisitor visitor) {
        long target = 0;
        long seq = 0;
        int at = 0;
        for (int i = 0; i < count; i++) {
            long distance = 0;
            int bits = 0;
            do {
                distance |= (packed[at] & 0x7fL) << bits;
                bits += 7;
            } while (packed[at++] < 0);
            long step = 0;
            bits = 0;
            do {
                step |= (packed[at] & 0x7fL) << bits;
                bits += 7;
            } while (packed[at++] < 0);
            target += distance;
            seq = (distance > 0 ? target : seq) + (step >> 1);
            if (target > lastSeq) {
                return;
            }
            if (target >= firstSeq) {
                visitor.change(target, seq, (step & 1) == 1);
            }
        }
    }

    ChangedBlocks blocks() {
        return blocks;
    }

    /// How many changes it holds.
    int count() {
        return count;
    }

    /// Only which messages are touched, without the changes: what stays in memory.
    ChangeTable withoutChanges() {
        return new ChangeTable(0, blocks, new byte[0]);
    }

    /// As it is written down; of no changes nothing is, so that the seal of a log of level 1 stays as it was.
    @Nullable
    Text toText() {
        return count == 0
                ? null
                : new Text(
                        count,
                        blocks.shift(),
                        blocks.blocks().boxed().toList(),
                        Base64.getEncoder().encodeToString(packed));
    }

    /// @param shift a block has 2^shift messages
    /// @param blocks that are touched
    /// @param packed the changes, as Base64
    record Text(int count, int shift, List<Long> blocks, String packed) {
        ChangeTable toTable() {
            byte[] bytes = Base64.getDecoder().decode(packed);
            if (count < 1 || shift < 0 || bytes.length < 2 * count || bytes[bytes.length - 1] < 0) {
                throw new MalformedEntryException("its changes are not understood");
            }
            long[] touched = blocks.stream().mapToLong(Long::longValue).toArray();
            return new ChangeTable(count, new ChangedBlocks(shift, touched), bytes);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChangeTable that && count == that.count && Arrays.equals(packed, that.packed);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(packed);
    }
}
