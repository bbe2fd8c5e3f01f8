package dev.concord.protocol;

import java.nio.charset.StandardCharsets;
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

    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    /// Looking the algorithm up costs as much as a short hash.
    private static final ThreadLocal<MessageDigest> SHA_256 = ThreadLocal.withInitial(ChainHash::sha256);

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /// The hash of the entry whose line starts with `line[from, to)`, following an entry with hash `previous`.
    public static ChainHash of(ChainHash previous, byte[] line, int from, int to) {
        MessageDigest sha256 = SHA_256.get();
        byte[] seed = new byte[16];
        putLong(seed, 0, previous.high);
        putLong(seed, 8, previous.low);
        sha256.update(seed);
        sha256.update(line, from, to - from);
        byte[] digest = sha256.digest();
        return new ChainHash(getLong(digest, 0), getLong(digest, 8));
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

    private static void putLong(byte[] target, int at, long value) {
        for (int i = 0; i < 8; i++) {
            target[at + i] = (byte) (value >>> (56 - 8 * i));
        }
    }

    private static long getLong(byte[] source, int at) {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | source[at + i] & 0xff;
        }
        return value;
    }

    @Override
    public String toString() {
        byte[] hex = new byte[HEX_LENGTH];
        write(hex, 0);
        return new String(hex, StandardCharsets.US_ASCII);
    }
}
