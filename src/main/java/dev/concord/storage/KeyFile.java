package dev.concord.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// What stands beside a closed segment so that a start need not read its entries for their idempotency keys (X5):
///
/// ```
/// "CCKEYS01"   a [KeyList]   number of keys (4)   last index (8)   hash of that entry (16)   CRC-32C (4)   CRC-32 (4)
/// ```
///
/// The hash stands for the whole history up to there, so these are the keys of this segment and no other. The file is
/// not synced, and nothing rests on it: one that is torn, damaged, of another history or missing is not used, and
/// the entries are read instead.
final class KeyFile {
    /// Most bytes of a file: it is read at once. A segment with more keys has none.
    static final int MAX_BYTES = 32 << 20;

    private static final byte[] MAGIC = "CCKEYS01".getBytes(StandardCharsets.US_ASCII);
    private static final int TAIL_BYTES = 36;

    private KeyFile() {}

    /// The keys of a closed segment, or null if the file is not there or not what it must be.
    static @Nullable KeyList readIfGood(Path file, LogEnd before, LogEnd end) throws IOException {
        long size = Files.exists(file) ? Files.size(file) : 0;
        if (size < MAGIC.length + TAIL_BYTES || size > MAX_BYTES) {
            return null;
        }
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length != size) {
            return null;
        }
        int tail = bytes.length - TAIL_BYTES;
        ByteBuffer stated = ByteBuffer.wrap(bytes, tail, TAIL_BYTES);
        int count = stated.getInt();
        boolean isOurs = ByteBuffer.wrap(bytes, 0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))
                && count == end.seq() - before.seq()
                && stated.getLong() == end.index()
                && stated.getLong() == end.hash().high()
                && stated.getLong() == end.hash().low();
        Checksums actual = new Checksums();
        actual.update(bytes, 0, bytes.length - Long.BYTES);
        if (!isOurs || stated.getLong() != actual.value()) {
            return null;
        }
        try {
            KeyList keys = KeyList.of(bytes, MAGIC.length, tail, before.index());
            return keys.count() == count && keys.lastIndex() <= end.index() ? keys : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    static byte[] magic() {
        return MAGIC.clone();
    }

    /// What stands behind the keys, but for the checksums.
    static byte[] tail(int count, LogEnd end) {
        return ByteBuffer.allocate(TAIL_BYTES - Long.BYTES)
                .putInt(count)
                .putLong(end.index())
                .putLong(end.hash().high())
                .putLong(end.hash().low())
                .array();
    }

    /// Two polynomials, both computed by the processor: 64 bits, as in the fingerprint of a message.
    static final class Checksums {
        private final CRC32C high = new CRC32C();
        private final CRC32 low = new CRC32();

        void update(byte[] bytes, int at, int length) {
            high.update(bytes, at, length);
            low.update(bytes, at, length);
        }

        long value() {
            return high.getValue() << 32 | low.getValue();
        }
    }
}
