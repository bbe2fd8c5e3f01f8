package dev.concord.storage;

import dev.concord.node.Recovery.KeyVisitor;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.LogEntry;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/// What stands beside a closed segment so that a start need not read its entries for their idempotency keys (X5):
///
/// ```
/// "CCKEYS01"   the keys   number of keys (4)   last index (8)   hash of that entry (16)   CRC-32C (4)   CRC-32 (4)
/// ```
///
/// Of each key: the fingerprint of the content of its message (8), how far its index is from the one before (4), its
/// length (4), the key itself.
///
/// The hash stands for the whole history up to there, so these are the keys of this segment and no other. The file is
/// not synced, and nothing rests on it: one that is torn, damaged, of another history or missing is not used, and
/// the entries are read instead.
final class KeyFile {
    /// Most bytes of a file. A segment with more keys has none.
    static final int MAX_BYTES = 32 << 20;
    /// Bytes before each key.
    static final int HEAD_BYTES = 16;

    private static final byte[] MAGIC = "CCKEYS01".getBytes(StandardCharsets.US_ASCII);
    private static final int TAIL_BYTES = 36;
    /// Bytes read at once. Any key fits with its head: there is more in a body than its key.
    static final int PIECE_BYTES = ChatBody.MAX_BYTES;

    private static final KeyVisitor NOBODY = (seq, index, payloadHash, source, at, length) -> {};

    private KeyFile() {}

    /// Whether these are the keys of a closed segment, to the last bit.
    static boolean isGood(Path file, LogEnd before, LogEnd end) throws IOException {
        long size = Files.exists(file) ? Files.size(file) : 0;
        if (size < MAGIC.length + TAIL_BYTES || size > MAX_BYTES) {
            return false;
        }
        Checksums sums = new Checksums();
        KeyParser parser = new KeyParser(before, 1, 0, NOBODY);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer head = read(channel, 0, MAGIC.length);
            ByteBuffer tail = read(channel, size - TAIL_BYTES, TAIL_BYTES);
            sums.update(head);
            parse(channel, size, parser, sums::update);
            sums.update(tail.slice(0, TAIL_BYTES - Long.BYTES));
            return head.equals(ByteBuffer.wrap(MAGIC))
                    && tail.getInt() == end.seq() - before.seq()
                    && tail.getLong() == end.index()
                    && tail.getLong() == end.hash().high()
                    && tail.getLong() == end.hash().low()
                    && tail.getLong() == sums.value()
                    && parser.seq() == end.seq()
                    && parser.index() <= end.index();
        } catch (IllegalArgumentException | EOFException e) {
            return false;
        }
    }

    /// Shows the keys of the messages `firstSeq` to `lastSeq` of a file that was found good just before.
    static void forEach(Path file, LogEnd before, long firstSeq, long lastSeq, KeyVisitor visitor) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            parse(channel, channel.size(), new KeyParser(before, firstSeq, lastSeq, visitor), bytes -> {});
        }
    }

    private static void parse(FileChannel channel, long size, KeyParser parser, Consumer<ByteBuffer> seen)
            throws IOException {
        long end = size - TAIL_BYTES;
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        for (long at = MAGIC.length; at < end; ) {
            int kept = piece.position();
            piece.limit((int) Math.min(piece.capacity(), kept + end - at));
            int read = channel.read(piece, at);
            if (read <= 0) {
                throw new EOFException("the file ends at byte " + at);
            }
            at += read;
            piece.flip();
            seen.accept(piece.slice(kept, read));
            parser.take(piece);
            piece.compact();
        }
        if (piece.position() > 0) {
            throw new IllegalArgumentException("the last key is torn");
        }
    }

    private static ByteBuffer read(FileChannel channel, long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, at + bytes.position()) <= 0) {
                throw new EOFException("the file ends before byte " + (at + length));
            }
        }
        return bytes.flip();
    }

    /// Bytes of the key of a message.
    static int lengthOf(ChatBody body) {
        return HEAD_BYTES + body.keyLength();
    }

    /// Writes the key of a chat entry.
    ///
    /// @param lastIndex index of the chat entry before it, or of the entry before the list
    static void put(ByteBuffer target, LogEntry entry, long lastIndex) {
        ChatBody body = entry.body();
        target.putLong(body.payloadHash());
        target.putInt(Math.toIntExact(entry.index() - lastIndex));
        target.putInt(body.keyLength());
        body.copyKey(target.array(), target.arrayOffset() + target.position());
        target.position(target.position() + body.keyLength());
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

        void update(ByteBuffer bytes) {
            high.update(bytes.duplicate());
            low.update(bytes.duplicate());
        }

        long value() {
            return high.getValue() << 32 | low.getValue();
        }
    }
}
