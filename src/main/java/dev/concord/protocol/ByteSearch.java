package dev.concord.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Finds bytes eight at a time. Most of what crosses this program is the text of messages, in which an end is looked
/// for again at every hop; byte by byte that costs more than everything else that a hop does with it.
public final class ByteSearch {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;

    /// Odd, half of its bits set: the golden ratio.
    private static final long MULTIPLIER = 0x9e3779b97f4a7c15L;

    private ByteSearch() {}

    /// Where the first `wanted` is in `[from, to)`, or -1.
    public static int indexOf(byte[] bytes, byte wanted, int from, int to) {
        long pattern = (wanted & 0xffL) * ONES;
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            long found = zeros((long) LONGS.get(bytes, at) ^ pattern);
            if (found != 0) {
                return at + (Long.numberOfTrailingZeros(found) >>> 3);
            }
        }
        for (; at < to; at++) {
            if (bytes[at] == wanted) {
                return at;
            }
        }
        return -1;
    }

    /// Where the plain text that begins at `from` ends: at the first byte that is no printable ASCII character, or one
    /// that JSON escapes; at `to` if there is none.
    public static int endOfPlain(byte[] bytes, int from, int to) {
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            long word = (long) LONGS.get(bytes, at);
            long found = zeros(word ^ '"' * ONES)
                    | zeros(word ^ '\\' * ONES)
                    | zeros(word ^ 0x7f * ONES)
                    | (word - ' ' * ONES) & ~word & HIGHS // below the space
                    | word & HIGHS;
            if (found != 0) {
                return at + (Long.numberOfTrailingZeros(found) >>> 3);
            }
        }
        while (at < to && isPlain(bytes[at])) {
            at++;
        }
        return at;
    }

    /// A hash for tables: each eight bytes are multiplied to twice their width, and both halves kept. Nobody who does
    /// not know the seed can choose bytes that collide.
    public static long hash(long seed, byte[] bytes, int from, int to) {
        long hash = seed;
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            hash = mixed(hash ^ (long) LONGS.get(bytes, at));
        }
        long rest = (long) to - from;
        for (; at < to; at++) {
            rest = rest << 8 | bytes[at] & 0xff;
        }
        return mixed(hash ^ rest);
    }

    private static long mixed(long word) {
        return Math.unsignedMultiplyHigh(word, MULTIPLIER) ^ word * MULTIPLIER;
    }

    private static boolean isPlain(byte b) {
        return b >= ' ' && b < 0x7f && b != '"' && b != '\\';
    }

    /// The high bit of each byte that is zero. Above the lowest of them there may be others, by the borrow; only the
    /// lowest counts here.
    private static long zeros(long word) {
        return word - ONES & ~word & HIGHS;
    }
}
