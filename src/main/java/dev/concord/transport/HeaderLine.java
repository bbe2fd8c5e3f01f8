package dev.concord.transport;

import dev.concord.protocol.Address;
import dev.concord.protocol.CanonicalWriter;
import dev.concord.protocol.ClusterId;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Term;
import org.jspecify.annotations.Nullable;

/// The line of JSON that a message begins with, written field by field; a key comes with its comma and colon. The
/// other direction is [JsonFields].
final class HeaderLine {
    private final CanonicalWriter out;

    HeaderLine(CanonicalWriter out) {
        this.out = out;
    }

    void begin(String type, NodeId from, Term term) {
        out.literal("{\"type\":\"").literal(type);
        number("\",\"from\":", from.value());
        term(",\"term\":", term);
    }

    void end() {
        out.literal("}\n");
    }

    void number(String key, long value) {
        out.literal(key).number(value);
    }

    void term(String key, Term value) {
        out.literal(key).number(value.value());
    }

    void flag(String key, boolean value) {
        out.literal(key).literal(value ? "true" : "false");
    }

    void choice(String key, Enum<?> value) {
        out.literal(key).literal("\"").literal(value.name()).literal("\"");
    }

    void text(String key, String value) {
        out.literal(key).string(value);
    }

    void node(String key, NodeId value) {
        out.literal(key);
        if (value.isPresent()) {
            out.number(value.value());
        } else {
            out.literal("null");
        }
    }

    void leader(NodeId value) {
        node(",\"leader_id\":", value);
    }

    void last(LogPosition value) {
        term(",\"last_term\":", value.term());
        number(",\"last_index\":", value.index());
    }

    void cluster(@Nullable ClusterId value) {
        out.literal(",\"cluster_id\":");
        if (value == null) {
            out.literal("null");
        } else {
            out.string(value.toString());
        }
    }

    void leaderAddress(Address value) {
        if (value.isPresent()) {
            text(",\"leader_addr\":{\"host\":", value.host());
            number(",\"port\":", value.port());
            out.literal("}");
        } else {
            out.literal(",\"leader_addr\":null");
        }
    }
}
