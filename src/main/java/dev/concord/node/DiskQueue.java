package dev.concord.node;

import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.LogSnapshot;
import dev.concord.protocol.Meta;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// The node's view of its one FIFO disk queue (S2): what was ordered, what is durable, and what waits for that (S3).
final class DiskQueue {
    private record Ordered(long ticket, long issuedAt, LogPosition last, Meta meta) {}

    private record Waiting(long ticket, LongConsumer action) {}

    private final List<Effect> effects;
    private final ArrayDeque<Ordered> ordered = new ArrayDeque<>();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private long lastTicket;
    private LogPosition newestLast;
    private Meta newestMeta;
    private LogPosition durableLast;
    private Meta durableMeta;
    /// How a log ends that a snapshot is to replace; null once that is durable.
    private @Nullable LogPosition replacedLast;
    private long replacedBy;

    DiskQueue(List<Effect> effects, LogPosition last, Meta meta) {
        this.effects = effects;
        this.newestLast = last;
        this.newestMeta = meta;
        this.durableLast = last;
        this.durableMeta = meta;
    }

    void append(List<LogEntry> entries, long now) {
        newestLast = entries.getLast().position();
        effects.add(new Effect.Append(order(now), entries));
    }

    /// @param last the position that the log ends with after the cut
    void rewind(long fromIndex, LogPosition last, long now) {
        newestLast = last;
        // What is cut is not durable from here on, whatever the disk still holds or is still writing: nobody may count
        // it.
        cutTo(last);
        if (replacedLast != null) {
            replacedLast = cut(replacedLast, last);
        }
        effects.add(new Effect.Rewind(order(now), fromIndex));
    }

    private void cutTo(LogPosition last) {
        durableLast = cut(durableLast, last);
        for (int i = ordered.size(); i > 0; i--) {
            Ordered earlier = ordered.removeFirst();
            ordered.addLast(
                    new Ordered(earlier.ticket(), earlier.issuedAt(), cut(earlier.last(), last), earlier.meta()));
        }
    }

    private static LogPosition cut(LogPosition position, LogPosition last) {
        return position.index() > last.index() ? last : position;
    }

    /// @param kept what is here before and after, whatever a crash leaves
    void install(LogSnapshot snapshot, LogPosition kept, long now) {
        newestLast = snapshot.position();
        if (replacedLast == null) {
            replacedLast = durableLast;
        }
        cutTo(kept);
        replacedBy = order(now);
        effects.add(new Effect.InstallSnapshot(replacedBy, snapshot));
    }

    void writeMeta(Meta meta, long now) {
        newestMeta = meta;
        effects.add(new Effect.WriteMeta(order(now), meta));
    }

    private long order(long now) {
        ordered.addLast(new Ordered(++lastTicket, now, newestLast, newestMeta));
        return lastTicket;
    }

    /// Runs an action once everything ordered so far is durable; at once if it is. Actions run in the order given.
    void whenDurable(long now, LongConsumer action) {
        if (ordered.isEmpty()) {
            action.accept(now);
        } else {
            waiting.addLast(new Waiting(lastTicket, action));
        }
    }

    void persisted(long ticket, long now) {
        while (!ordered.isEmpty() && ordered.getFirst().ticket() <= ticket) {
            Ordered done = ordered.removeFirst();
            durableLast = done.last();
            durableMeta = done.meta();
        }
        if (replacedBy <= ticket) {
            replacedLast = null;
        }
        while (!waiting.isEmpty() && waiting.getFirst().ticket() <= ticket) {
            waiting.removeFirst().action().accept(now);
        }
    }

    long lastTicket() {
        return lastTicket;
    }

    boolean isIdle() {
        return ordered.isEmpty();
    }

    /// The end of the log as far as it is durable.
    LogPosition durableLast() {
        return durableLast;
    }

    /// The end of the log that a crash would leave at least: until a snapshot is durable, that of the log which it
    /// replaces, although nobody may count on its entries any more. A new boot that said less would seem to have
    /// lost state (T5).
    LogPosition leastLast() {
        return replacedLast == null ? durableLast : replacedLast;
    }

    long durableIndex() {
        return durableLast.index();
    }

    Meta durableMeta() {
        return durableMeta;
    }

    /// How long the oldest unfinished order has been waiting (F5).
    long oldestAgeNanos(long now) {
        return ordered.isEmpty() ? 0 : now - ordered.getFirst().issuedAt();
    }
}
