package dev.concord.cli.chat;

import dev.concord.client.Delivery;
import dev.concord.client.Message;
import dev.concord.client.Reference;
import dev.concord.client.Timeline.Post;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Messages as rows of a given width: number, time, name, and the text in a column of its own.
final class MessageRows {
    /// Below this width numbers are left out, and below the other one times too.
    static final int WIDE = 70;

    static final int MEDIUM = 46;
    static final int NAME = 12;
    private static final int NARROW_NAME = 8;

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofLocalizedDate(FormatStyle.FULL).withLocale(Locale.ENGLISH);

    private final int width;
    private final String me;
    private final ZoneId zone;

    MessageRows(int width, String me, ZoneId zone) {
        this.width = width;
        this.me = me;
        this.zone = zone;
    }

    /// A message with all that belongs to it: the day above its first one, the unread line, and notices below.
    ///
    /// @param before the message above, null for none
    List<Row> block(RoomView room, Post post, @Nullable Post before) {
        List<Row> rows = new ArrayList<>();
        LocalDate day = day(post);
        if (day != null && (before == null || !day.equals(day(before)))) {
            rows.add(rule(Style.DIM, DAY.format(day)));
        }
        if (post.seq() == room.firstUnread()) {
            rows.add(rule(Style.BAD, "new"));
        }
        rows.addAll(post(room, post));
        rows.addAll(notices(room, post.seq()));
        return rows;
    }

    List<Row> notices(RoomView room, long after) {
        List<Row> rows = new ArrayList<>();
        for (RoomView.Notice notice : room.noticesAfter(after)) {
            for (String line : TextWidth.wrap(HarmlessText.lines(notice.text()), width - 3)) {
                rows.add(new Row().add(Style.DIM, " ┆ ").add(notice.style(), line));
            }
        }
        return rows;
    }

    private List<Row> post(RoomView room, Post post) {
        Message message = post.message();
        boolean own = message.sender().equals(me);
        List<Row> text = new ArrayList<>();
        Reference reference = message.reference();
        if (reference != null) {
            text.add(Row.of(Style.DIM, quote(room, reference.seq())));
        }
        if (post.deleted()) {
            text.add(Row.of(Style.DIM, "deleted"));
        } else {
            boolean mentioned = !own && Mentions.of(me, post.text());
            for (String line : TextWidth.wrap(HarmlessText.lines(post.text()), textWidth())) {
                text.add(Row.of(mentioned ? Style.BOLD : Style.PLAIN, line));
            }
        }
        String mark = (post.isEdited() ? " (edited)" : "") + (own ? durable(room, message.id()) : "");
        append(text, Style.DIM, mark);
        return withGutter(message.seq() == 0 ? "" : "#" + message.seq(), time(message), message.sender(), text);
    }

    private static String durable(RoomView room, String id) {
        if (!room.isKnownDurable(id)) {
            return "";
        }
        List<Long> nodes = room.durableOn(id);
        return nodes.isEmpty()
                ? " ✓"
                : " ✓ " + nodes.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    /// An own message that is still on its way.
    List<Row> outgoing(RoomView.Outgoing outgoing) {
        List<Row> text = new ArrayList<>();
        Reference reference = outgoing.draft().reference();
        String prefix = reference == null ? "" : reference.kind().field() + " #" + reference.seq() + " ";
        for (String line :
                TextWidth.wrap(prefix + HarmlessText.lines(outgoing.draft().text()), textWidth())) {
            text.add(Row.of(Style.DIM, line));
        }
        append(text, styleOf(outgoing.state()), " " + explain(outgoing.state()));
        return withGutter("", "", outgoing.draft().sender(), text);
    }

    static String explain(Delivery state) {
        return switch (state) {
            case Delivery.Queued() -> "⋯ queued";
            case Delivery.Sending(String url) -> "→ sending to " + url.replaceFirst("^https?://", "");
            case Delivery.Durable durable -> "✓";
            case Delivery.Retrying(String why, boolean unknown) ->
                (unknown ? "? unknown, trying again: " : "… not stored yet, trying again: ") + HarmlessText.line(why);
            case Delivery.Refused(var problem) -> "✗ refused: " + HarmlessText.line(problem.detail());
        };
    }

    private static Style styleOf(Delivery state) {
        return switch (state) {
            case Delivery.Queued() -> Style.DIM;
            case Delivery.Sending sending -> Style.DIM;
            case Delivery.Durable durable -> Style.GOOD;
            case Delivery.Retrying retrying -> Style.WARNING;
            case Delivery.Refused refused -> Style.BAD;
        };
    }

    /// Puts words behind the last row, or below where there is no room.
    private void append(List<Row> text, Style style, String words) {
        if (words.isBlank()) {
            return;
        }
        Row last = text.getLast();
        if (last.width() + TextWidth.of(words) <= textWidth()) {
            last.add(style, words);
        } else {
            TextWidth.wrap(words.strip(), textWidth()).forEach(line -> text.add(Row.of(style, line)));
        }
    }

    private String quote(RoomView room, long target) {
        return room.timeline()
                .post(target)
                .map(post -> TextWidth.fit(
                        "↳ " + HarmlessText.line(post.message().sender()) + ": "
                                + (post.deleted() ? "deleted" : HarmlessText.line(post.text())),
                        textWidth()))
                .orElse("↳ #" + target);
    }

    private List<Row> withGutter(String number, String time, String sender, List<Row> text) {
        List<Row> rows = new ArrayList<>();
        for (Row line : text) {
            boolean first = rows.isEmpty();
            Row row = new Row();
            if (width >= WIDE) {
                row.add(Style.DIM, TextWidth.padLeft(first ? number : "", 6)).add(" ");
            }
            if (width >= MEDIUM) {
                row.add(Style.DIM, TextWidth.pad(first ? time : "", 5)).add(" ");
            }
            Style style = sender.equals(me) ? Style.ME : Style.ofName(sender);
            String name = first ? HarmlessText.line(sender) : "";
            row.add(style, TextWidth.padLeft(name, nameWidth())).add(Style.DIM, " │ ");
            rows.add(row.add(line));
        }
        return rows;
    }

    private int nameWidth() {
        return width >= MEDIUM ? NAME : NARROW_NAME;
    }

    private int textWidth() {
        return Math.max(4, width - nameWidth() - 3 - (width >= MEDIUM ? 6 : 0) - (width >= WIDE ? 7 : 0));
    }

    Row rule(Style style, String words) {
        String middle = "── " + words + " ";
        return Row.of(style, TextWidth.fit(middle + "─".repeat(Math.max(0, width - TextWidth.of(middle))), width));
    }

    private String time(Message message) {
        ZonedDateTime at = at(message);
        return at == null ? "" : TIME.format(at);
    }

    private @Nullable LocalDate day(Post post) {
        ZonedDateTime at = at(post.message());
        return at == null ? null : at.toLocalDate();
    }

    private @Nullable ZonedDateTime at(Message message) {
        try {
            return Instant.parse(message.at()).atZone(zone);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
