package dev.concord.transport;

import dev.concord.node.EventAction;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The log lines of the links: one per change, none per message, and the same trouble at most once in a while, because
/// a peer that redials every two seconds must not fill the disk.
final class LinkLog {
    /// How long the same line is kept back after it was written.
    static final long REPEAT_AFTER_NANOS = TimeUnit.SECONDS.toNanos(30);
    /// How many different lines are remembered.
    static final int MAX_REMEMBERED = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(TcpPeerLinks.class);

    private final Map<String, Long> written = new HashMap<>();
    private final LongSupplier nanoTime;

    LinkLog(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void info(EventAction action, String line) {
        LOG.atInfo().addKeyValue(EventAction.FIELD, action).log(line);
    }

    /// Writes `line` unless a line about the same `topic` was written a short time ago.
    void warn(EventAction action, String topic, String line) {
        if (isNew(topic)) {
            LOG.atWarn().addKeyValue(EventAction.FIELD, action).log(line);
        }
    }

    void error(EventAction action, String topic, String line, Throwable cause) {
        if (isNew(topic)) {
            LOG.atError().addKeyValue(EventAction.FIELD, action).setCause(cause).log(line);
        }
    }

    synchronized boolean isNew(String topic) {
        long now = nanoTime.getAsLong();
        Long last = written.get(topic);
        if (last != null && now - last < REPEAT_AFTER_NANOS) {
            return false;
        }
        if (written.size() >= MAX_REMEMBERED) {
            written.clear();
        }
        written.put(topic, now);
        return true;
    }

    synchronized int remembered() {
        return written.size();
    }
}
