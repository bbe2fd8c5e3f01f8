package dev.concord.web;

import dev.concord.access.Caller;
import dev.concord.chat.Cursor;
import dev.concord.chat.MessagesRemovedException;
import dev.concord.protocol.LogEntry;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;

/// One reader's Server-Sent Events: the messages behind its cursor, then each new one as it is committed. It
/// runs on the request's own virtual thread and writes blockingly. A reader that stops reading thus stops
/// this thread and nobody else, and leaves nothing behind but one page of messages and the socket's buffers.
final class EventStream {
    /// Time without a message after which a comment is sent, so that nobody takes the silence for a dead connection.
    static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

    private static final int PAGE_ENTRIES = 256;
    private static final int PAGE_BYTES = 16 * 1024;

    private final Cursor cursor;
    private final OutputStream out;
    private final Duration keepAlive;
    private final Answers answers;
    private final Caller caller;
    private final Bytes bytes = new Bytes();
    private long announced;

    EventStream(Cursor cursor, OutputStream out, Duration keepAlive, Answers answers, Caller caller) {
        this.cursor = cursor;
        this.out = out;
        this.keepAlive = keepAlive;
        this.answers = answers;
        this.caller = caller;
        this.announced = cursor.position();
    }

    /// Streams until the reader leaves, its token ends, or the node stops.
    void run() throws IOException, InterruptedException {
        bytes.ascii(": concord\nretry: 1000\n\n");
        send();
        try {
            while (!cursor.isClosed() && caller.isGood()) {
                add(cursor.next(PAGE_ENTRIES, PAGE_BYTES));
                if (cursor.isAtEnd()) {
                    send();
                    if (!cursor.await(keepAlive)) {
                        keepAlive();
                    }
                }
            }
        } catch (MessagesRemovedException e) {
            bytes.ascii("event: problem\ndata: ")
                    .slice(answers.problemLine(Problem.of(e)))
                    .ascii("\n\n");
            send();
        }
    }

    private void add(List<LogEntry> entries) throws IOException {
        for (LogEntry entry : entries) {
            bytes.ascii("id: ")
                    .number(entry.seq())
                    .ascii("\ndata: ")
                    .message(entry)
                    .ascii("\n\n");
            announced = entry.seq();
            if (bytes.length() >= PAGE_BYTES / 2) {
                bytes.drainTo(out);
            }
        }
    }

    /// An event without data is not shown to the application, but its id is remembered: a reader of a quiet room does
    /// not search the whole log when it comes back.
    private void keepAlive() throws IOException {
        bytes.ascii(": keep-alive\n");
        if (cursor.position() > announced) {
            announced = cursor.position();
            bytes.ascii("id: ").number(announced).ascii("\n");
        }
        bytes.ascii("\n");
        send();
    }

    private void send() throws IOException {
        bytes.drainTo(out);
        out.flush();
    }
}
