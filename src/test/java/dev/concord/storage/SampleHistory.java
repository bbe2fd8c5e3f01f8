package dev.concord.storage;

import dev.concord.protocol.Address;
import dev.concord.protocol.ChainHash;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.Configuration;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import dev.concord.protocol.Reference;
import dev.concord.protocol.StoreId;
import dev.concord.protocol.Term;
import dev.concord.runtime.LogReader;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Makes entries as a leader would, one continuing the other. The same calls make the same bytes.
public final class SampleHistory {
    private static final long START_MILLIS = 1_795_332_600_000L;

    private final List<LogEntry> entries = new ArrayList<>();
    private Term term = new Term(1);
    private long seq;
    private String branch = "";

    /// Chat entries after a configuration with this deduplication window.
    public static SampleHistory founded(int dedupWindow) {
        SampleHistory history = new SampleHistory();
        Peer founder =
                new Peer(new Member(new NodeId(1), new StoreId(new UUID(1, 1))), new Address("127.0.0.1", 5001), "");
        history.add(LogEntry.config(
                history.next(),
                START_MILLIS,
                new Configuration(List.of(founder), List.of(), List.of(), dedupWindow, 1),
                ChainHash.ZERO));
        return history;
    }

    /// The same history so far, to go on differently.
    public SampleHistory branch(String name) {
        SampleHistory other = new SampleHistory();
        other.entries.addAll(entries);
        other.term = term;
        other.seq = seq;
        other.branch = name;
        return other;
    }

    public SampleHistory chats(int count) {
        return chats(count, 20);
    }

    public SampleHistory chats(int count, int textLength) {
        for (int i = 0; i < count; i++) {
            chat("x".repeat(textLength));
        }
        return this;
    }

    public SampleHistory chat(String text) {
        seq++;
        String room = seq % 3 == 0 ? "random" : "general";
        Reference edit = seq % 7 == 0 ? new Reference(Reference.Kind.EDIT, seq - 3) : null; // of the same room
        ChatBody body = ChatBody.of("id-" + branch + seq, "", room, "ada", text, text.isEmpty() ? null : edit);
        add(LogEntry.chat(next(), seq, START_MILLIS + entries.size(), body, hash()));
        return this;
    }

    /// Starts the next term with its no-op.
    public SampleHistory term(int leader) {
        term = term.next();
        add(LogEntry.noop(next(), START_MILLIS + entries.size(), new NodeId(leader), hash()));
        return this;
    }

    /// Takes the entries from this index on back.
    public SampleHistory cutFrom(long index) {
        entries.subList((int) index - 1, entries.size()).clear();
        seq = entries.stream().filter(LogEntry::isChat).count();
        return this;
    }

    /// What a reader shows of the changes of some messages: the message and the change, of each.
    public static List<List<Long>> changes(LogReader reader, long first, long last) {
        List<List<Long>> found = new ArrayList<>();
        reader.changes(first, last, (target, seq, isDelete) -> found.add(List.of(target, seq)));
        return found;
    }

    /// The same, from the entries themselves.
    public static List<List<Long>> changesIn(List<LogEntry> entries, long first, long last) {
        List<List<Long>> found = new ArrayList<>();
        for (LogEntry entry : entries) {
            Reference reference = entry.isChat() ? entry.body().reference() : null;
            if (reference != null && reference.seq() >= first && reference.seq() <= last) {
                found.add(List.of(reference.seq(), entry.seq()));
            }
        }
        return found;
    }

    public List<LogEntry> entries() {
        return List.copyOf(entries);
    }

    /// The entries from one index to another, both included.
    public List<LogEntry> entries(long from, long to) {
        return List.copyOf(entries.subList((int) from - 1, (int) to));
    }

    public LogEntry entry(long index) {
        return entries.get((int) index - 1);
    }

    public long lastIndex() {
        return entries.size();
    }

    public long lastSeq() {
        return seq;
    }

    private LogPosition next() {
        return new LogPosition(term, entries.size() + 1);
    }

    private ChainHash hash() {
        return entries.isEmpty() ? ChainHash.ZERO : entries.getLast().hash();
    }

    private void add(LogEntry entry) {
        entries.add(entry);
    }
}
