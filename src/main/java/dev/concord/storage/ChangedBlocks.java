package dev.concord.storage;

import java.util.Arrays;
import java.util.stream.LongStream;

/// Which messages the changes of one segment are about, roughly: the seqs of all messages are cut into blocks of
/// equal size, and these are the blocks that are touched. Held in memory for every closed segment, so that a reader
/// opens only the seals that it needs. Never more than [#MAX] blocks: with more, the blocks are made twice as
/// large.
final class ChangedBlocks {
    /// Most blocks of a segment, 8 bytes each.
    static final int MAX = 1024;
    /// The smallest blocks, of 256 messages.
    static final int SMALLEST_SHIFT = 8;

    static final ChangedBlocks NONE = new ChangedBlocks(SMALLEST_SHIFT);

    private final int shift;
    private final long[] blocks;

    /// @param shift a block has 2^shift messages
    /// @param blocks numbers of the touched blocks, ascending
    ChangedBlocks(int shift, long... blocks) {
        this.shift = shift;
        this.blocks = blocks;
    }

    /// @param targets ascending, with repetitions
    static ChangedBlocks of(long[] targets, int count) {
        for (int shift = SMALLEST_SHIFT; ; shift++) {
            long[] blocks = new long[MAX];
            int found = 0;
            boolean fits = true;
            for (int i = 0; i < count && fits; i++) {
                long block = targets[i] >> shift;
                if (found == 0 || blocks[found - 1] != block) {
                    fits = found < MAX;
                    if (fits) {
                        blocks[found++] = block;
                    }
                }
            }
            if (fits) {
                return new ChangedBlocks(shift, Arrays.copyOf(blocks, found));
            }
        }
    }

    /// Whether a change of one of the messages `firstSeq` to `lastSeq` may be there; if not, there is none.
    boolean mayTouch(long firstSeq, long lastSeq) {
        int at = Arrays.binarySearch(blocks, firstSeq >> shift);
        int next = at >= 0 ? at : -at - 1;
        return next < blocks.length && blocks[next] <= lastSeq >> shift;
    }

    int shift() {
        return shift;
    }

    LongStream blocks() {
        return LongStream.of(blocks);
    }

    boolean isEmpty() {
        return blocks.length == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChangedBlocks that && shift == that.shift && Arrays.equals(blocks, that.blocks);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(blocks);
    }
}
