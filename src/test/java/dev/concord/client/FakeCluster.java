package dev.concord.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The messages that all fake nodes of a test hold together.
public final class FakeCluster {
    private final List<String> messages = new ArrayList<>();
    private final Map<String, Long> ids = new LinkedHashMap<>();
    private final List<String> submittedIds = new ArrayList<>();

    /// Adds some messages of one room.
    public synchronized FakeCluster with(int count) {
        for (int i = 0; i < count; i++) {
            say("general", "hello " + (messages.size() + 1));
        }
        return this;
    }

    public synchronized void say(String room, String text) {
        submit(Map.of("id", "id-" + (messages.size() + 1), "room", room, "sender", "ada", "text", text));
    }

    /// Replaces a message by another text, as a broken node would have it.
    synchronized void corrupt(long seq, String json) {
        messages.set((int) seq - 1, json);
    }

    /// Stores a message once; again only gives its seq.
    synchronized long submit(Map<String, ? extends @Nullable Object> fields) {
        String id = String.valueOf(fields.get("id"));
        submittedIds.add(id);
        Long known = ids.get(id);
        if (known != null) {
            return known;
        }
        long seq = messages.size() + 1L;
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("seq", seq);
        message.put("term", 3L);
        message.put("id", id);
        message.put("room", fields.get("room") == null ? "general" : String.valueOf(fields.get("room")));
        message.put("sender", String.valueOf(fields.get("sender")));
        message.put("text", String.valueOf(fields.get("text")));
        for (String reference : List.of("reply", "edit", "delete")) {
            if (fields.get(reference) instanceof Long meant) {
                message.put(reference, meant);
            }
        }
        message.put("at", "2026-11-22T07:30:00.123Z");
        messages.add(Json.write(message));
        ids.put(id, seq);
        notifyAll();
        return seq;
    }

    public synchronized String message(long seq) {
        return messages.get((int) seq - 1);
    }

    public synchronized long commit() {
        return messages.size();
    }

    /// All ids in the order of their submission, with repetitions.
    public synchronized List<String> submittedIds() {
        return List.copyOf(submittedIds);
    }

    /// Waits until there is a message behind this one.
    ///
    /// @return whether there is
    @SuppressWarnings("WaitNotInLoop") // the caller comes back
    synchronized boolean awaitAfter(long seq, long millis) throws InterruptedException {
        if (messages.size() <= seq) {
            wait(millis);
        }
        return messages.size() > seq;
    }
}
