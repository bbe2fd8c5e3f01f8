package dev.concord.cli.lab;

import dev.concord.client.NodeLab.TracedMessage;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The elections of the whole cluster in one picture. Each message was noted twice, by its sender and by its receiver;
/// here both notes become one line. A line that was sent and never received is a lost message, or one under way; one
/// that was received only comes from a node that died before its trace was read.
///
/// A message may be said more than once, word for word, as COORDINATOR is. A receipt belongs to the last one that was
/// sent before it: that one of several was lost is likelier than that they overtook each other.
///
/// **Threads.** Any.
final class ProtocolView {
    /// Lines that are kept; the oldest are forgotten.
    static final int MAX_LINES = 1000;

    static final String LAB = "LAB";

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final SequencedMap<Long, Line> lines = new TreeMap<>();
    private final Map<Message, List<Long>> numbers = new HashMap<>();
    private long lastNumber;
    private long lastVersion;

    /// What makes two notes speak of the same message.
    record Message(int from, int to, String type, long term, Map<String, @Nullable Object> details) {}

    /// A message, or something that a person did in the lab.
    ///
    /// @param version when it was last changed; see [#after]
    /// @param type of the message, or [#LAB]
    /// @param to 0 for the lab
    /// @param sentAt null if only the receiver has told of it
    /// @param receivedAt null if it has not arrived, or not yet
    record Line(
            long number,
            long version,
            String type,
            int from,
            int to,
            @Nullable String sentAt,
            @Nullable String receivedAt,
            long term,
            Map<String, @Nullable Object> details) {
        Message message() {
            return new Message(from, to, type, term, details);
        }

        boolean wasSentBy(String time) {
            return sentAt != null && sentAt.compareTo(time) <= 0;
        }

        boolean wasReceivedFrom(String time) {
            return receivedAt != null && receivedAt.compareTo(time) >= 0;
        }
    }

    /// Takes a note of a node.
    synchronized void add(int node, TracedMessage note) {
        int from = note.sent() ? node : note.peer();
        int to = note.sent() ? note.peer() : node;
        Message message = new Message(from, to, note.type(), note.term(), note.details());
        List<Line> same = numbers.getOrDefault(message, List.of()).stream()
                .map(lines::get)
                .filter(Objects::nonNull)
                .toList();
        if (note.sent()) {
            sent(message, note.at(), same);
        } else {
            received(message, note.at(), same);
        }
    }

    private void sent(Message message, String at, List<Line> same) {
        Optional<Line> orphan = same.stream()
                .filter(line -> line.sentAt() == null && line.wasReceivedFrom(at))
                .findFirst();
        if (orphan.isPresent()) {
            change(orphan.get(), at, orphan.get().receivedAt());
            return;
        }
        Optional<Line> earlier = same.stream()
                .filter(line -> line.wasSentBy(at) && line.wasReceivedFrom(at))
                .findFirst();
        earlier.ifPresent(line -> change(line, line.sentAt(), null)); // not that one arrived, but this
        put(message, at, earlier.map(Line::receivedAt).orElse(null));
    }

    private void received(Message message, String at, List<Line> same) {
        Optional<Line> sent = same.reversed().stream()
                .filter(line -> line.receivedAt() == null && line.wasSentBy(at))
                .findFirst();
        if (sent.isPresent()) {
            change(sent.get(), sent.get().sentAt(), at);
        } else {
            put(message, null, at);
        }
    }

    /// Notes what a person did.
    ///
    /// @param node that it was done to, 0 for all
    synchronized void note(int node, String text) {
        put(new Message(node, 0, LAB, 0, Map.of("text", text)), TIME.format(Instant.now()), null);
    }

    private void change(Line line, @Nullable String sentAt, @Nullable String receivedAt) {
        lines.put(line.number(), line(line.number(), line.message(), sentAt, receivedAt));
    }

    private void put(Message message, @Nullable String sentAt, @Nullable String receivedAt) {
        Line line = line(++lastNumber, message, sentAt, receivedAt);
        lines.put(line.number(), line);
        numbers.computeIfAbsent(message, key -> new ArrayList<>()).add(line.number());
        if (lines.size() > MAX_LINES) {
            Line oldest = lines.pollFirstEntry().getValue();
            numbers.computeIfPresent(oldest.message(), (key, own) -> {
                own.remove((Object) oldest.number());
                return own.isEmpty() ? null : own;
            });
        }
    }

    private Line line(long number, Message message, @Nullable String sentAt, @Nullable String receivedAt) {
        return new Line(
                number,
                ++lastVersion,
                message.type(),
                message.from(),
                message.to(),
                sentAt,
                receivedAt,
                message.term(),
                message.details());
    }

    /// The lines that are new or were changed behind this version, in the order they were first heard of.
    synchronized List<Line> after(long version) {
        return lines.values().stream().filter(line -> line.version() > version).toList();
    }

    synchronized long version() {
        return lastVersion;
    }
}
