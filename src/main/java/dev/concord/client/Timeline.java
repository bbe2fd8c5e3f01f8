package dev.concord.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The messages of a room as they stand now. Edits and deletions are messages of their own in the log; here they are
/// folded into the ones they name, in the order of the log: the latest edit counts, and what is deleted stays deleted.
///
/// It grows at both ends: live messages at the new one, pages of history at the old one. Read backwards, a change comes
/// before the message it names, and waits for it. One thread.
public final class Timeline {
    /// Messages kept; older ones are forgotten and can be read again.
    public static final int MAX_POSTS = 10_000;
    /// Changes kept for messages that are not here.
    static final int MAX_CHANGES = 10_000;

    private final TreeMap<Long, Post> posts = new TreeMap<>();
    private final Map<Long, Message> changes = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Message> eldest) {
            return size() > MAX_CHANGES;
        }
    };

    /// A message as it stands now.
    ///
    /// @param text the current one, empty if it is deleted
    /// @param change seq of the edit or deletion that made it so; 0 for none
    public record Post(Message message, String text, long change, boolean deleted) {
        public long seq() {
            return message.seq();
        }

        public boolean isEdited() {
            return change > 0 && !deleted;
        }

        private Post changedBy(Message by) {
            if (deleted || by.seq() <= change && !isDelete(by)) {
                return this;
            }
            return isDelete(by) ? new Post(message, "", by.seq(), true) : new Post(message, by.text(), by.seq(), false);
        }
    }

    /// Takes a live message, or one of a page of history. Taking it twice changes nothing.
    ///
    /// @return whether a post was added (and not one changed)
    public boolean add(Message message) {
        Reference reference = message.reference();
        if (reference != null && reference.kind().isChange()) {
            change(message, reference.seq());
            return false;
        }
        if (posts.containsKey(message.seq())) {
            return false;
        }
        Post post = new Post(message, message.text(), 0, false);
        Message waiting = changes.remove(message.seq());
        posts.put(message.seq(), waiting == null ? post : post.changedBy(waiting));
        return true;
    }

    private void change(Message by, long target) {
        Post post = posts.get(target);
        if (post != null) {
            posts.put(target, post.changedBy(by));
            return;
        }
        Message known = changes.get(target);
        if (known == null || !isDelete(known) && (isDelete(by) || by.seq() > known.seq())) {
            changes.put(target, by);
        }
    }

    private static boolean isDelete(Message message) {
        Reference reference = message.reference();
        return reference != null && reference.kind() == Reference.Kind.DELETE;
    }

    /// Forgets the oldest posts beyond the limit.
    ///
    /// @return whether there were any
    public boolean trim() {
        boolean any = false;
        while (posts.size() > MAX_POSTS) {
            Post eldest = posts.pollFirstEntry().getValue();
            if (eldest.change() > 0) {
                remember(eldest);
            }
            any = true;
        }
        return any;
    }

    /// The change of a post that is forgotten, for when it is read again.
    private void remember(Post post) {
        Message old = post.message();
        Reference reference = new Reference(post.deleted() ? Reference.Kind.DELETE : Reference.Kind.EDIT, old.seq());
        changes.put(
                old.seq(),
                new Message(post.change(), "", old.room(), old.sender(), post.text(), old.at(), reference, ""));
    }

    public List<Post> posts() {
        return new ArrayList<>(posts.values());
    }

    public Optional<Post> post(long seq) {
        return Optional.ofNullable(posts.get(seq));
    }

    public int size() {
        return posts.size();
    }

    /// The seq of the oldest post, 0 without any.
    public long first() {
        return posts.isEmpty() ? 0 : posts.firstKey();
    }

    /// The seq of the newest post, 0 without any.
    public long last() {
        return posts.isEmpty() ? 0 : posts.lastKey();
    }
}
