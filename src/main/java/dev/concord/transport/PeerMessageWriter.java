package dev.concord.transport;

import dev.concord.protocol.Address;
import dev.concord.protocol.CanonicalWriter;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.ClusterId;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.PeerMessage.CatchupReq;
import dev.concord.protocol.PeerMessage.CatchupResp;
import dev.concord.protocol.PeerMessage.Chat;
import dev.concord.protocol.PeerMessage.ChatAck;
import dev.concord.protocol.PeerMessage.ChatResult;
import dev.concord.protocol.PeerMessage.Claim;
import dev.concord.protocol.PeerMessage.Coordinator;
import dev.concord.protocol.PeerMessage.Election;
import dev.concord.protocol.PeerMessage.ElectionOk;
import dev.concord.protocol.PeerMessage.Heartbeat;
import dev.concord.protocol.PeerMessage.Join;
import dev.concord.protocol.PeerMessage.JoinAck;
import dev.concord.protocol.PeerMessage.Presence;
import dev.concord.protocol.PeerMessage.Promise;
import dev.concord.protocol.PeerMessage.Remove;
import dev.concord.protocol.PeerMessage.RemoveAck;
import dev.concord.protocol.PeerMessage.SeqAck;
import dev.concord.protocol.PeerMessage.SeqChat;
import dev.concord.protocol.Term;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes messages as lines of JSON (section 5). Entries and bodies follow their header line as the bytes they already
/// are: they are copied, never encoded again (T1). The other direction is [PeerMessageReader].
final class PeerMessageWriter {
    private final NodeId from;
    private final CanonicalWriter out;

    PeerMessageWriter(NodeId from, CanonicalWriter out) {
        this.from = from;
        this.out = out;
    }

    /// Writes all lines of a message, each with its line feed.
    ///
    /// @throws IllegalArgumentException if no link can carry the message; then nothing of it is left in the buffer
    void write(PeerMessage message) {
        int start = out.length();
        boolean done = false;
        try {
            lines(message);
            if (out.length() - start > TransportLimits.MAX_MESSAGE_BYTES) {
                throw new IllegalArgumentException("a " + type(message) + " of " + (out.length() - start)
                        + " bytes, at most " + TransportLimits.MAX_MESSAGE_BYTES);
            }
            done = true;
        } finally {
            if (!done) {
                out.truncate(start);
            }
        }
    }

    /// The type as it stands in the header line.
    static String type(PeerMessage message) {
        return switch (message) {
            case Join m -> "JOIN";
            case JoinAck m -> "JOIN_ACK";
            case Heartbeat m -> "HEARTBEAT";
            case Election m -> "ELECTION";
            case ElectionOk m -> "ELECTION_OK";
            case Claim m -> "CLAIM";
            case Promise m -> "PROMISE";
            case Coordinator m -> "COORDINATOR";
            case Remove m -> "REMOVE";
            case RemoveAck m -> "REMOVE_ACK";
            case Chat m -> "CHAT";
            case ChatAck m -> "CHAT_ACK";
            case Presence m -> "PRESENCE";
            case SeqChat m -> "SEQ_CHAT";
            case SeqAck m -> "SEQ_ACK";
            case CatchupReq m -> "CATCHUP_REQ";
            case CatchupResp m -> "CATCHUP_RESP";
        };
    }

    private void lines(PeerMessage message) {
        switch (message) {
            case Join m -> join(m);
            case JoinAck m -> joinAck(m);
            case Heartbeat m -> heartbeat(m);
            case Election m -> {
                head(m);
                number(",\"round\":", m.round());
                choice(",\"reason\":", m.reason());
                endLine();
            }
            case ElectionOk m -> electionOk(m);
            case Claim m -> claim(m);
            case Promise m -> promise(m);
            case Coordinator m -> coordinator(m);
            case Remove m -> {
                head(m);
                target(m.requestId(), m.target());
                endLine();
            }
            case RemoveAck m -> {
                head(m);
                target(m.requestId(), m.target());
                choice(",\"status\":", m.status());
                endLine();
            }
            case Chat m -> chat(m);
            case ChatAck m -> chatAck(m);
            case Presence m -> {
                head(m);
                PresenceText.write(out, m);
                endLine();
            }
            case SeqChat m -> seqChat(m);
            case SeqAck m -> seqAck(m);
            case CatchupReq m -> catchupReq(m);
            case CatchupResp m -> catchupResp(m);
        }
    }

    private void join(Join m) {
        head(m);
        number(",\"node_id\":", m.self().id().value());
        text(",\"store_id\":", m.self().member().store().toString());
        out.literal(",\"addr\":{\"host\":").string(m.self().address().host());
        number(",\"port\":", m.self().address().port());
        text(",\"url\":", m.self().url());
        out.literal("}");
        cluster(m.clusterId());
        endLine();
    }

    private void joinAck(JoinAck m) {
        head(m);
        choice(",\"status\":", m.status());
        text(",\"reason\":", m.reason());
        cluster(m.clusterId());
        leader(m.leader());
        leaderAddress(m.leaderAddress());
        out.literal(",\"members\":[");
        String separator = "";
        for (Peer peer : m.members()) {
            out.literal(separator);
            number("{\"node_id\":", peer.id().value());
            text(",\"store_id\":", peer.member().store().toString());
            text(",\"host\":", peer.address().host());
            number(",\"port\":", peer.address().port());
            text(",\"url\":", peer.url());
            out.literal("}");
            separator = ",";
        }
        out.literal("]");
        endLine();
    }

    private void heartbeat(Heartbeat m) {
        head(m);
        number(",\"hb_no\":", m.number());
        number(",\"echo\":", m.echo());
        number(",\"echo_age_us\":", m.echoAgeMicros());
        choice(",\"role\":", m.role());
        leader(m.leader());
        flag(",\"leader_ok\":", m.leaderOk());
        flag(",\"can_lead\":", m.canLead());
        last(m.last());
        number(",\"commit_index\":", m.commitIndex());
        number(",\"check\":{\"index\":", m.checkIndex());
        out.literal(",\"hash\":\"").hash(m.checkHash()).literal("\"}");
        number(",\"repair_target\":", m.repairTarget());
        endLine();
    }

    private void electionOk(ElectionOk m) {
        head(m);
        number(",\"round\":", m.round());
        choice(",\"verdict\":", m.verdict());
        leader(m.leader());
        leaderAddress(m.leaderAddress());
        endLine();
    }

    private void claim(Claim m) {
        head(m);
        term(",\"claim_term\":", m.claimTerm());
        flag(",\"probe\":", m.probe());
        node(",\"handover_from\":", m.handoverFrom());
        term(",\"handover_term\":", m.handoverTerm());
        endLine();
    }

    private void promise(Promise m) {
        head(m);
        term(",\"claim_term\":", m.claimTerm());
        flag(",\"probe\":", m.probe());
        flag(",\"granted\":", m.granted());
        choice(",\"reason\":", m.reason());
        flag(",\"intact\":", m.intact());
        last(m.last());
        number(",\"commit_index\":", m.commitIndex());
        leader(m.leader());
        number(",\"retry_after_ms\":", m.retryAfterMillis());
        endLine();
    }

    private void coordinator(Coordinator m) {
        head(m);
        leader(m.leader());
        leaderAddress(m.leaderAddress());
        number(",\"term_start_index\":", m.termStartIndex());
        number(",\"last_index\":", m.lastIndex());
        endLine();
    }

    private void chat(Chat m) {
        head(m);
        number(",\"stream\":", m.stream());
        number(",\"first\":", m.first());
        if (m.afterSeq() < 0) { // the sender does not say what it knew
            out.literal(",\"after_seq\":null");
        } else {
            number(",\"after_seq\":", m.afterSeq());
        }
        count(m.bodies());
        endLine();
        for (ChatBody body : m.bodies()) {
            out.literal("{").bytes(body.array(), body.from(), body.to()).literal("}\n");
        }
    }

    /// A list too long for one line goes as several messages: the results are independent of each other.
    private void chatAck(ChatAck m) {
        List<ChatResult> results = m.results();
        int start = 0;
        do {
            int end = Math.min(results.size(), start + TransportLimits.MAX_RESULTS);
            head(m);
            number(",\"stream\":", m.stream());
            out.literal(",\"results\":[");
            for (int i = start; i < end; i++) {
                result(i == start ? "{\"first\":" : ",{\"first\":", results.get(i));
            }
            out.literal("]");
            endLine();
            start = end;
        } while (start < results.size());
    }

    private void result(String opening, ChatResult result) {
        number(opening, result.first());
        number(",\"count\":", result.count());
        choice(",\"status\":", result.status());
        number(",\"seq\":", result.seq());
        number(",\"index\":", result.index());
        term(",\"term\":", result.committedIn());
        out.literal(",\"durable_on\":[");
        String separator = "";
        for (NodeId node : result.durableOn()) {
            number(separator, node.value());
            separator = ",";
        }
        out.literal("]}");
    }

    private void seqChat(SeqChat m) {
        head(m);
        leader(m.leader());
        number(",\"prev_index\":", m.prevIndex());
        term(",\"prev_term\":", m.prevTerm());
        out.literal(",\"prev_hash\":\"").hash(m.prevHash()).literal("\"");
        count(m.entries());
        number(",\"commit_index\":", m.commitIndex());
        endLine();
        entries(m.entries());
    }

    private void seqAck(SeqAck m) {
        head(m);
        flag(",\"ok\":", m.ok());
        number(",\"match_index\":", m.matchIndex());
        flag(",\"intact\":", m.intact());
        choice(",\"reason\":", m.reason());
        number(",\"last_index\":", m.lastIndex());
        term(",\"conflict_term\":", m.conflictTerm());
        number(",\"conflict_first_index\":", m.conflictFirstIndex());
        endLine();
    }

    private void catchupReq(CatchupReq m) {
        head(m);
        choice(",\"mode\":", m.mode());
        number(",\"request_id\":", m.requestId());
        number(",\"from_index\":", m.fromIndex());
        term(",\"prev_term\":", m.prevTerm());
        out.literal(",\"prev_hash\":\"").hash(m.prevHash()).literal("\"");
        number(",\"max_bytes\":", m.maxBytes());
        endLine();
    }

    private void catchupResp(CatchupResp m) {
        head(m);
        choice(",\"mode\":", m.mode());
        number(",\"request_id\":", m.requestId());
        choice(",\"status\":", m.status());
        number(",\"from_index\":", m.fromIndex());
        count(m.entries());
        number(",\"commit_index\":", m.commitIndex());
        flag(",\"more\":", m.more());
        number(",\"first_index\":", m.firstIndex());
        endLine();
        entries(m.entries());
    }

    private void target(long requestId, Member target) {
        number(",\"request_id\":", requestId);
        number(",\"node_id\":", target.id().value());
        text(",\"store_id\":", target.store().toString());
    }

    private void head(PeerMessage message) {
        out.literal("{\"type\":\"").literal(type(message));
        number("\",\"from\":", from.value());
        term(",\"term\":", message.term());
    }

    private void endLine() {
        out.literal("}\n");
    }

    private void count(List<?> lines) {
        if (lines.size() > TransportLimits.MAX_COUNT) {
            throw new IllegalArgumentException(
                    "a message of " + lines.size() + " lines, at most " + TransportLimits.MAX_COUNT);
        }
        number(",\"count\":", lines.size());
    }

    private void entries(List<LogEntry> entries) {
        for (LogEntry entry : entries) {
            byte[] line = entry.line();
            out.bytes(line, 0, line.length).literal("\n");
        }
    }

    private void number(String key, long value) {
        out.literal(key).number(value);
    }

    private void term(String key, Term value) {
        out.literal(key).number(value.value());
    }

    private void flag(String key, boolean value) {
        out.literal(key).literal(value ? "true" : "false");
    }

    private void choice(String key, Enum<?> value) {
        out.literal(key).literal("\"").literal(value.name()).literal("\"");
    }

    private void text(String key, String value) {
        out.literal(key).string(value);
    }

    private void node(String key, NodeId value) {
        out.literal(key);
        if (value.isPresent()) {
            out.number(value.value());
        } else {
            out.literal("null");
        }
    }

    private void leader(NodeId value) {
        node(",\"leader_id\":", value);
    }

    private void last(LogPosition value) {
        term(",\"last_term\":", value.term());
        number(",\"last_index\":", value.index());
    }

    private void cluster(@Nullable ClusterId value) {
        out.literal(",\"cluster_id\":");
        if (value == null) {
            out.literal("null");
        } else {
            out.string(value.toString());
        }
    }

    private void leaderAddress(Address value) {
        if (value.isPresent()) {
            text(",\"leader_addr\":{\"host\":", value.host());
            number(",\"port\":", value.port());
            out.literal("}");
        } else {
            out.literal(",\"leader_addr\":null");
        }
    }
}
