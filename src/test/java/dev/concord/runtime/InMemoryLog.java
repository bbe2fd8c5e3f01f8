package dev.concord.runtime;

import dev.concord.protocol.ChainHash;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.LogSnapshot;
import dev.concord.protocol.Reference;
import dev.concord.protocol.Term;
import dev.concord.storage.HistorySummary;
import java.util.ArrayList;
import java.util.List;

/// A committed log for tests: real entries and the real [CommittedLog], with a list in place of the file.
public final class InMemoryLog implements LogReader {
    private final List<LogEntry> entries = new ArrayList<>();
    private final CommittedLog committed = new CommittedLog(this);
    private final Term term = new Term(3);
    private long chats;
    private long firstSeq = 1;

    public CommittedLog committed() {
        return committed;
    }

    /// Sequences and commits bodies at once.
    public synchronized List<LogEntry> commit(List<ChatBody> bodies) {
        List<LogEntry> added = append(bodies);
        committed.publish(added);
        return added;
    }

    /// Sequences bodies that are not committed yet: they stand in the log, and nobody may see them.
    public synchronized List<LogEntry> append(List<ChatBody> bodies) {
        List<LogEntry> added = new ArrayList<>(bodies.size());
        for (ChatBody body : bodies) {
            ChainHash previous =
                    entries.isEmpty() ? ChainHash.ZERO : entries.getLast().hash();
            LogPosition position = new LogPosition(term, entries.size() + 1L);
            LogEntry entry = LogEntry.chat(position, ++chats, 1_795_332_600_123L + chats, body, previous);
            entries.add(entry);
            added.add(entry);
        }
        return added;
    }

    /// Commits an entry that is no message, so that index and seq differ.
    public synchronized void commitNoop() {
        ChainHash previous =
                entries.isEmpty() ? ChainHash.ZERO : entries.getLast().hash();
        LogPosition position = new LogPosition(term, entries.size() + 1L);
        LogEntry noop = LogEntry.noop(position, 1_795_332_600_000L, new dev.concord.protocol.NodeId(1), previous);
        entries.add(noop);
        committed.publish(List.of(noop));
    }

    /// Removes messages below `seq`, as retention would.
    public synchronized void removeBelow(long seq) {
        firstSeq = seq;
    }

    @Override
    public synchronized List<LogEntry> read(long fromIndex, long toIndex, int maxBytes) {
        List<LogEntry> found = new ArrayList<>();
        long bytes = 0;
        for (long index = fromIndex; index <= Math.min(toIndex, entries.size()); index++) {
            LogEntry entry = entries.get((int) index - 1);
            bytes += entry.sizeInBytes();
            if (bytes > maxBytes && !found.isEmpty()) {
                break;
            }
            found.add(entry);
        }
        return found;
    }

    @Override
    public synchronized long indexOfSeq(long seq) {
        if (seq < firstSeq || seq > chats) {
            return 0;
        }
        int index = (int) seq;
        while (entries.get(index - 1).seq() != seq) {
            index++;
        }
        return index;
    }

    /// A snapshot of what was removed; nothing was, before a message was.
    @Override
    public synchronized LogSnapshot start() {
        HistorySummary removed = new HistorySummary();
        entries.stream()
                .takeWhile(e -> firstSeq > 1 && (!e.isChat() || e.seq() < firstSeq))
                .forEach(removed::add);
        return removed.toBase();
    }

    @Override
    public synchronized long firstSeq() {
        return firstSeq;
    }

    @Override
    public synchronized void changes(long firstSeq, long lastSeq, ChangeVisitor visitor) {
        for (LogEntry entry : entries) {
            Reference reference = entry.isChat() ? entry.body().reference() : null;
            if (reference != null
                    && reference.kind().isChange()
                    && reference.seq() >= firstSeq
                    && reference.seq() <= lastSeq) {
                visitor.change(reference.seq(), entry.seq(), reference.kind() == Reference.Kind.DELETE);
            }
        }
    }

    @Override
    public RoomsUpTo rooms(long commitIndex) {
        return new RoomsUpTo(0, List.of());
    }
}
