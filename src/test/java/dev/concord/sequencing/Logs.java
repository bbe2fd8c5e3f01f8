package dev.concord.sequencing;

import dev.concord.protocol.ChainHash;
import dev.concord.protocol.History;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogPosition;
import java.util.List;

/// Logs of the examples, in memory, filled from a written history.
final class Logs {
    private Logs() {}

    static LogTail tail(int keepBytes) {
        return new LogTail(LogPosition.ZERO, ChainHash.ZERO, 0, 0, List.of(), List.of(), keepBytes);
    }

    static ReplicatedLog log(int window) {
        return new ReplicatedLog(tail(1 << 20), new DedupIndex(window, 42));
    }

    static ReplicatedLog of(History history) {
        ReplicatedLog log = log(1000);
        history.entries().forEach(log::append);
        return log;
    }

    static ReplicatedLog of(List<LogEntry> entries) {
        ReplicatedLog log = log(1000);
        entries.forEach(log::append);
        return log;
    }
}
