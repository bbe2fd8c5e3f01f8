package dev.concord.protocol;

import java.util.ArrayList;
import java.util.List;

/// A log written down entry by entry, so that a test can show two histories that part ways.
public final class History {
    private final List<LogEntry> entries = new ArrayList<>();
    private long seq;

    /// Appends a message under this key.
    public LogEntry chat(long term, String key) {
        return chat(term, Examples.body(key));
    }

    public LogEntry chat(long term, ChatBody body) {
        return add(LogEntry.chat(next(term), ++seq, Examples.AT, body, lastHash()));
    }

    /// Appends the first entry of a leader's term.
    public LogEntry noop(long term, int leader) {
        return add(LogEntry.noop(next(term), Examples.AT, new NodeId(leader), lastHash()));
    }

    public LogEntry config(long term, Configuration configuration) {
        return add(LogEntry.config(next(term), Examples.AT, configuration, lastHash()));
    }

    /// The same history up to an index, to be continued otherwise.
    public History upTo(long index) {
        History fork = new History();
        entries.stream().filter(e -> e.index() <= index).forEach(fork::add);
        fork.seq = fork.entries.stream().filter(LogEntry::isChat).count();
        return fork;
    }

    public List<LogEntry> entries() {
        return List.copyOf(entries);
    }

    /// Entries from an index to the end.
    public List<LogEntry> from(long index) {
        return entries.stream().filter(e -> e.index() >= index).toList();
    }

    public LogEntry get(long index) {
        return entries.get((int) index - 1);
    }

    public LogEntry last() {
        return entries.getLast();
    }

    /// Hash at an index, 0 for the hash before everything.
    public ChainHash hashAt(long index) {
        return index == 0 ? ChainHash.ZERO : get(index).hash();
    }

    public Term termAt(long index) {
        return index == 0 ? Term.ZERO : get(index).term();
    }

    public ChainHash lastHash() {
        return hashAt(entries.size());
    }

    public LogPosition lastPosition() {
        return new LogPosition(termAt(entries.size()), entries.size());
    }

    private LogPosition next(long term) {
        return new LogPosition(new Term(term), entries.size() + 1);
    }

    private LogEntry add(LogEntry entry) {
        entries.add(entry);
        return entry;
    }
}
