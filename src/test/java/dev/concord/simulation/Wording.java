package dev.concord.simulation;

import dev.concord.node.Effect;
import dev.concord.node.Event;
import dev.concord.node.Submission;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.PeerMessage;
import java.util.List;
import java.util.stream.Collectors;

/// Events, effects and messages in one short line each, in the words of the protocol.
public final class Wording {
    private Wording() {}

    public static String of(Event event) {
        return switch (event) {
            case Event.Received e -> "n" + e.from().id() + ": " + of(e.message());
            case Event.HelloReceived e ->
                "hello " + e.helloId() + " of n" + e.hello().self().member() + " term "
                        + e.hello().currentTerm() + " last " + e.hello().last();
            case Event.LinkOpened e -> "link to n" + e.peer().self().member() + " open";
            case Event.LinkRefused e -> "link to n" + e.peer() + " refused: " + e.reason();
            case Event.LinksClosed e -> "links with n" + e.peer() + " closed";
            case Event.PeerUnreachable e -> "n" + e.peer() + " unreachable";
            case Event.Persisted e -> "persisted up to ticket " + e.ticket();
            case Event.LogRead e -> "read " + e.readId() + " done: " + of(e.entries());
            case Event.LogTrimmed e -> "log begins behind " + e.snapshot().index();
            case Event.Submitted e ->
                "submitted " + e.submissions().stream().map(Wording::of).collect(Collectors.joining(", "));
            case Event.HandoverRequested e -> "operator wants n" + e.target() + " to lead";
            case Event.RemovalRequested e -> "operator wants n" + e.target() + " out";
            case Event.StopRequested _ -> "stop requested";
            case Event.RaiseRequested e -> "operator wants level " + e.level();
            case Event.DiskSpaceChanged e -> e.isLow() ? "disk almost full" : "disk has space again";
            case Event.DrainRequested _ -> "drain requested";
            case Event.HeadRequested e -> "head requested (" + e.requestId() + ")";
            case Event.TimePassed _ -> "time passed";
        };
    }

    private static String of(Submission submission) {
        return "#" + submission.requestId() + " " + submission.body().id()
                + (submission.afterSeq() < 0 ? "" : " after " + submission.afterSeq());
    }

    public static String of(Effect effect) {
        return switch (effect) {
            case Effect.Send e -> "n" + e.to() + ": " + of(e.message());
            case Effect.Append e -> "append " + of(e.entries()) + ", ticket " + e.ticket();
            case Effect.Rewind e -> "rewind from " + e.fromIndex() + ", ticket " + e.ticket();
            case Effect.InstallSnapshot e -> "install snapshot " + e.snapshot().index() + ", ticket " + e.ticket();
            case Effect.SkipTo e -> "skip to " + e.snapshot().index();
            case Effect.WriteMeta e ->
                "write meta: term " + e.meta().currentTerm() + " promised to "
                        + e.meta().promisedTo() + (e.meta().repairing() ? " repairing" : "") + ", ticket " + e.ticket();
            case Effect.ReadLog e -> "read " + e.readId() + " from " + e.fromIndex();
            case Effect.Deliver e -> "deliver " + of(e.entries());
            case Effect.Answer e -> "answer #" + e.requestId() + " " + e.result();
            case Effect.AnswerHello e ->
                "answer hello " + e.helloId() + ": " + (e.refusal() == null ? "welcome" : e.refusal());
            case Effect.AnswerRaise e -> "level " + (e.failure().isEmpty() ? "raised" : "not raised: " + e.failure());
            case Effect.AnswerHandover e -> "handover " + (e.failure().isEmpty() ? "done" : "failed: " + e.failure());
            case Effect.AnswerRemoval e -> "removal: " + e.result();
            case Effect.AnswerHead e -> "head (" + e.requestId() + ") is " + e.commitIndex();
            case Effect.Dial e ->
                "dial "
                        + e.peers().stream().map(p -> "n" + p.member()).toList()
                        + e.unknown().stream().map(s -> "n" + s.id()).toList();
            case Effect.Announce e ->
                "announce " + e.announcement().action() + ": "
                        + e.announcement().detail();
            case Effect.Halt e -> "HALT " + e.reason() + ": " + e.detail();
        };
    }

    /// A message as it stands in a transcript.
    public static String of(PeerMessage message) {
        return switch (message) {
            case PeerMessage.Join m -> "JOIN(" + m.term() + ") " + m.self().member();
            case PeerMessage.JoinAck m ->
                "JOIN_ACK(" + m.term() + ") " + m.status()
                        + (m.leader().isPresent() ? " leader n" + m.leader() : "")
                        + (m.reason().isEmpty() ? "" : " (" + m.reason() + ")");
            case PeerMessage.Remove m ->
                "REMOVE(" + m.term() + ") n" + m.target().id();
            case PeerMessage.Presence m -> "PRESENCE " + m.connected();
            case PeerMessage.RemoveAck m ->
                "REMOVE_ACK(" + m.term() + ") n" + m.target().id() + " " + m.status();
            case PeerMessage.Heartbeat m ->
                "HEARTBEAT(" + m.term() + ") no " + m.number() + " echo " + m.echo() + " "
                        + m.role() + " leader n" + m.leader() + (m.leaderOk() ? " ok" : "")
                        + (m.canLead() ? " able" : "")
                        + " last " + m.last() + " commit " + m.commitIndex()
                        + (m.repairTarget() > 0 ? " repair to " + m.repairTarget() : "");
            case PeerMessage.Election m -> "ELECTION(" + m.term() + ") " + m.reason();
            case PeerMessage.ElectionOk m ->
                "ELECTION_OK(" + m.term() + ") " + m.verdict() + (m.leader().isPresent() ? " n" + m.leader() : "");
            case PeerMessage.Claim m ->
                "CLAIM(" + m.claimTerm() + ")" + (m.probe() ? " probe" : "")
                        + (m.handoverFrom().isPresent()
                                ? " handed over by n" + m.handoverFrom() + " in term " + m.handoverTerm()
                                : "");
            case PeerMessage.Promise m ->
                (m.granted() ? "PROMISE(" : "REFUSE(") + m.claimTerm() + ")"
                        + (m.probe() ? " probe" : "") + (m.granted() ? "" : " " + m.reason()) + " last " + m.last()
                        + " commit " + m.commitIndex() + (m.intact() ? "" : " not intact");
            case PeerMessage.Coordinator m ->
                "COORDINATOR(" + m.term() + ") n" + m.leader() + " from " + m.termStartIndex();
            case PeerMessage.Chat m ->
                "CHAT stream " + (m.stream() & 0xffff) + " #" + m.first() + " "
                        + m.bodies().stream().map(b -> b.id()).toList();
            case PeerMessage.ChatAck m ->
                "CHAT_ACK stream " + (m.stream() & 0xffff) + " "
                        + m.results().stream()
                                .map(r -> "#" + r.first() + (r.count() > 1 ? "+" + (r.count() - 1) : "") + " "
                                        + r.status() + (r.seq() > 0 ? " seq " + r.seq() : ""))
                                .collect(Collectors.joining(", "));
            case PeerMessage.SeqChat m ->
                "SEQ_CHAT(" + m.term() + ") after (" + m.prevTerm() + "," + m.prevIndex() + ") " + of(m.entries())
                        + " commit " + m.commitIndex();
            case PeerMessage.SeqAck m ->
                "SEQ_ACK(" + m.term() + ") "
                        + (m.ok()
                                ? "match " + m.matchIndex()
                                : m.reason() + " last " + m.lastIndex() + " conflict (" + m.conflictTerm() + ","
                                        + m.conflictFirstIndex() + ")");
            case PeerMessage.SnapshotPart m -> "SNAPSHOT " + m.index() + ", byte " + m.offset() + " of " + m.size();
            case PeerMessage.CatchupReq m ->
                "CATCHUP_REQ(" + m.term() + ") " + m.mode() + " from " + m.fromIndex() + " after term " + m.prevTerm();
            case PeerMessage.CatchupResp m ->
                "CATCHUP_RESP(" + m.term() + ") " + m.mode() + " " + m.status() + " " + of(m.entries()) + " commit "
                        + m.commitIndex() + (m.more() ? " more" : "");
        };
    }

    private static String of(List<LogEntry> entries) {
        return entries.stream().map(Wording::of).toList().toString();
    }

    private static String of(LogEntry entry) {
        String what = switch (entry.kind()) {
            case CHAT -> "seq " + entry.seq() + " " + entry.body().id();
            case NOOP -> "noop n" + entry.leader();
            case CONFIG ->
                "voters "
                        + entry.configuration().voters().stream()
                                .map(p -> p.id())
                                .toList()
                        + (entry.configuration().learners().isEmpty()
                                ? ""
                                : " learners "
                                        + entry.configuration().learners().stream()
                                                .map(p -> p.id())
                                                .toList());
        };
        return entry.position() + " " + what;
    }
}
