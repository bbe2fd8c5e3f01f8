package dev.concord.chat;

import dev.concord.protocol.PeerMessage;
import dev.concord.runtime.ElectionTrace;
import dev.concord.runtime.ElectionTrace.Traced;
import dev.concord.runtime.SyncDelay;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What a node lies on when it is part of a lab: its elections are written down, and its disk can be slowed. A node of
/// an ordinary cluster has none.
///
/// @param url where the lab itself is
public record LabBench(String url, ElectionTrace trace, SyncDelay syncDelay) {
    public static final long MAX_SYNC_DELAY_MS = SyncDelay.MAX.toMillis();

    /// Elections take milliseconds, so their times need more digits than those of messages.
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /// Where the lab is, and how slow this node's disk is made.
    public record Report(String url, long syncDelayMs) {}

    /// @param run another one has numbers of its own
    /// @param last the newest number
    public record Protocol(String run, long last, List<Message> messages) {
        public Protocol {
            messages = List.copyOf(messages);
        }
    }

    /// @param way `sent` or `received`
    /// @param peer the node at the other end
    /// @param type as on the link, such as `ELECTION_OK`
    /// @param term that the sender was in
    /// @param details what else it said, by the names of the protocol
    public record Message(
            long no, String at, String way, int peer, String type, long term, Map<String, Object> details) {}

    public Report report() {
        return new Report(url, syncDelay.get().toMillis());
    }

    /// The messages of elections behind this number.
    public Protocol protocol(long after) {
        return new Protocol(
                trace.run(),
                trace.last(),
                trace.after(after).stream().map(LabBench::message).toList());
    }

    /// @throws IllegalArgumentException if the time is none that a lab may ask for
    public void slowDisk(Duration delay) {
        syncDelay.set(delay);
    }

    private static Message message(Traced traced) {
        Map<String, Object> details = new LinkedHashMap<>();
        String type = describe(traced.message(), details);
        return new Message(
                traced.number(),
                TIME.format(traced.at()),
                traced.sent() ? "sent" : "received",
                traced.peer().value(),
                type,
                traced.message().term().value(),
                details);
    }

    private static String describe(PeerMessage message, Map<String, Object> details) {
        return switch (message) {
            case PeerMessage.Election m -> {
                details.put("round", m.round());
                details.put("reason", m.reason().name());
                yield "ELECTION";
            }
            case PeerMessage.ElectionOk m -> {
                details.put("round", m.round());
                details.put("verdict", m.verdict().name());
                details.put("leader", m.leader().value());
                yield "ELECTION_OK";
            }
            case PeerMessage.Claim m -> {
                details.put("claimTerm", m.claimTerm().value());
                details.put("probe", m.probe());
                details.put("handoverFrom", m.handoverFrom().value());
                yield "CLAIM";
            }
            case PeerMessage.Promise m -> {
                details.put("claimTerm", m.claimTerm().value());
                details.put("probe", m.probe());
                details.put("granted", m.granted());
                details.put("reason", m.reason().name());
                details.put("lastTerm", m.last().term().value());
                details.put("lastIndex", m.last().index());
                yield "PROMISE";
            }
            case PeerMessage.Coordinator m -> {
                details.put("leader", m.leader().value());
                details.put("termStart", m.termStartIndex());
                yield "COORDINATOR";
            }
            case PeerMessage other -> throw new IllegalStateException("no message of an election: " + other);
        };
    }
}
