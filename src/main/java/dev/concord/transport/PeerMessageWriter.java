package dev.concord.transport;

import dev.concord.protocol.CanonicalWriter;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.LogEntry;
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
import dev.concord.protocol.PeerMessage.SnapshotPart;
import java.util.List;

/// Writes messages as lines of JSON (section 5). Entries and bodies follow their header line as the bytes they already
/// are: they are copied, never encoded again (T1). The other direction is [PeerMessageReader].
final class PeerMessageWriter {
    private final NodeId from;
    private final CanonicalWriter out;
    private final HeaderLine line;

    PeerMessageWriter(NodeId from, CanonicalWriter out) {
        this.from = from;
        this.out = out;
        this.line = new HeaderLine(out);
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
            case SnapshotPart m -> "SNAPSHOT";
        };
    }

    private void lines(PeerMessage message) {
        switch (message) {
            case Join m -> join(m);
            case JoinAck m -> joinAck(m);
            case Heartbeat m -> heartbeat(m);
            case Election m -> {
                head(m);
                line.number(",\"round\":", m.round());
                line.choice(",\"reason\":", m.reason());
                line.end();
            }
            case ElectionOk m -> electionOk(m);
            case Claim m -> claim(m);
            case Promise m -> promise(m);
            case Coordinator m -> coordinator(m);
            case Remove m -> {
                head(m);
                target(m.requestId(), m.target());
                line.end();
            }
            case RemoveAck m -> {
                head(m);
                target(m.requestId(), m.target());
                line.choice(",\"status\":", m.status());
                line.end();
            }
            case Chat m -> chat(m);
            case ChatAck m -> chatAck(m);
            case Presence m -> {
                head(m);
                PresenceText.write(out, m);
                line.end();
            }
            case SeqChat m -> seqChat(m);
            case SeqAck m -> seqAck(m);
            case CatchupReq m -> catchupReq(m);
            case CatchupResp m -> catchupResp(m);
            case SnapshotPart m -> snapshotPart(m);
        }
    }

    private void join(Join m) {
        head(m);
        line.number(",\"node_id\":", m.self().id().value());
        line.text(",\"store_id\":", m.self().member().store().toString());
        out.literal(",\"addr\":{\"host\":").string(m.self().address().host());
        line.number(",\"port\":", m.self().address().port());
        line.text(",\"url\":", m.self().url());
        out.literal("}");
        line.cluster(m.clusterId());
        line.end();
    }

    private void joinAck(JoinAck m) {
        head(m);
        line.choice(",\"status\":", m.status());
        line.text(",\"reason\":", m.reason());
        line.cluster(m.clusterId());
        line.leader(m.leader());
        line.leaderAddress(m.leaderAddress());
        out.literal(",\"members\":[");
        String separator = "";
        for (Peer peer : m.members()) {
            out.literal(separator);
            line.number("{\"node_id\":", peer.id().value());
            line.text(",\"store_id\":", peer.member().store().toString());
            line.text(",\"host\":", peer.address().host());
            line.number(",\"port\":", peer.address().port());
            line.text(",\"url\":", peer.url());
            out.literal("}");
            separator = ",";
        }
        out.literal("]");
        line.end();
    }

    private void heartbeat(Heartbeat m) {
        head(m);
        line.number(",\"hb_no\":", m.number());
        line.number(",\"echo\":", m.echo());
        line.number(",\"echo_age_us\":", m.echoAgeMicros());
        line.choice(",\"role\":", m.role());
        line.leader(m.leader());
        line.flag(",\"leader_ok\":", m.leaderOk());
        line.flag(",\"can_lead\":", m.canLead());
        line.last(m.last());
        line.number(",\"commit_index\":", m.commitIndex());
        line.number(",\"check\":{\"index\":", m.checkIndex());
        out.literal(",\"hash\":\"").hash(m.checkHash()).literal("\"}");
        line.number(",\"repair_target\":", m.repairTarget());
        line.end();
    }

    private void electionOk(ElectionOk m) {
        head(m);
        line.number(",\"round\":", m.round());
        line.choice(",\"verdict\":", m.verdict());
        line.leader(m.leader());
        line.leaderAddress(m.leaderAddress());
        line.end();
    }

    private void claim(Claim m) {
        head(m);
        line.term(",\"claim_term\":", m.claimTerm());
        line.flag(",\"probe\":", m.probe());
        line.node(",\"handover_from\":", m.handoverFrom());
        line.term(",\"handover_term\":", m.handoverTerm());
        line.end();
    }

    private void promise(Promise m) {
        head(m);
        line.term(",\"claim_term\":", m.claimTerm());
        line.flag(",\"probe\":", m.probe());
        line.flag(",\"granted\":", m.granted());
        line.choice(",\"reason\":", m.reason());
        line.flag(",\"intact\":", m.intact());
        line.last(m.last());
        line.number(",\"commit_index\":", m.commitIndex());
        line.leader(m.leader());
        line.number(",\"retry_after_ms\":", m.retryAfterMillis());
        line.end();
    }

    private void coordinator(Coordinator m) {
        head(m);
        line.leader(m.leader());
        line.leaderAddress(m.leaderAddress());
        line.number(",\"term_start_index\":", m.termStartIndex());
        line.number(",\"last_index\":", m.lastIndex());
        line.end();
    }

    private void chat(Chat m) {
        head(m);
        line.number(",\"stream\":", m.stream());
        line.number(",\"first\":", m.first());
        if (m.afterSeq() < 0) { // the sender does not say what it knew
            out.literal(",\"after_seq\":null");
        } else {
            line.number(",\"after_seq\":", m.afterSeq());
        }
        count(m.bodies());
        line.end();
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
            line.number(",\"stream\":", m.stream());
            out.literal(",\"results\":[");
            for (int i = start; i < end; i++) {
                result(i == start ? "{\"first\":" : ",{\"first\":", results.get(i));
            }
            out.literal("]");
            line.end();
            start = end;
        } while (start < results.size());
    }

    private void result(String opening, ChatResult result) {
        line.number(opening, result.first());
        line.number(",\"count\":", result.count());
        line.choice(",\"status\":", result.status());
        line.number(",\"seq\":", result.seq());
        line.number(",\"index\":", result.index());
        line.term(",\"term\":", result.committedIn());
        out.literal(",\"durable_on\":[");
        String separator = "";
        for (NodeId node : result.durableOn()) {
            line.number(separator, node.value());
            separator = ",";
        }
        out.literal("]}");
    }

    private void seqChat(SeqChat m) {
        head(m);
        line.leader(m.leader());
        line.number(",\"prev_index\":", m.prevIndex());
        line.term(",\"prev_term\":", m.prevTerm());
        out.literal(",\"prev_hash\":\"").hash(m.prevHash()).literal("\"");
        count(m.entries());
        line.number(",\"commit_index\":", m.commitIndex());
        line.end();
        entries(m.entries());
    }

    private void seqAck(SeqAck m) {
        head(m);
        line.flag(",\"ok\":", m.ok());
        line.number(",\"match_index\":", m.matchIndex());
        line.flag(",\"intact\":", m.intact());
        line.choice(",\"reason\":", m.reason());
        line.number(",\"last_index\":", m.lastIndex());
        line.term(",\"conflict_term\":", m.conflictTerm());
        line.number(",\"conflict_first_index\":", m.conflictFirstIndex());
        line.end();
    }

    private void catchupReq(CatchupReq m) {
        head(m);
        line.choice(",\"mode\":", m.mode());
        line.number(",\"request_id\":", m.requestId());
        line.number(",\"from_index\":", m.fromIndex());
        line.term(",\"prev_term\":", m.prevTerm());
        out.literal(",\"prev_hash\":\"").hash(m.prevHash()).literal("\"");
        line.number(",\"max_bytes\":", m.maxBytes());
        line.end();
    }

    private void catchupResp(CatchupResp m) {
        head(m);
        line.choice(",\"mode\":", m.mode());
        line.number(",\"request_id\":", m.requestId());
        line.choice(",\"status\":", m.status());
        line.number(",\"from_index\":", m.fromIndex());
        count(m.entries());
        line.number(",\"commit_index\":", m.commitIndex());
        line.flag(",\"more\":", m.more());
        line.number(",\"first_index\":", m.firstIndex());
        line.end();
        entries(m.entries());
    }

    private void snapshotPart(SnapshotPart m) {
        head(m);
        line.number(",\"request_id\":", m.requestId());
        line.number(",\"index\":", m.index());
        line.number(",\"offset\":", m.offset());
        line.number(",\"size\":", m.size());
        line.text(",\"data\":", m.data());
        line.end();
    }

    private void target(long requestId, Member target) {
        line.number(",\"request_id\":", requestId);
        line.number(",\"node_id\":", target.id().value());
        line.text(",\"store_id\":", target.store().toString());
    }

    private void head(PeerMessage message) {
        line.begin(type(message), from, message.term());
    }

    private void count(List<?> lines) {
        if (lines.size() > TransportLimits.MAX_COUNT) {
            throw new IllegalArgumentException(
                    "a message of " + lines.size() + " lines, at most " + TransportLimits.MAX_COUNT);
        }
        line.number(",\"count\":", lines.size());
    }

    private void entries(List<LogEntry> entries) {
        for (LogEntry entry : entries) {
            byte[] stored = entry.line();
            out.bytes(stored, 0, stored.length).literal("\n");
        }
    }
}
