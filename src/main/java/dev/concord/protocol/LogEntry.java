package dev.concord.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// One entry of the replicated log, and the one line of bytes that it is everywhere: in the leader's file, on every
/// peer link, in every follower's file, and (its message part) at every subscriber (section 3).
///
/// ```
/// line    = '{' position kind-fields ',"hash":"' 32 hex '","crc":"' 8 hex '"}'        (no line feed)
/// position = '"index":' n ',"term":' n ',"kind":"' kind '"'
/// chat    = ',"seq":' n ',"at":"' time '",' body       (see ChatBody; with a reference from level 2 on)
/// noop    = ',"at":"' time '","leader_id":' n
/// config  = ',"at":"' time '","voters":[' peers '],"learners":[' peers '],"removed":[' members
///           '],"dedup_window":' n [',"level":' n]
/// ```
///
/// `hash` chains the history ([ChainHash]); `crc` is CRC-32C of the line before `,"crc":`. Parsing is strict: there is
/// one spelling of each entry, so equal entries are equal bytes. Immutable: do not change the array.
public final class LogEntry {
    /// Most bytes of one line, without its line feed: a body of the largest size, and what stands around it.
    public static final int MAX_LINE_BYTES = ChatBody.MAX_BYTES + 512;

    private static final String HASH = ",\"hash\":\"";
    private static final String CRC = "\",\"crc\":\"";
    private static final int TAIL_LENGTH = HASH.length() + ChainHash.HEX_LENGTH + CRC.length() + 8 + 2;

    /// Bytes of a chat entry besides its numbers and its body.
    private static final int CHAT_LENGTH =
            "{\"index\":,\"term\":,\"kind\":\"chat\",\"seq\":,\"at\":\"\",".length() + Timestamps.LENGTH + TAIL_LENGTH;

    /// What an entry is for.
    public enum Kind {
        /// A message of a client; the only kind with a seq.
        CHAT,
        /// First entry of a leader's term: commits everything before it (R6).
        NOOP,
        /// Who belongs to the cluster from here on (section 12).
        CONFIG
    }

    private final byte[] line;
    private final long index;
    private final Term term;
    private final Kind kind;
    private final long seq;
    private final long atMillis;
    private final @Nullable ChatBody body;
    private final NodeId leader;
    private final @Nullable Configuration configuration;
    private final ChainHash hash;

    private LogEntry(
            byte[] line,
            LogPosition position,
            Kind kind,
            long seq,
            long atMillis,
            @Nullable ChatBody body,
            NodeId leader,
            @Nullable Configuration configuration,
            ChainHash hash) {
        this.line = line;
        this.index = position.index();
        this.term = position.term();
        this.kind = kind;
        this.seq = seq;
        this.atMillis = atMillis;
        this.body = body;
        this.leader = leader;
        this.configuration = configuration;
        this.hash = hash;
    }

    /// Encodes a chat entry: the leader's one encoding of a message (R1).
    public static LogEntry chat(LogPosition position, long seq, long atMillis, ChatBody body, ChainHash previous) {
        int digits = CanonicalWriter.digits(position.index())
                + CanonicalWriter.digits(position.term().value())
                + CanonicalWriter.digits(seq);
        CanonicalWriter out =
                new CanonicalWriter(CHAT_LENGTH + digits + body.length()); // to the byte: no copy at the end
        head(out, position, "chat");
        out.literal(",\"seq\":").number(seq);
        out.literal(",\"at\":\"").time(atMillis).literal("\",");
        int bodyAt = out.length();
        out.bytes(body.array(), body.from(), body.to());
        ChainHash hash = ChainHash.of(previous, out.array(), 0, out.length());
        byte[] line = finish(out, hash);
        ChatBody moved = body.copiedTo(line, bodyAt); // what was just written is not read again
        return new LogEntry(line, position, Kind.CHAT, seq, atMillis, moved, NodeId.NONE, null, hash);
    }

    /// Encodes the first entry of a term.
    public static LogEntry noop(LogPosition position, long atMillis, NodeId leader, ChainHash previous) {
        CanonicalWriter out = new CanonicalWriter(220);
        head(out, position, "noop");
        out.literal(",\"at\":\"").time(atMillis).literal("\",\"leader_id\":").number(leader.value());
        return parse(finish(out, ChainHash.of(previous, out.array(), 0, out.length())));
    }

    /// Encodes a change of the configuration.
    public static LogEntry config(LogPosition position, long atMillis, Configuration value, ChainHash previous) {
        CanonicalWriter out = new CanonicalWriter(1024);
        head(out, position, "config");
        out.literal(",\"at\":\"").time(atMillis).literal("\"");
        ConfigurationText.write(out, value);
        return parse(finish(out, ChainHash.of(previous, out.array(), 0, out.length())));
    }

    /// Reads a line (without line feed) and checks form and CRC; the hash is checked by [#follows].
    ///
    /// @throws MalformedEntryException naming what is wrong and at which byte of the line
    public static LogEntry parse(byte[] line) {
        int tail = line.length - TAIL_LENGTH;
        if (tail <= 0 || line.length > MAX_LINE_BYTES) {
            throw new MalformedEntryException("a line of " + line.length + " bytes is no entry");
        }
        CRC32C crc = new CRC32C();
        crc.update(line, 0, line.length - CRC.length() - 10 + 1);
        CanonicalReader reader = new CanonicalReader(line, 0, line.length);
        CanonicalReader end = new CanonicalReader(line, tail, line.length);
        end.expect(HASH);
        ChainHash hash = end.hash();
        int expected = end.expect(CRC).checksum();
        end.expect("\"}");
        if ((int) crc.getValue() != expected) {
            throw new MalformedEntryException("the checksum does not match");
        }
        LogEntry entry = read(reader, line, hash);
        if (reader.position() != tail) {
            throw reader.malformed("expected ,\"hash\":");
        }
        return entry;
    }

    private static LogEntry read(CanonicalReader in, byte[] line, ChainHash hash) {
        long index = in.expect("{\"index\":").number();
        LogPosition position = new LogPosition(new Term(in.expect(",\"term\":").number()), index);
        in.expect(",\"kind\":\"");
        if (in.accept("chat\",\"seq\":")) {
            long seq = in.number();
            long at = in.expect(",\"at\":\"").time();
            in.expect("\",");
            ChatBody body = ChatBody.read(in, line);
            return new LogEntry(line, position, Kind.CHAT, seq, at, body, NodeId.NONE, null, hash);
        }
        if (in.accept("noop\",\"at\":\"")) {
            long at = in.time();
            NodeId leader = new NodeId(in.expect("\",\"leader_id\":").smallNumber());
            return new LogEntry(line, position, Kind.NOOP, 0, at, null, leader, null, hash);
        }
        if (in.accept("config\",\"at\":\"")) {
            long at = in.time();
            Configuration value = ConfigurationText.read(in.expect("\""));
            return new LogEntry(line, position, Kind.CONFIG, 0, at, null, NodeId.NONE, value, hash);
        }
        throw in.malformed("unknown kind of entry");
    }

    private static void head(CanonicalWriter out, LogPosition position, String kind) {
        out.literal("{\"index\":").number(position.index());
        out.literal(",\"term\":").number(position.term().value());
        out.literal(",\"kind\":\"").literal(kind).literal("\"");
    }

    private static byte[] finish(CanonicalWriter out, ChainHash hash) {
        out.literal(HASH).hash(hash).literal("\"");
        CRC32C crc = new CRC32C();
        crc.update(out.array(), 0, out.length());
        out.literal(",\"crc\":\"").checksum((int) crc.getValue()).literal("\"}");
        return out.toBytes();
    }

    /// Whether this entry's hash continues a history that ends with `previous`.
    public boolean follows(ChainHash previous) {
        return ChainHash.of(previous, line, 0, line.length - TAIL_LENGTH).equals(hash);
    }

    public LogPosition position() {
        return new LogPosition(term, index);
    }

    public long index() {
        return index;
    }

    public Term term() {
        return term;
    }

    public Kind kind() {
        return kind;
    }

    /// The message number, or 0 if this is no chat entry.
    public long seq() {
        return seq;
    }

    /// When the leader sequenced it, milliseconds since 1970; never decreasing, for information only (F1).
    public long atMillis() {
        return atMillis;
    }

    public boolean isChat() {
        return kind == Kind.CHAT;
    }

    /// The message of a chat entry.
    ///
    /// @throws IllegalStateException for another kind
    public ChatBody body() {
        if (body == null) {
            throw new IllegalStateException("entry " + index + " is no chat entry");
        }
        return body;
    }

    /// The leader of a no-op's term; [NodeId#NONE] for other kinds.
    public NodeId leader() {
        return leader;
    }

    /// The configuration of a config entry.
    ///
    /// @throws IllegalStateException for another kind
    public Configuration configuration() {
        if (configuration == null) {
            throw new IllegalStateException("entry " + index + " is no config entry");
        }
        return configuration;
    }

    public ChainHash hash() {
        return hash;
    }

    /// The line, without line feed. Read only.
    public byte[] line() {
        return line;
    }

    /// Bytes of the line and its line feed: what the entry takes in a file and on a link.
    public int sizeInBytes() {
        return line.length + 1;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LogEntry that && Arrays.equals(line, that.line);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(hash.low());
    }

    @Override
    public String toString() {
        return new String(line, StandardCharsets.UTF_8);
    }
}
