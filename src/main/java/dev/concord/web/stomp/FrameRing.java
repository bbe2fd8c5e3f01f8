package dev.concord.web.stomp;

import dev.concord.chat.MessageJson;
import dev.concord.protocol.LogEntry;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// MESSAGE frames of the newest messages, each encoded once for all subscribers. Only the head, which names the
/// subscription, differs from one to the next.
///
/// **Memory.** At most [#FRAMES] frames of at most [#LARGEST_SHARED] bytes; a larger one is encoded for each reader
/// anew. **Threads.** Any. Two may encode the same frame at once; they write the same, and one of the two is kept.
final class FrameRing {
    /// Frames kept; a power of two.
    static final int FRAMES = 1 << 10;
    /// Most bytes of a line whose frame is kept.
    static final int LARGEST_SHARED = 8 * 1024;

    private final AtomicReferenceArray<@Nullable Frame> frames = new AtomicReferenceArray<>(FRAMES);

    /// One message as a frame without its head.
    static final class Frame {
        private final LogEntry entry;
        private final String rest;
        private @Nullable Headed last;

        private record Headed(String head, WebSocketText message) {}

        private Frame(LogEntry entry) {
            this.entry = entry;
            byte[] json = MessageJson.bytes(entry);
            this.rest = "message-id:" + entry.seq() + "\nseq:" + entry.seq() + "\nterm:"
                    + entry.term().value() + "\ncontent-type:application/json\ncontent-length:" + json.length + "\n\n"
                    + new String(json, StandardCharsets.UTF_8) + '\0';
        }

        LogEntry entry() {
            return entry;
        }

        /// The whole frame, as it goes over the wire. Clients choose the same few subscription ids, so mostly it is
        /// there already.
        ///
        /// @param head command and headers that differ, with their ends of line
        WebSocketText message(String head) {
            Headed known = last; // a race is harmless: records are safely published, and any of them is right
            if (known != null && known.head.equals(head)) {
                return known.message;
            }
            WebSocketText message = WebSocketText.of(head.concat(rest));
            last = new Headed(head, message);
            return message;
        }
    }

    /// The frame of a message if it is here.
    @Nullable
    Frame find(long seq) {
        Frame frame = frames.get(slot(seq));
        return frame != null && frame.entry.seq() == seq ? frame : null;
    }

    /// The frame of a message, encoded if need be. A reader far behind does not push newer frames out.
    Frame of(LogEntry entry) {
        int slot = slot(entry.seq());
        Frame present = frames.get(slot);
        if (present != null && present.entry.seq() == entry.seq()) {
            return present;
        }
        Frame frame = new Frame(entry);
        if (entry.sizeInBytes() <= LARGEST_SHARED && (present == null || present.entry.seq() < entry.seq())) {
            frames.set(slot, frame);
        }
        return frame;
    }

    private static int slot(long seq) {
        return (int) seq & FRAMES - 1;
    }
}
