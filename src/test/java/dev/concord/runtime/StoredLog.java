package dev.concord.runtime;

/// A committed log for tests over what is stored already, as after a start: nothing of it is in memory.
public final class StoredLog {
    private StoredLog() {}

    public static CommittedLog of(LogReader reader, long lastSeq, long lastIndex) {
        CommittedLog log = new CommittedLog(reader);
        log.startAt(lastSeq, lastIndex);
        return log;
    }
}
