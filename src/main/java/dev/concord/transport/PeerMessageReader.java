package dev.concord.transport;

import static dev.concord.transport.TransportLimits.MAX_COUNT;
import static dev.concord.transport.TransportLimits.MAX_LINE_BYTES;
import static dev.concord.transport.TransportLimits.MAX_MESSAGE_BYTES;

import dev.concord.protocol.ByteSearch;
import dev.concord.protocol.ChainHash;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.MalformedEntryException;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.PeerMessage.AckReason;
import dev.concord.protocol.PeerMessage.CatchupMode;
import dev.concord.protocol.PeerMessage.CatchupReq;
import dev.concord.protocol.PeerMessage.CatchupResp;
import dev.concord.protocol.PeerMessage.CatchupStatus;
import dev.concord.protocol.PeerMessage.Chat;
import dev.concord.protocol.PeerMessage.ChatAck;
import dev.concord.protocol.PeerMessage.ChatResult;
import dev.concord.protocol.PeerMessage.ChatStatus;
import dev.concord.protocol.PeerMessage.Claim;
import dev.concord.protocol.PeerMessage.Coordinator;
import dev.concord.protocol.PeerMessage.Election;
import dev.concord.protocol.PeerMessage.ElectionOk;
import dev.concord.protocol.PeerMessage.ElectionReason;
import dev.concord.protocol.PeerMessage.Heartbeat;
import dev.concord.protocol.PeerMessage.Join;
import dev.concord.protocol.PeerMessage.JoinAck;
import dev.concord.protocol.PeerMessage.JoinStatus;
import dev.concord.protocol.PeerMessage.Promise;
import dev.concord.protocol.PeerMessage.PromiseReason;
import dev.concord.protocol.PeerMessage.Remove;
import dev.concord.protocol.PeerMessage.RemoveAck;
import dev.concord.protocol.PeerMessage.RemoveStatus;
import dev.concord.protocol.PeerMessage.SeqAck;
import dev.concord.protocol.PeerMessage.SeqChat;
import dev.concord.protocol.PeerMessage.SnapshotPart;
import dev.concord.protocol.PeerMessage.Verdict;
import dev.concord.protocol.Role;
import dev.concord.protocol.StoreId;
import dev.concord.protocol.Term;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/// Reads the messages of one frame (section 5). The limits of T1 are checked on the bytes before anything is parsed;
/// entries and bodies get arrays of their own, so that nothing keeps the frame's buffer alive.
final class PeerMessageReader {
    private final NodeId expectedSender;
    private byte[] source = new byte[0];
    private int at;
    private int end;
    private int messageStart;

    PeerMessageReader(NodeId expectedSender) {
        this.expectedSender = expectedSender;
    }

    /// Continues with the messages in `[from, to)`.
    void open(byte[] bytes, int from, int to) {
        source = bytes;
        at = from;
        end = to;
    }

    boolean hasNext() {
        return at < end;
    }

    PeerMessage next() throws ViolationException {
        messageStart = at;
        int start = at;
        JsonFields in = JsonFields.parse(source, start, passLine());
        String type = in.text("type");
        if (!in.node("from").equals(expectedSender)) {
            throw new ViolationException(
                    Violation.WRONG_SENDER, "a message from another node than the peer " + expectedSender + " (T4)");
        }
        return read(type, in, in.term("term"));
    }

    private PeerMessage read(String type, JsonFields in, Term term) throws ViolationException {
        return switch (type) {
            case "JOIN" -> ended(in, join(in, term));
            case "JOIN_ACK" -> ended(in, joinAck(in, term));
            case "HEARTBEAT" -> ended(in, heartbeat(in, term));
            case "ELECTION" ->
                ended(in, new Election(term, in.number("round"), in.choice("reason", ElectionReason.class)));
            case "ELECTION_OK" -> ended(in, electionOk(in, term));
            case "CLAIM" -> ended(in, claim(in, term));
            case "PROMISE" -> ended(in, promise(in, term));
            case "COORDINATOR" -> ended(in, coordinator(in, term));
            case "REMOVE" -> ended(in, new Remove(term, in.number("request_id"), target(in)));
            case "REMOVE_ACK" ->
                ended(
                        in,
                        new RemoveAck(
                                term, in.number("request_id"), target(in), in.choice("status", RemoveStatus.class)));
            case "CHAT" -> chat(in, term);
            case "CHAT_ACK" ->
                ended(in, new ChatAck(term, in.number("stream"), in.objects("results", PeerMessageReader::result)));
            case "PRESENCE" -> ended(in, PresenceText.read(in, term));
            case "SEQ_CHAT" -> seqChat(in, term);
            case "SEQ_ACK" -> ended(in, seqAck(in, term));
            case "CATCHUP_REQ" -> ended(in, catchupReq(in, term));
            case "CATCHUP_RESP" -> catchupResp(in, term);
            case "SNAPSHOT" -> ended(in, snapshotPart(in, term));
            default -> throw new ViolationException(Violation.UNKNOWN_TYPE, "a message of unknown type");
        };
    }

    private static PeerMessage ended(JsonFields in, PeerMessage message) throws ViolationException {
        in.end();
        return message;
    }

    private static Join join(JsonFields in, Term term) throws ViolationException {
        Member member = new Member(in.node("node_id"), new StoreId(in.uuid("store_id")));
        Peer self = in.object("addr", addr -> new Peer(member, addr.address(), addr.text("url")));
        return new Join(term, self, in.clusterOrNull("cluster_id"));
    }

    private static Member target(JsonFields in) throws ViolationException {
        return new Member(in.node("node_id"), new StoreId(in.uuid("store_id")));
    }

    private static JoinAck joinAck(JsonFields in, Term term) throws ViolationException {
        return new JoinAck(
                term,
                in.choice("status", JoinStatus.class),
                in.text("reason"),
                in.clusterOrNull("cluster_id"),
                in.nodeOrNone("leader_id"),
                in.addressOrNone("leader_addr"),
                in.objects("members", JsonFields::peer));
    }

    private static Heartbeat heartbeat(JsonFields in, Term term) throws ViolationException {
        record Check(long index, ChainHash hash) {}
        Check check = in.object("check", fields -> new Check(fields.number("index"), fields.hash("hash")));
        return new Heartbeat(
                term,
                in.number("hb_no"),
                in.number("echo"),
                in.number("echo_age_us"),
                in.choice("role", Role.class),
                in.nodeOrNone("leader_id"),
                in.flag("leader_ok"),
                in.flag("can_lead"),
                in.position("last"),
                in.number("commit_index"),
                check.index(),
                check.hash(),
                in.number("repair_target"));
    }

    private static ElectionOk electionOk(JsonFields in, Term term) throws ViolationException {
        return new ElectionOk(
                term,
                in.number("round"),
                in.choice("verdict", Verdict.class),
                in.nodeOrNone("leader_id"),
                in.addressOrNone("leader_addr"));
    }

    private static Claim claim(JsonFields in, Term term) throws ViolationException {
        return new Claim(
                term,
                in.term("claim_term"),
                in.flag("probe"),
                in.nodeOrNone("handover_from"),
                in.term("handover_term"));
    }

    private static Promise promise(JsonFields in, Term term) throws ViolationException {
        return new Promise(
                term,
                in.term("claim_term"),
                in.flag("probe"),
                in.flag("granted"),
                in.choice("reason", PromiseReason.class),
                in.flag("intact"),
                in.position("last"),
                in.number("commit_index"),
                in.nodeOrNone("leader_id"),
                in.number("retry_after_ms"));
    }

    private static Coordinator coordinator(JsonFields in, Term term) throws ViolationException {
        return new Coordinator(
                term,
                in.nodeOrNone("leader_id"),
                in.addressOrNone("leader_addr"),
                in.number("term_start_index"),
                in.number("last_index"));
    }

    private Chat chat(JsonFields in, Term term) throws ViolationException {
        long stream = in.number("stream");
        long first = in.number("first");
        long afterSeq = in.takeNull("after_seq") ? -1 : in.number("after_seq");
        return new Chat(term, stream, first, afterSeq, lines(in, PeerMessageReader::body));
    }

    private static ChatResult result(JsonFields in) throws ViolationException {
        return new ChatResult(
                in.number("first"),
                in.number("count", Integer.MAX_VALUE),
                in.choice("status", ChatStatus.class),
                in.number("seq"),
                in.number("index"),
                in.term("term"),
                in.nodes("durable_on"));
    }

    private SeqChat seqChat(JsonFields in, Term term) throws ViolationException {
        return new SeqChat(
                term,
                in.nodeOrNone("leader_id"),
                in.number("prev_index"),
                in.term("prev_term"),
                in.hash("prev_hash"),
                in.number("commit_index"),
                lines(in, LogEntry::parse));
    }

    private static SeqAck seqAck(JsonFields in, Term term) throws ViolationException {
        return new SeqAck(
                term,
                in.flag("ok"),
                in.number("match_index"),
                in.flag("intact"),
                in.choice("reason", AckReason.class),
                in.number("last_index"),
                in.term("conflict_term"),
                in.number("conflict_first_index"));
    }

    private static CatchupReq catchupReq(JsonFields in, Term term) throws ViolationException {
        return new CatchupReq(
                term,
                in.choice("mode", CatchupMode.class),
                in.number("request_id"),
                in.number("from_index"),
                in.term("prev_term"),
                in.hash("prev_hash"),
                in.number("max_bytes", Integer.MAX_VALUE));
    }

    private static SnapshotPart snapshotPart(JsonFields in, Term term) throws ViolationException {
        return new SnapshotPart(
                term,
                in.number("request_id"),
                in.number("index"),
                in.number("offset"),
                in.number("size"),
                in.longText("data"));
    }

    private CatchupResp catchupResp(JsonFields in, Term term) throws ViolationException {
        return new CatchupResp(
                term,
                in.choice("mode", CatchupMode.class),
                in.number("request_id"),
                in.choice("status", CatchupStatus.class),
                in.number("from_index"),
                in.number("commit_index"),
                in.flag("more"),
                in.number("first_index"),
                lines(in, LogEntry::parse));
    }

    private static ChatBody body(byte[] line) {
        int last = line.length - 1;
        if (last < 1 || line[0] != '{' || line[last] != '}') {
            throw new MalformedEntryException("a message body stands between { and }");
        }
        return ChatBody.parse(Arrays.copyOfRange(line, 1, last));
    }

    /// The `count` lines after the header, whose fields must be used up but for the count.
    private <T> List<T> lines(JsonFields in, Function<byte[], T> parser) throws ViolationException {
        int count = in.number("count", Integer.MAX_VALUE);
        in.end();
        if (count > MAX_COUNT) {
            throw tooLarge("a message of " + count + " lines", MAX_COUNT);
        }
        List<T> lines = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int start = at;
            byte[] line = Arrays.copyOfRange(source, start, passLine());
            try {
                lines.add(parser.apply(line));
            } catch (MalformedEntryException | IllegalArgumentException e) {
                throw new ViolationException(
                        Violation.BAD_LINE, "line " + (i + 1) + " of " + count + ": " + e.getMessage());
            }
        }
        return lines;
    }

    /// Passes over a line and its line feed, and returns where the line ends.
    private int passLine() throws ViolationException {
        int limit = Math.min(end, at + MAX_LINE_BYTES + 1);
        int lineFeed = ByteSearch.indexOf(source, (byte) '\n', at, limit);
        if (lineFeed < 0) {
            throw limit == end
                    ? new ViolationException(Violation.NOT_JSON, "a frame that ends within a line")
                    : tooLarge("a line", MAX_LINE_BYTES);
        }
        at = lineFeed + 1;
        if (at - messageStart > MAX_MESSAGE_BYTES) {
            throw tooLarge("a message", MAX_MESSAGE_BYTES);
        }
        return lineFeed;
    }

    private static ViolationException tooLarge(String what, int limit) {
        return new ViolationException(Violation.TOO_LARGE, what + " beyond the limit of " + limit);
    }
}
