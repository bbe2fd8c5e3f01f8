package dev.concord.cli.chat;

import dev.concord.client.Timeline.Post;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Which part of a room is seen. It follows the newest message, or stands fast at an older one while the conversation
/// goes on below. Only what is seen is turned into rows, however long the history is.
final class Viewport {
    /// The message whose rows are the lowest that are seen, 0 to follow the newest.
    private long bottom;
    /// How many of its rows are below the edge.
    private int hidden;

    boolean isFollowing() {
        return bottom == 0;
    }

    void follow() {
        bottom = 0;
        hidden = 0;
    }

    /// The rows to show, at most `height`.
    List<Row> rows(RoomView room, MessageRows format, int height) {
        List<Post> posts = room.timeline().posts();
        List<Row> upwards = new ArrayList<>();
        int index = indexOf(posts, bottom);
        if (isFollowing() || index < 0) {
            follow();
            index = posts.size() - 1;
            for (RoomView.Outgoing outgoing : room.outgoing().reversed()) {
                upwards.addAll(format.outgoing(outgoing).reversed());
            }
            if (posts.isEmpty()) {
                upwards.addAll(format.notices(room, 0).reversed());
            }
        }
        int skip = hidden;
        for (; index >= 0 && upwards.size() < height + skip; index--) {
            upwards.addAll(block(posts, index, room, format).reversed());
        }
        if (index < 0 && upwards.size() < height + skip && room.isLoaded()) {
            upwards.add(format.rule(Style.DIM, beginning(room)));
        }
        List<Row> seen = new ArrayList<>(
                upwards.subList(Math.min(skip, upwards.size()), Math.min(upwards.size(), height + skip)));
        Collections.reverse(seen);
        return seen;
    }

    private static String beginning(RoomView room) {
        if (room.isLoadingOlder()) {
            return "reading older messages";
        }
        return room.hasOlder() ? "older messages: go on upwards" : "the beginning of #" + room.name();
    }

    /// Moves up by rows.
    ///
    /// @return whether older messages are needed to fill the screen
    boolean up(RoomView room, MessageRows format, int rows, int height) {
        List<Post> posts = room.timeline().posts();
        if (posts.isEmpty()) {
            return room.hasOlder();
        }
        int index = isFollowing() ? posts.size() - 1 : Math.max(0, indexOf(posts, bottom));
        hidden += rows;
        int size = block(posts, index, room, format).size();
        while (hidden >= size && index > 0) {
            hidden -= size;
            size = block(posts, --index, room, format).size();
        }
        int above = size - hidden;
        for (int i = index - 1; i >= 0 && above < height; i--) {
            above += block(posts, i, room, format).size();
        }
        bottom = posts.get(index).seq();
        boolean atTop = above < height;
        if (atTop) {
            down(room, format, height - above - 1); // one row for the word on the beginning
        }
        return atTop && room.hasOlder();
    }

    /// Moves down by rows, until it follows again.
    void down(RoomView room, MessageRows format, int rows) {
        List<Post> posts = room.timeline().posts();
        int index = indexOf(posts, bottom);
        if (index < 0) {
            follow();
            return;
        }
        hidden -= rows;
        while (hidden < 0 && ++index < posts.size()) {
            hidden += block(posts, index, room, format).size();
        }
        if (index >= posts.size() || index == posts.size() - 1 && hidden == 0) {
            follow();
        } else {
            bottom = posts.get(index).seq();
        }
    }

    private static List<Row> block(List<Post> posts, int index, RoomView room, MessageRows format) {
        return format.block(room, posts.get(index), index == 0 ? null : posts.get(index - 1));
    }

    private static int indexOf(List<Post> posts, long seq) {
        int low = 0;
        int high = posts.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            long at = posts.get(middle).seq();
            if (at == seq) {
                return middle;
            }
            if (at < seq) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }
}
