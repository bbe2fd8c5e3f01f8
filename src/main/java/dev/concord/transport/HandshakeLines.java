package dev.concord.transport;

import dev.concord.protocol.BootId;
import dev.concord.protocol.CanonicalWriter;
import dev.concord.protocol.Channel;
import dev.concord.protocol.Hello;
import dev.concord.protocol.Levels;
import dev.concord.protocol.Refusal;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// The lines of the handshake as text (T3); see the package page. What they mean is in [DialledHandshake] and
/// [AcceptedHandshake].
final class HandshakeLines {
    private static final int NONCE_BYTES = 32;
    /// Nobody will ever number so many.
    private static final int MAX_LEVEL = 1_000_000;

    private static final int MAX_HOST_LENGTH = 255;
    private static final SecureRandom RANDOM = new SecureRandom();

    private HandshakeLines() {}

    /// The HELLO line of a dialler, with a fresh nonce.
    static byte[] hello(Hello self, Channel channel) {
        return introduction("HELLO", self, channel).literal("}").toBytes();
    }

    /// The HELLO_ACK line of an acceptor up to its proof, with a fresh nonce.
    static byte[] helloAck(Hello self, Channel channel) {
        return introduction("HELLO_ACK", self, channel).toBytes();
    }

    /// The whole HELLO_ACK line.
    static byte[] proved(byte[] helloAck, @Nullable String proof) {
        byte[] tail = proofTail(proof);
        byte[] line = Arrays.copyOf(helloAck, helloAck.length + tail.length);
        System.arraycopy(tail, 0, line, helloAck.length, tail.length);
        return line;
    }

    /// The part of a HELLO_ACK line that its proof is about.
    static byte[] withoutProof(byte[] line, @Nullable String proof) throws ViolationException {
        byte[] tail = proofTail(proof);
        int length = line.length - tail.length;
        if (length < 0 || !Arrays.equals(line, length, line.length, tail, 0, tail.length)) {
            throw new ViolationException(Violation.BAD_FIELD, "a HELLO_ACK that does not end with its proof");
        }
        return Arrays.copyOf(line, length);
    }

    static byte[] helloFin(@Nullable String proof) {
        return ("{\"type\":\"HELLO_FIN\"" + text(proof)).getBytes(StandardCharsets.UTF_8);
    }

    static byte[] welcome(@Nullable String proof) {
        return ("{\"type\":\"WELCOME\"" + text(proof)).getBytes(StandardCharsets.UTF_8);
    }

    static byte[] refused(Refusal reason, @Nullable String proof) {
        return ("{\"type\":\"REFUSED\",\"reason\":\"" + reason + "\"" + text(proof)).getBytes(StandardCharsets.UTF_8);
    }

    /// What HELLO and HELLO_ACK say.
    record Introduction(Hello hello, Channel channel) {}

    /// The levels that a HELLO or HELLO_ACK names: looked at first, since another level may have other fields.
    static Levels levels(JsonFields in) throws ViolationException {
        long newest = in.number("proto");
        long oldest = in.number("oldest_proto");
        if (oldest < 1 || newest < oldest || newest > MAX_LEVEL) {
            throw new ViolationException(Violation.BAD_FIELD, "proto and oldest_proto are no range of levels");
        }
        return new Levels((int) oldest, (int) newest);
    }

    /// Takes the rest of the fields. A newer program may say more than this one understands; nobody else may.
    static Introduction read(JsonFields in, Levels peers, Levels own) throws ViolationException {
        Hello hello = new Hello(
                peers,
                in.clusterOrNull("cluster_id"),
                in.peer(),
                new BootId(in.uuid("boot_id")),
                in.term("current_term"),
                in.position("last"),
                in.flag("repairing"),
                (int) Math.min(in.number("level"), MAX_LEVEL));
        Channel channel = in.choice("channel", Channel.class);
        if (in.text("nonce").length() != 2 * NONCE_BYTES) {
            throw new ViolationException(Violation.BAD_FIELD, "a nonce has " + NONCE_BYTES + " bytes");
        }
        if (!hello.self().address().isPresent() || hello.self().address().host().length() > MAX_HOST_LENGTH) {
            throw new ViolationException(Violation.BAD_FIELD, "host and port must say where the peer listens");
        }
        if (peers.newest() <= own.newest()) {
            in.end();
        }
        return new Introduction(hello, channel);
    }

    private static CanonicalWriter introduction(String type, Hello hello, Channel channel) {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        CanonicalWriter out = new CanonicalWriter(1024);
        out.literal("{\"type\":\"").literal(type);
        out.literal("\",\"proto\":").number(hello.levels().newest());
        out.literal(",\"oldest_proto\":").number(hello.levels().oldest()).literal(",\"cluster_id\":");
        if (hello.clusterId() == null) {
            out.literal("null");
        } else {
            out.string(hello.clusterId().toString());
        }
        out.literal(",\"node_id\":").number(hello.self().id().value());
        out.literal(",\"store_id\":").string(hello.self().member().store().toString());
        out.literal(",\"boot_id\":").string(hello.boot().toString());
        out.literal(",\"host\":").string(hello.self().address().host());
        out.literal(",\"port\":").number(hello.self().address().port());
        out.literal(",\"url\":").string(hello.self().url());
        out.literal(",\"channel\":\"").literal(channel.name());
        out.literal("\",\"current_term\":").number(hello.currentTerm().value());
        out.literal(",\"last_term\":").number(hello.last().term().value());
        out.literal(",\"last_index\":").number(hello.last().index());
        out.literal(",\"repairing\":").literal(hello.repairing() ? "true" : "false");
        out.literal(",\"level\":").number(hello.level());
        return out.literal(",\"nonce\":\"")
                .literal(HexFormat.of().formatHex(nonce))
                .literal("\"");
    }

    private static byte[] proofTail(@Nullable String proof) {
        return text(proof).getBytes(StandardCharsets.UTF_8);
    }

    private static String text(@Nullable String proof) {
        return proof == null ? ",\"proof\":null}" : ",\"proof\":\"" + proof + "\"}";
    }
}
