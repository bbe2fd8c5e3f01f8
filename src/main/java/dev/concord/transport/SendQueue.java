package dev.concord.transport;

import dev.concord.protocol.Channel;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.PeerMessage.CatchupResp;
import dev.concord.protocol.PeerMessage.Chat;
import dev.concord.protocol.PeerMessage.ChatAck;
import dev.concord.protocol.PeerMessage.Heartbeat;
import dev.concord.protocol.PeerMessage.JoinAck;
import dev.concord.protocol.PeerMessage.SeqChat;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// What waits to be written to one link, bounded in messages and bytes (T6). One thread puts in, one takes out, neither
/// waits for the other. A full control queue drops its oldest heartbeat, because the newest says everything the older
/// ones said; a full bulk queue drops what comes last, which its sender repeats.
final class SendQueue {
    private final Channel channel;
    private final int maxMessages;
    private final int maxBytes;
    private final TransportStatistics statistics;
    private final ArrayDeque<Queued> messages = new ArrayDeque<>();
    private int bytes;
    private boolean open;
    private volatile boolean filled;
    private volatile boolean woken;
    private volatile @Nullable Thread waiting;

    private record Queued(PeerMessage message, int size) {}

    SendQueue(Channel channel, TransportStatistics statistics) {
        this.channel = channel;
        this.statistics = statistics;
        boolean control = channel == Channel.CONTROL;
        maxMessages = control ? TransportLimits.CONTROL_QUEUE_MESSAGES : TransportLimits.BULK_QUEUE_MESSAGES;
        maxBytes = control ? TransportLimits.CONTROL_QUEUE_BYTES : TransportLimits.BULK_QUEUE_BYTES;
    }

    /// From here on messages are taken.
    synchronized void open() {
        open = true;
    }

    /// Forgets what waits and takes nothing more.
    synchronized void close() {
        open = false;
        clear();
    }

    /// Forgets what waits.
    synchronized void clear() {
        messages.clear();
        bytes = 0;
        filled = false;
    }

    /// Adds a message if there is a link and room. The writer learns of it with the next [#wakeWriter].
    synchronized void offer(PeerMessage message) {
        if (!open) {
            statistics.noLink();
            return;
        }
        int size = size(message);
        if (isFull(size) && (channel == Channel.BULK || !dropOldestHeartbeat() || isFull(size))) {
            statistics.drop(channel);
            return;
        }
        messages.addLast(new Queued(message, size));
        bytes += size;
        filled = true;
    }

    private boolean isFull(int more) {
        return messages.size() == maxMessages || bytes + more > maxBytes;
    }

    private boolean dropOldestHeartbeat() {
        for (Iterator<Queued> i = messages.iterator(); i.hasNext(); ) {
            Queued queued = i.next();
            if (queued.message instanceof Heartbeat) {
                i.remove();
                bytes -= queued.size;
                statistics.drop(channel);
                return true;
            }
        }
        return false;
    }

    synchronized @Nullable PeerMessage poll() {
        Queued next = messages.pollFirst();
        if (next == null) {
            filled = false;
            return null;
        }
        bytes -= next.size;
        return next.message;
    }

    /// Wakes the writer if there is something to write and it sleeps.
    void wakeWriter() {
        if (filled) {
            unpark();
        }
    }

    /// Wakes the writer in any case; if it does not sleep now, its next sleep ends at once.
    void wake() {
        woken = true;
        unpark();
    }

    private void unpark() {
        Thread writer = waiting;
        if (writer != null) {
            LockSupport.unpark(writer);
        }
    }

    /// Called by the writer: waits for [#wakeWriter], [#wake], the end of the time, or nothing at all.
    void await(long nanos) {
        waiting = Thread.currentThread();
        if (!filled && !woken) {
            LockSupport.parkNanos(this, nanos);
        }
        woken = false;
        waiting = null;
    }

    synchronized int size() {
        return messages.size();
    }

    synchronized int sizeInBytes() {
        return bytes;
    }

    /// About the bytes a message takes in memory and on the link.
    private static int size(PeerMessage message) {
        return 256
                + switch (message) {
                    case SeqChat m -> size(m.entries());
                    case CatchupResp m -> size(m.entries());
                    case Chat m -> {
                        int total = 0;
                        for (var body : m.bodies()) {
                            total += body.length() + 3;
                        }
                        yield total;
                    }
                    case ChatAck m -> 160 * m.results().size();
                    case JoinAck m -> 256 * m.members().size();
                    default -> 0;
                };
    }

    private static int size(List<LogEntry> entries) {
        int total = 0;
        for (LogEntry entry : entries) {
            total += entry.sizeInBytes();
        }
        return total;
    }
}
