package dev.concord.chat;

import dev.concord.protocol.LogEntry;
import dev.concord.runtime.CommittedLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Reads committed messages: one, a page in either direction, or from a place onwards.
///
/// A page that is sought in a rare room looks at no more than [#MAX_SCANNED] messages; it may then be short or empty
/// although there are more, and its `next` or `prev` leads on. So one request costs the server a bounded effort.
public final class MessageReader {
    /// Most messages looked at for one page.
    static final int MAX_SCANNED = 200_000;
    /// Most bytes of messages in one page.
    static final int MAX_PAGE_BYTES = 4 << 20;
    /// Messages looked at in one step.
    private static final int STEP = 256;

    private static final int STEP_BYTES = 1 << 20;

    private final CommittedLog log;

    public MessageReader(CommittedLog log) {
        this.log = log;
    }

    /// The lowest seq that can still be read.
    public long earliest() {
        return log.firstSeq();
    }

    /// The number of committed messages.
    public long commit() {
        return log.commitSeq();
    }

    /// The message with this seq; empty if there is none yet.
    ///
    /// @throws MessagesRemovedException if it was removed by retention
    public Optional<LogEntry> message(long seq) {
        if (seq > log.commitSeq()) {
            return Optional.empty();
        }
        if (seq < log.firstSeq()) {
            throw new MessagesRemovedException(seq, log.firstSeq());
        }
        return Optional.ofNullable(log.find(seq));
    }

    /// Waits until this node has applied the message with this seq, the time is over, or the node stops.
    public boolean awaitApplied(long seq, Duration timeout) throws InterruptedException {
        return log.awaitAfter(seq - 1, timeout);
    }

    /// A reader's place from `after` on.
    ///
    /// @throws MessagesRemovedException if what follows is no longer there
    public Cursor cursor(long after, RoomFilter filter) {
        return new Cursor(log, after, filter);
    }

    /// A page of messages.
    ///
    /// @throws MessagesRemovedException if it would begin with messages that are no longer there
    public Page page(PageRequest request) {
        long commit = log.commitSeq();
        long earliest = log.firstSeq();
        return request.after().isPresent()
                ? forward(request, request.after().getAsLong(), commit, earliest)
                : backward(request, request.before().orElse(commit + 1), commit, earliest);
    }

    private Page forward(PageRequest request, long after, long commit, long earliest) {
        Cursor cursor = cursor(after, request.filter());
        long end = Math.min(commit, request.before().orElse(commit + 1) - 1);
        List<LogEntry> found = new ArrayList<>();
        long bytes = 0;
        while (cursor.position() < end
                && found.size() < request.limit()
                && bytes < MAX_PAGE_BYTES
                && cursor.position() - after < MAX_SCANNED) {
            int most = (int) Math.min(end - cursor.position(), stepFor(request, found.size()));
            for (LogEntry entry : cursor.next(most, STEP_BYTES)) {
                found.add(entry);
                bytes += entry.sizeInBytes();
                if (found.size() == request.limit()) {
                    return page(found, earliest, commit, entry.seq(), after + 1);
                }
            }
        }
        return page(found, earliest, commit, cursor.position(), after + 1);
    }

    /// Without a filter no more is read than is wanted.
    private static int stepFor(PageRequest request, int found) {
        return request.filter().passesAll() ? Math.min(STEP, request.limit() - found) : STEP;
    }

    private Page backward(PageRequest request, long before, long commit, long earliest) {
        if (request.before().isPresent() && before <= earliest && earliest > 1) {
            throw new MessagesRemovedException(before - 1, earliest);
        }
        long last = Math.min(before - 1, commit);
        long low = last + 1; // everything from here to `last` has been looked at
        List<LogEntry> found = new ArrayList<>(); // descending
        long bytes = 0;
        while (low > earliest && found.size() < request.limit() && bytes < MAX_PAGE_BYTES && last - low < MAX_SCANNED) {
            long from = Math.max(earliest, low - stepFor(request, found.size()));
            List<LogEntry> step = range(from, low - 1);
            for (int i = step.size() - 1; i >= 0 && found.size() < request.limit() && bytes < MAX_PAGE_BYTES; i--) {
                LogEntry entry = step.get(i);
                low = entry.seq();
                if (request.filter().passes(entry)) {
                    found.add(entry);
                    bytes += entry.sizeInBytes();
                }
            }
        }
        Collections.reverse(found);
        return page(found, earliest, commit, last, low);
    }

    /// All messages `from` to `to`, which exist.
    private List<LogEntry> range(long from, long to) {
        List<LogEntry> entries = new ArrayList<>();
        Cursor cursor = cursor(from - 1, RoomFilter.ALL);
        while (cursor.position() < to) {
            List<LogEntry> more = cursor.next((int) (to - cursor.position()), STEP_BYTES);
            if (more.isEmpty()) {
                throw new IllegalStateException("message " + (cursor.position() + 1) + " is committed but not there");
            }
            entries.addAll(more);
        }
        return entries;
    }

    private static Page page(List<LogEntry> found, long earliest, long commit, long next, long low) {
        OptionalLong prev = low > earliest && commit > 0 ? OptionalLong.of(low) : OptionalLong.empty();
        return new Page(found, earliest, commit, next, prev);
    }
}
