package dev.concord.bench;

/// Looks for things in bytes without making text of them.
final class Bytes {
    private Bytes() {}

    /// Where `wanted` begins in `[from, to)`, or -1.
    static int indexOf(byte[] bytes, int from, int to, byte[] wanted) {
        for (int i = from; i <= to - wanted.length; i++) {
            if (startsWith(bytes, i, to, wanted)) {
                return i;
            }
        }
        return -1;
    }

    static boolean startsWith(byte[] bytes, int from, int to, byte[] wanted) {
        if (to - from < wanted.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (bytes[from + i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    /// The decimal number that begins at `from`, or -1.
    static long number(byte[] bytes, int from, int to) {
        long value = -1;
        for (int i = from; i < to && bytes[i] >= '0' && bytes[i] <= '9'; i++) {
            value = Math.max(0, value) * 10 + bytes[i] - '0';
        }
        return value;
    }
}
