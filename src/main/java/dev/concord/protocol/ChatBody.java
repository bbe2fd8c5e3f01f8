package dev.concord.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// What a client said, in the canonical bytes that go into the entry:
/// `"id":…,"user":…,"room":…,"sender":…,"text":…`, and behind them, from level 2 on, a [Reference] if there
/// is one. The ingress node encodes it once; the CHAT message and the entry line carry these bytes unchanged.
///
/// The content has been validated at the edge; here only the form is checked. Immutable: do not change the array.
public final class ChatBody {
    /// Most bytes of one body in canonical form (X6).
    public static final int MAX_BYTES = 64 * 1024;

    /// Bytes besides the values, if none needs an escape: then an array of the right size is made at once.
    private static final int KEYS_LENGTH =
            "\"id\":\"\",\"user\":\"\",\"room\":\"\",\"sender\":\"\",\"text\":\"\"".length();

    private final byte[] bytes;
    private final int from;
    private final int to;
    private final int[] fields;

    private ChatBody(byte[] bytes, int from, int to, int[] fields) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
        this.fields = fields;
    }

    /// Encodes a body.
    ///
    /// @param id the idempotency key: the same id of the same user is the same message (X1)
    /// @param user the authenticated principal, empty without authentication; it scopes the id
    /// @throws IllegalArgumentException for a lone surrogate, or more than [#MAX_BYTES]
    public static ChatBody of(String id, String user, String room, String sender, String text) {
        return of(id, user, room, sender, text, null);
    }

    /// Encodes a body that may refer to an earlier message.
    ///
    /// @throws IllegalArgumentException as the other does, and if the text does not suit the reference
    public static ChatBody of(
            String id, String user, String room, String sender, String text, @Nullable Reference reference) {
        if (reference != null && text.isEmpty() != (reference.kind() == Reference.Kind.DELETE)) {
            throw new IllegalArgumentException("a delete, and nothing else that refers, has an empty text");
        }
        CanonicalWriter out = new CanonicalWriter(
                KEYS_LENGTH + id.length() + user.length() + room.length() + sender.length() + text.length());
        int[] fields = head(out, id, user, room);
        field(out, ",\"sender\":", sender, fields, 6);
        field(out, ",\"text\":", text, fields, 8);
        if (reference != null) {
            reference.write(out);
        }
        return of(out, fields);
    }

    /// Encodes a body whose sender and text are there as bytes that need no escape. Nothing is made text of.
    ///
    /// @param source holds both; each is printable ASCII without `"` and `\`
    public static ChatBody ofPlain(
            String id, String user, String room, byte[] source, int sender, int senderEnd, int text, int textEnd) {
        CanonicalWriter out = new CanonicalWriter(
                KEYS_LENGTH + id.length() + user.length() + room.length() + senderEnd - sender + textEnd - text);
        int[] fields = head(out, id, user, room);
        plain(out, ",\"sender\":", source, sender, senderEnd, fields, 6);
        plain(out, ",\"text\":", source, text, textEnd, fields, 8);
        return of(out, fields);
    }

    private static int[] head(CanonicalWriter out, String id, String user, String room) {
        int[] fields = new int[10];
        field(out, "\"id\":", id, fields, 0);
        field(out, ",\"user\":", user, fields, 2);
        field(out, ",\"room\":", room, fields, 4);
        return fields;
    }

    private static void field(CanonicalWriter out, String key, String value, int[] fields, int slot) {
        fields[slot] = out.literal(key).length();
        fields[slot + 1] = out.string(value).length();
    }

    private static void plain(
            CanonicalWriter out, String key, byte[] source, int from, int to, int[] fields, int slot) {
        if (ByteSearch.endOfPlain(source, from, to) != to) {
            throw new IllegalArgumentException("bytes that need an escape");
        }
        fields[slot] = out.literal(key).length();
        fields[slot + 1] =
                out.literal("\"").bytes(source, from, to).literal("\"").length();
    }

    private static ChatBody of(CanonicalWriter out, int[] fields) {
        if (out.length() > MAX_BYTES) {
            throw new IllegalArgumentException("a message of " + out.length() + " bytes, at most " + MAX_BYTES);
        }
        return new ChatBody(out.toBytes(), 0, out.length(), fields);
    }

    /// Takes canonical bytes as they came over a link; `{` and `}` around them belong to the frame.
    ///
    /// @throws MalformedEntryException if they are not in canonical form or too long
    public static ChatBody parse(byte[] bytes) {
        CanonicalReader reader = new CanonicalReader(bytes, 0, bytes.length);
        ChatBody body = read(reader, bytes);
        if (!reader.atEnd()) {
            throw reader.malformed("expected the end of the message");
        }
        return body;
    }

    static ChatBody read(CanonicalReader reader, byte[] bytes) {
        int start = reader.position();
        int[] fields = new int[10];
        field(reader, "\"id\":", fields, 0);
        field(reader, ",\"user\":", fields, 2);
        field(reader, ",\"room\":", fields, 4);
        field(reader, ",\"sender\":", fields, 6);
        field(reader, ",\"text\":", fields, 8);
        Reference.skip(reader, fields[9] - fields[8] == 2);
        if (reader.position() - start > MAX_BYTES) {
            throw reader.malformed("message of more than " + MAX_BYTES + " bytes");
        }
        return new ChatBody(bytes, start, reader.position(), fields);
    }

    /// The same body where its bytes were copied to.
    ///
    /// @param at where it begins in `target`
    ChatBody copiedTo(byte[] target, int at) {
        int[] moved = new int[fields.length];
        for (int i = 0; i < moved.length; i++) {
            moved[i] = fields[i] - from + at;
        }
        return new ChatBody(target, at, at + length(), moved);
    }

    private static void field(CanonicalReader reader, String key, int[] fields, int slot) {
        reader.expect(key);
        fields[slot] = reader.position();
        reader.skipString();
        fields[slot + 1] = reader.position();
    }

    /// The idempotency key, scoped by user, as text: equal keys are the same message (X1).
    public String key() {
        return value(2) + '\n' + value(0);
    }

    /// Bytes of the key as it stands in the body, id and user with their quotes: a spelling that no other key has.
    public int keyLength() {
        return fields[3] - fields[0];
    }

    /// Copies the bytes of the key to `target[at, at + keyLength())`.
    public void copyKey(byte[] target, int at) {
        System.arraycopy(bytes, fields[0], target, at, keyLength());
    }

    /// Whether the key is the one in `source[at, at + length)`, as [#copyKey] left it there.
    public boolean hasKey(byte[] source, int at, int length) {
        return Arrays.equals(bytes, fields[0], fields[3], source, at, at + length);
    }

    /// A hash of the key that cannot be foretold without the seed.
    public long keyHash(long seed) {
        return ByteSearch.hash(seed, bytes, fields[0], fields[3]);
    }

    public String id() {
        return value(0);
    }

    public String user() {
        return value(2);
    }

    public String room() {
        return value(4);
    }

    public String sender() {
        return value(6);
    }

    public String text() {
        return value(8);
    }

    /// Whether it refers to an earlier message.
    public boolean refers() {
        return to > fields[9];
    }

    /// The earlier message that it refers to, and how; null if to none.
    public @Nullable Reference reference() {
        return refers() ? Reference.of(bytes, fields[9], to) : null;
    }

    /// A 64-bit fingerprint of room, sender, text and reference: tells a retry from another message under the
    /// same id (X3).
    public long payloadHash() {
        CRC32C high = new CRC32C();
        high.update(bytes, fields[4], to - fields[4]);
        CRC32 low = new CRC32(); // another polynomial; both are computed by the processor
        low.update(bytes, fields[4], to - fields[4]);
        return high.getValue() << 32 | low.getValue();
    }

    /// Number of canonical bytes.
    public int length() {
        return to - from;
    }

    /// The backing array; the body is `[from, to)` of it. Read only.
    public byte[] array() {
        return bytes;
    }

    public int from() {
        return from;
    }

    public int to() {
        return to;
    }

    /// Start of the JSON string (with its quotes) of a field in [#array]: 0 id, 1 user, 2 room, 3 sender, 4 text.
    public int fieldStart(int field) {
        return fields[2 * field];
    }

    /// End, exclusive, of the JSON string of a field; see [#fieldStart].
    public int fieldEnd(int field) {
        return fields[2 * field + 1];
    }

    private String value(int slot) {
        return CanonicalReader.unescape(bytes, fields[slot] + 1, fields[slot + 1] - 1);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChatBody that && Arrays.equals(bytes, from, to, that.bytes, that.from, that.to);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(payloadHash());
    }

    @Override
    public String toString() {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }
}
