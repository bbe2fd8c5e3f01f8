package dev.concord.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The hash of an entry: the first 128 bits of SHA-256 over the previous entry's hash and this entry's line up to
/// `,"hash":`. Two logs with the same hash at an index have the same history up to there (section 3).
public record ChainHash(long high, long low) {
    /// The hash before the first entry.
    public static final ChainHash ZERO = new ChainHash(0, 0);

    /// Number of hexadecimal digits in an entry line.
    public static final int HEX_LENGTH = 32;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    /// Looking the algorithm up, and making arrays for each hash, cost as much as a short hash.
    private static final ThreadLocal<Workplace> WORKPLACE = ThreadLocal.withInitial(Workplace::new);

    private static final class Workplace {
        private final MessageDigest sha256;
        private final byte[] previous = new byte[16];
        private final byte[] digest = new byte[32];

        Workplace() {
            try {
                sha256 = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }

        ChainHash hash(ChainHash before, byte[] line, int from, int to) {
            LONGS.set(previous, 0, before.high);
            LONGS.set(previous, 8, before.low);
            sha256.update(previous, 0, previous.length);
            sha256.update(line, from, to - from);
            try {
                sha256.digest(digest, 0, digest.length);
            } catch (DigestException e) {
                throw new IllegalStateException("32 bytes are what SHA-256 gives", e);
            }
            return new ChainHash((long) LONGS.get(digest, 0), (long) LONGS.get(digest, 8));
        }
    }

    /// The hash of the entry whose line starts with `line[from, to)`, following an entry with hash `previous`.
    public static ChainHash of(ChainHash previous, byte[] line, int from, int to) {
        return WORKPLACE.get().hash(previous, line, from, to);
    }

    /// Reads 32 lower-case hexadecimal digits.
    public static ChainHash parse(CharSequence hex) {
        if (hex.length() != HEX_LENGTH) {
            throw new IllegalArgumentException("a hash has 32 hexadecimal digits: " + hex);
        }
        return new ChainHash(
                HexFormat.fromHexDigitsToLong(hex, 0, 16), HexFormat.fromHexDigitsToLong(hex, 16, HEX_LENGTH));
    }

    /// Writes the 32 digits at `at`.
    public void write(byte[] target, int at) {
        for (int i = 0; i < 16; i++) {
            target[at + i] = DIGITS[(int) (high >>> (60 - 4 * i)) & 15];
            target[at + 16 + i] = DIGITS[(int) (low >>> (60 - 4 * i)) & 15];
        }
    }

    @Override
    public String toString() {
        byte[] hex = new byte[HEX_LENGTH];
        write(hex, 0);
        return new String(hex, StandardCharsets.US_ASCII);
    }
}
