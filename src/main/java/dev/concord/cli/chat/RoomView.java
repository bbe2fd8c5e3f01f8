package dev.concord.cli.chat;

import dev.concord.client.Delivery;
import dev.concord.client.Draft;
import dev.concord.client.Message;
import dev.concord.client.Page;
import dev.concord.client.Presence;
import dev.concord.client.Timeline;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the screen knows of one room: its messages, the own ones on their way, what is new, and how far history has
/// been read.
final class RoomView {
    /// Own messages whose way to the disks is remembered.
    static final int MAX_DELIVERIES = 1_000;
    /// Words of the program itself between the messages.
    static final int MAX_NOTICES = 200;

    private final String name;
    private final Timeline timeline = new Timeline();
    private final Map<String, Outgoing> outgoing = new LinkedHashMap<>();
    private final List<Notice> notices = new ArrayList<>();
    private final Map<String, Delivery.Durable> durable = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Delivery.Durable> eldest) {
            return size() > MAX_DELIVERIES;
        }
    };

    private Presence presence = Presence.NOBODY;
    /// The last message of the stream, a change or not.
    private long lastSeen;

    private boolean loaded;
    private long olderBefore;
    private boolean loadingOlder;
    private int unread;
    private int mentions;
    private long firstUnread;

    /// An own message that is not in the stream yet.
    record Outgoing(Draft draft, Delivery state) {}

    /// @param after the message it stands behind
    record Notice(long after, Style style, String text) {}

    RoomView(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    Timeline timeline() {
        return timeline;
    }

    // --- messages

    void newest(Page page) {
        page.messages().forEach(timeline::add);
        olderBefore = page.prev();
        lastSeen = Math.max(lastSeen, page.next());
        loaded = true;
    }

    void older(Page page) {
        page.messages().forEach(timeline::add);
        olderBefore = page.prev();
        loadingOlder = false;
    }

    /// @param seen whether a person looks at it now
    void live(Message message, boolean seen, String me) {
        outgoing.remove(message.id());
        presence = presence.withoutTyping(message.sender());
        lastSeen = Math.max(lastSeen, message.seq());
        boolean isNew = timeline.add(message);
        if (timeline.trim()) {
            olderBefore = timeline.first();
        }
        if (isNew && !seen && !message.sender().equals(me)) {
            unread++;
            mentions += Mentions.of(me, message.text()) ? 1 : 0;
            firstUnread = firstUnread == 0 ? message.seq() : firstUnread;
        }
    }

    boolean isLoaded() {
        return loaded;
    }

    boolean hasOlder() {
        return olderBefore > 0;
    }

    /// The message before which history is still to be read; claims to read it now.
    long claimOlder() {
        if (olderBefore == 0 || loadingOlder) {
            return 0;
        }
        loadingOlder = true;
        return olderBefore;
    }

    void olderFailed() {
        loadingOlder = false;
    }

    boolean isLoadingOlder() {
        return loadingOlder;
    }

    // --- own messages

    void delivery(Draft draft, Delivery state) {
        if (state instanceof Delivery.Durable stored) {
            durable.put(draft.id(), stored);
            if (stored.seq() <= lastSeen) {
                outgoing.remove(draft.id());
                return;
            }
        } else if (durable.containsKey(draft.id())) {
            return;
        }
        outgoing.put(draft.id(), new Outgoing(draft, state));
    }

    List<Outgoing> outgoing() {
        return new ArrayList<>(outgoing.values());
    }

    /// Takes away what was refused.
    void dismissRefused() {
        outgoing.values().removeIf(one -> one.state() instanceof Delivery.Refused);
    }

    /// On whose disks an own message is, if it is known.
    List<Long> durableOn(String id) {
        Delivery.Durable known = durable.get(id);
        return known == null ? List.of() : known.nodes();
    }

    boolean isKnownDurable(String id) {
        return durable.containsKey(id);
    }

    // --- the rest

    void notice(Style style, String text) {
        notices.add(new Notice(timeline.last(), style, text));
        if (notices.size() > MAX_NOTICES) {
            notices.removeFirst();
        }
    }

    List<Notice> noticesAfter(long seq) {
        return notices.stream().filter(notice -> notice.after() == seq).toList();
    }

    void clearNotices() {
        notices.clear();
    }

    Presence presence() {
        return presence;
    }

    void presence(Presence now) {
        presence = now;
    }

    int unread() {
        return unread;
    }

    int mentions() {
        return mentions;
    }

    /// The message above which the unread line stands; 0 for none.
    long firstUnread() {
        return firstUnread;
    }

    /// A person sees the newest messages now. The line stays until [#forgetUnreadLine].
    void seen() {
        unread = 0;
        mentions = 0;
    }

    void forgetUnreadLine() {
        firstUnread = 0;
    }
}
