package dev.concord.sequencing;

import java.util.ArrayDeque;
import java.util.Arrays;

/// The bytes of the keys of a [KeyTable], oldest to newest, in blocks: what is added takes a new block when the last
/// is full, and blocks whose keys have all left are used again. So a growing table copies no key and leaves no outgrown
/// array behind, and what it takes is what its keys take.
///
/// A position is the number of a block and the offset in it, in one int. Block numbers count on and begin anew after
/// the largest, which lies further away than any two keys of a table.
final class KeyTexts {
    /// A longer text has a block of its own.
    static final int BLOCK_BYTES = 1 << 14;
    /// Blocks that are kept to be used again: as many may become free when one is wanted.
    static final int MOST_SPARE = 8;

    private static final int OFFSET_BITS = 14;
    private static final int MOST_BLOCKS = 1 << Integer.SIZE - OFFSET_BITS;
    private static final byte[] NONE = {};

    private final ArrayDeque<byte[]> spare = new ArrayDeque<>();

    /// A ring, by the number of the block.
    private byte[][] blocks = {NONE};

    private int first;
    private int last;

    /// Where the next text begins in the last block.
    private int end;

    /// Makes room for a text behind the newest.
    ///
    /// @param oldest where the first text begins that is still wanted
    /// @return its position
    int add(int length, int oldest) {
        if (end >= BLOCK_BYTES || end + length > blocks[slot(last)].length) {
            begin(length, oldest >>> OFFSET_BITS);
        }
        int position = last << OFFSET_BITS | end;
        end += length;
        return position;
    }

    private void begin(int length, int oldest) {
        while (first != oldest) {
            take(first);
            first = after(first);
        }
        if (end > 0) {
            if (count() == blocks.length) {
                grow();
            }
            last = after(last);
            end = 0;
        }
        byte[] block = length > BLOCK_BYTES || spare.isEmpty() ? new byte[Math.max(length, BLOCK_BYTES)] : spare.pop();
        blocks[slot(last)] = block;
    }

    /// Removes all texts from this position on.
    void cut(int position) {
        int kept = position >>> OFFSET_BITS;
        for (int number = kept; number != last; ) {
            number = after(number);
            take(number);
        }
        last = kept;
        end = position & BLOCK_BYTES - 1;
    }

    /// Removes all texts.
    void clear() {
        Arrays.fill(blocks, NONE);
        first = 0;
        last = 0;
        end = 0;
    }

    private void take(int number) {
        byte[] block = blocks[slot(number)];
        blocks[slot(number)] = NONE;
        if (block.length == BLOCK_BYTES && spare.size() < MOST_SPARE) {
            spare.push(block);
        }
    }

    private void grow() {
        if (blocks.length == MOST_BLOCKS) {
            throw new IllegalStateException("keys of more than 4 GiB");
        }
        byte[][] larger = new byte[2 * blocks.length][];
        Arrays.fill(larger, NONE);
        for (int i = 0, number = first; i < blocks.length; i++, number = after(number)) {
            larger[number & larger.length - 1] = blocks[slot(number)];
        }
        blocks = larger;
    }

    /// The array that holds the text at this position, at [#offset].
    byte[] block(int position) {
        return blocks[slot(position >>> OFFSET_BITS)];
    }

    static int offset(int position) {
        return position & BLOCK_BYTES - 1;
    }

    /// Blocks in use.
    int count() {
        return (last - first & MOST_BLOCKS - 1) + 1;
    }

    private int slot(int number) {
        return number & blocks.length - 1;
    }

    private static int after(int number) {
        return number + 1 & MOST_BLOCKS - 1;
    }
}
