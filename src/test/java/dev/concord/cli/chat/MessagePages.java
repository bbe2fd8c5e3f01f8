package dev.concord.cli.chat;

import dev.concord.client.Message;
import dev.concord.client.Page;
import dev.concord.client.Reference;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Messages for tests.
final class MessagePages {
    private MessagePages() {}

    static Message message(long seq, String sender, String text) {
        return message(seq, sender, text, null);
    }

    static Message message(long seq, String sender, String text, @Nullable Reference reference) {
        return new Message(seq, "id-" + seq, "general", sender, text, "2026-11-22T07:30:00.123Z", reference, "");
    }

    /// A page of messages `from` to `to`, each of one line.
    static Page page(long from, long to, long prev) {
        List<Message> messages = LongStream.rangeClosed(from, to)
                .mapToObj(seq -> message(seq, "bob", "line " + seq))
                .toList();
        return new Page(messages, to, to, prev);
    }
}
