package dev.concord.runtime;

import dev.concord.node.Recovery;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogSnapshot;
import dev.concord.protocol.Meta;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// A log on a disk that is slower than it is: everything that ends with an fsync takes a [SyncDelay] longer. Only a
/// node in a lab has one; what is durable and when is that of the log behind it.
public final class SlowedLog implements DurableLog {
    private final DurableLog log;
    private final SyncDelay delay;

    public SlowedLog(DurableLog log, SyncDelay delay) {
        this.log = log;
        this.delay = delay;
    }

    /// Waits without being woken by an interrupt, which the disk thread must not feel (S2).
    static void sleep(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    @Override
    public Recovery recover() {
        return log.recover();
    }

    @Override
    public void append(List<LogEntry> entries) {
        log.append(entries);
    }

    @Override
    public void rewind(long fromIndex) {
        delay.take();
        log.rewind(fromIndex);
    }

    @Override
    public void sync() {
        delay.take();
        log.sync();
    }

    @Override
    public void flushMark() {
        log.flushMark();
    }

    @Override
    public void trim(LogSnapshot snapshot) {
        log.trim(snapshot);
    }

    @Override
    public void install(LogSnapshot snapshot) {
        delay.take();
        log.install(snapshot);
    }

    @Override
    public void noteCommit(long commitIndex) {
        log.noteCommit(commitIndex);
    }

    @Override
    public void writeMeta(Meta meta) {
        delay.take();
        log.writeMeta(meta);
    }

    @Override
    public long lastIndex() {
        return log.lastIndex();
    }

    @Override
    public LogReader reader() {
        return log.reader();
    }

    @Override
    public void close() {
        log.close();
    }
}
