package dev.concord.web.stomp;

import dev.concord.chat.Cursor;
import dev.concord.protocol.LogEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The subscriptions of one session, and how far each has got.
///
/// **Threads.** The session's writer; [#concern], [#lag] and [#watchPresence] any.
final class SessionSubscriptions {
    /// Messages read from the log at once for one subscription.
    static final int PAGE_MESSAGES = 256;
    /// Bytes read from the log at once for one subscription.
    static final int PAGE_BYTES = 64 * 1024;

    private final StompContext context;
    private final FrameSink out;
    private final List<Subscription> all = new ArrayList<>();
    private volatile List<Subscription.Chat> chats = List.of();
    private volatile boolean watchesPresence;
    /// One of them is for all rooms. Of many sessions this is all that is looked at for each new message.
    private volatile boolean hearsAllRooms;

    /// @param out takes whole frames
    SessionSubscriptions(StompContext context, FrameSink out) {
        this.context = context;
        this.out = out;
    }

    void add(Subscription subscription) {
        subscription.begin(context.readers());
        all.add(subscription);
        changed(1);
    }

    void remove(String id) {
        all.removeIf(subscription -> {
            boolean ends = subscription.id().equals(id);
            if (ends) {
                subscription.end();
            }
            return ends;
        });
        changed(-1);
    }

    /// The session is over.
    void end() {
        all.forEach(Subscription::end);
        context.statistics().subscriptions.add(-all.size());
        chats = List.of();
        hearsAllRooms = false;
        watchesPresence = false;
    }

    private void changed(int count) {
        context.statistics().subscriptions.add(count);
        List<Subscription.Chat> now = new ArrayList<>();
        boolean presence = false;
        for (Subscription subscription : all) {
            if (subscription instanceof Subscription.Chat chat) {
                now.add(chat);
            }
            presence |= subscription instanceof Subscription.Presence;
        }
        chats = List.copyOf(now);
        hearsAllRooms = now.stream().anyMatch(chat -> chat.room() == null);
        watchesPresence = presence;
    }

    /// Whether new messages concern one of them. One whose rooms are silent is concerned now and then, to pass over
    /// the others' messages while they are still in memory.
    ///
    /// @param rooms of the new messages; null if they are too many to tell
    boolean concern(long commit, @Nullable Set<String> rooms) {
        if (hearsAllRooms) {
            return true;
        }
        for (Subscription.Chat chat : chats) {
            String room = chat.room();
            boolean farBehind = commit - chat.cursor().position() > PAGE_MESSAGES;
            if (rooms == null || room == null || rooms.contains(room) || farBehind) {
                return true;
            }
        }
        return false;
    }

    boolean watchPresence() {
        return watchesPresence;
    }

    /// How far the slowest is behind.
    long lag() {
        long lag = 0;
        for (Subscription.Chat chat : chats) {
            lag = Math.max(lag, chat.cursor().lag());
        }
        return lag;
    }

    /// One round over all subscriptions, a page each. Returns whether there was anything to do.
    boolean deliver() throws IOException {
        boolean worked = false;
        for (Subscription subscription : all) {
            if (subscription.isBehind()) {
                worked = true;
                switch (subscription) {
                    case Subscription.Chat chat -> deliver(chat);
                    case Subscription.Cluster cluster -> cluster.deliver(out);
                    case Subscription.Presence presence -> presence.deliver(out);
                    case Subscription.Errors errors -> {}
                }
            }
        }
        return worked;
    }

    /// Takes the next messages from the ring of frames if they are there, else from the log.
    private void deliver(Subscription.Chat chat) throws IOException {
        Cursor cursor = chat.cursor();
        FrameRing ring = context.ring();
        int sent = 0;
        FrameRing.Frame frame = ring.find(cursor.position() + 1);
        if (frame == null) {
            for (LogEntry entry : cursor.next(PAGE_MESSAGES, PAGE_BYTES)) {
                out.accept(ring.of(entry).message(chat.headFor(entry)));
                sent++;
            }
        } else {
            for (int i = 0; i < PAGE_MESSAGES && frame != null; i++) {
                LogEntry entry = frame.entry();
                if (chat.wants(entry)) {
                    out.accept(frame.message(chat.headFor(entry)));
                    sent++;
                }
                cursor.advance(entry.seq());
                frame = ring.find(entry.seq() + 1);
            }
        }
        context.statistics().deliveries.add(sent);
    }

    /// A client that does not listen to the errors has asked not to know.
    void refuse(String problem, @Nullable String receipt, StompVersion version) throws IOException {
        long number = context.statistics().nextRefusal();
        for (Subscription subscription : all) {
            if (subscription instanceof Subscription.Errors) {
                FrameText rest = FrameText.part(version).header("message-id", "error-" + number);
                if (receipt != null) {
                    rest.header("receipt-id", receipt);
                }
                out.accept(subscription.head() + rest.body("application/problem+json", problem));
            }
        }
    }

    boolean deliveredUpTo(long seq) {
        for (Subscription.Chat chat : chats) {
            if (chat.cursor().position() < seq) {
                return false;
            }
        }
        return true;
    }

    boolean isBehind() {
        for (Subscription subscription : all) {
            if (subscription.isBehind()) {
                return true;
            }
        }
        return false;
    }
}
