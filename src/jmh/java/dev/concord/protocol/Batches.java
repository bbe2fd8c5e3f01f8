package dev.concord.protocol;

import java.util.ArrayList;
import java.util.List;

/// Entries that follow each other, as a leader makes them.
public final class Batches {
    private final String text = "x".repeat(200);
    private long index;
    private ChainHash hash = ChainHash.ZERO;

    /// The next entries of the history.
    public List<LogEntry> next(int count) {
        List<LogEntry> batch = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            index++;
            ChatBody body = ChatBody.of("id-" + index, "", "general", "ada", text);
            LogPosition position = new LogPosition(new Term(1), index);
            LogEntry entry = LogEntry.chat(position, index, 1_795_680_000_000L, body, hash);
            hash = entry.hash();
            batch.add(entry);
        }
        return batch;
    }
}
