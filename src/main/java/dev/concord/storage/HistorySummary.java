package dev.concord.storage;

import dev.concord.protocol.ChainHash;
import dev.concord.protocol.Configuration;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.LogSnapshot;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Term;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// Walks a history entry by entry and keeps what the protocol needs to know of it as a whole ([LogSnapshot]).
public final class HistorySummary {
    /// Leaders of the newest no-ops that are remembered (E13).
    public static final int RECENT_LEADERS = 8;

    private long index;
    private Term term = Term.ZERO;
    private ChainHash hash = ChainHash.ZERO;
    private long seq;
    private long atMillis;
    private final List<LogPosition> termStarts = new ArrayList<>();
    private Configuration configuration = Configuration.EMPTY;
    private final Deque<NodeId> recentLeaders = new ArrayDeque<>();

    public HistorySummary() {}

    /// Goes on behind a snapshot.
    public HistorySummary(LogSnapshot start) {
        index = start.index();
        term = start.position().term();
        hash = start.hash();
        seq = start.seq();
        atMillis = start.atMillis();
        termStarts.addAll(start.termStarts());
        configuration = start.configuration();
        recentLeaders.addAll(start.recentLeaders());
    }

    /// Takes in the entry after the last one.
    public void add(LogEntry entry) {
        if (!entry.term().equals(term)) {
            termStarts.add(entry.position());
        }
        index = entry.index();
        term = entry.term();
        hash = entry.hash();
        atMillis = entry.atMillis();
        switch (entry.kind()) {
            case CHAT -> seq = entry.seq();
            case NOOP -> ledBy(entry.leader());
            case CONFIG -> configuration = entry.configuration();
        }
    }

    private void ledBy(NodeId leader) {
        if (recentLeaders.size() == RECENT_LEADERS) {
            recentLeaders.removeFirst();
        }
        recentLeaders.addLast(leader);
    }

    public LogSnapshot toBase() {
        return new LogSnapshot(
                new LogPosition(term, index),
                hash,
                seq,
                atMillis,
                termStarts,
                configuration,
                List.copyOf(recentLeaders));
    }
}
