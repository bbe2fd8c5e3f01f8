package dev.concord.simulation;

import dev.concord.protocol.Configuration;
import dev.concord.protocol.LogEntry;
import java.util.ArrayList;
import java.util.List;

/// The one committed history, as the first node to deliver each index saw it.
final class History {
    private final List<LogEntry> entries = new ArrayList<>();
    private final List<LogEntry> chats = new ArrayList<>();
    private final List<LogEntry> noops = new ArrayList<>();
    private Configuration configuration = Configuration.EMPTY;
    private long lastAcknowledgedIndex;

    void add(LogEntry entry) {
        entries.add(entry);
        switch (entry.kind()) {
            case CHAT -> chats.add(entry);
            case NOOP -> noops.add(entry);
            case CONFIG -> configuration = entry.configuration();
        }
    }

    long lastIndex() {
        return entries.size();
    }

    LogEntry entry(long index) {
        return entries.get((int) index - 1);
    }

    long lastSeq() {
        return chats.size();
    }

    LogEntry chat(long seq) {
        return chats.get((int) seq - 1);
    }

    /// The committed messages, seq 1 first.
    List<LogEntry> chats() {
        return chats;
    }

    /// The first entries of the terms, oldest first.
    List<LogEntry> noops() {
        return noops;
    }

    /// The newest committed configuration.
    Configuration configuration() {
        return configuration;
    }

    void acknowledged(long index) {
        lastAcknowledgedIndex = Math.max(lastAcknowledgedIndex, index);
    }

    /// The highest index for which a client has got its acknowledgement.
    long lastAcknowledgedIndex() {
        return lastAcknowledgedIndex;
    }
}
