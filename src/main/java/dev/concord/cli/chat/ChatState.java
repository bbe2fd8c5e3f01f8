package dev.concord.cli.chat;

import dev.concord.client.ClusterView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Everything that the screen shows, apart from the line that is typed. One thread.
final class ChatState {
    private final String me;
    private final Map<String, RoomView> rooms = new LinkedHashMap<>();
    private String current;
    private boolean focused = true;

    private String url = "";
    private String trouble = "connecting";
    private @Nullable ClusterView view;

    ChatState(String me, String firstRoom) {
        this.me = me;
        this.current = firstRoom;
        rooms.put(firstRoom, new RoomView(firstRoom));
    }

    String me() {
        return me;
    }

    // --- rooms

    RoomView room() {
        return room(current);
    }

    RoomView room(String name) {
        return rooms.computeIfAbsent(name, RoomView::new);
    }

    boolean isJoined(String name) {
        return rooms.containsKey(name);
    }

    List<RoomView> rooms() {
        return new ArrayList<>(rooms.values());
    }

    /// Shows another room. What was new in the one that is left has been seen by now.
    void show(String name) {
        if (!name.equals(current)) {
            room().forgetUnreadLine();
            room().seen();
            current = name;
        }
    }

    /// Leaves a room and shows the one before it; the last one stays.
    ///
    /// @return whether it was left
    boolean leave(String name) {
        if (rooms.size() == 1 || !rooms.containsKey(name)) {
            return false;
        }
        if (name.equals(current)) {
            show(neighbour(-1));
        }
        rooms.remove(name);
        return true;
    }

    /// The name of the room that is so many places further on.
    String neighbour(int places) {
        List<String> names = new ArrayList<>(rooms.keySet());
        return names.get(Math.floorMod(names.indexOf(current) + places, names.size()));
    }

    boolean isSeen(String room) {
        return focused && room.equals(current);
    }

    void focus(boolean now) {
        focused = now;
    }

    // --- the cluster

    void connected(String to) {
        url = to;
        trouble = "";
    }

    void lost(String why) {
        trouble = why;
    }

    void cluster(ClusterView now) {
        view = now;
    }

    String url() {
        return url;
    }

    /// Why there is no connection; empty if there is one.
    String trouble() {
        return trouble;
    }

    @Nullable
    ClusterView view() {
        return view;
    }
}
