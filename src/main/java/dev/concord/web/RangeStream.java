package dev.concord.web;

import dev.concord.chat.Cursor;
import dev.concord.chat.MessagesRemovedException;
import dev.concord.protocol.LogEntry;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/// A part of the history as NDJSON, one message a line, read from the log as fast as its reader takes it.
final class RangeStream {
    private static final int PAGE_ENTRIES = 512;
    private static final int PAGE_BYTES = 64 * 1024;

    private final Cursor cursor;
    private final OutputStream out;
    private final Answers answers;

    RangeStream(Cursor cursor, OutputStream out, Answers answers) {
        this.cursor = cursor;
        this.out = out;
        this.answers = answers;
    }

    /// Writes messages up to and including `last`, at most `limit`.
    void run(long last, long limit) throws IOException {
        Bytes bytes = new Bytes();
        long left = limit;
        try {
            while (cursor.position() < last && left > 0) {
                int most = (int) Math.min(PAGE_ENTRIES, last - cursor.position());
                List<LogEntry> entries = cursor.next(most, PAGE_BYTES);
                for (LogEntry entry : entries.subList(0, (int) Math.min(left, entries.size()))) {
                    bytes.message(entry).ascii("\n");
                    left--;
                }
                bytes.drainTo(out);
            }
        } catch (MessagesRemovedException e) {
            bytes.slice(answers.problemLine(Problem.of(e))).ascii("\n").drainTo(out);
        }
    }
}
