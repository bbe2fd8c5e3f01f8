package dev.concord.cli.chat;

import dev.concord.client.ClusterView;
import dev.concord.client.ClusterView.MemberView;
import dev.concord.client.Presence.Typing;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The bar of rooms above the messages, and the bar of the cluster below them.
final class StatusBar {
    private final ChatState state;

    StatusBar(ChatState state) {
        this.state = state;
    }

    Row rooms(int width) {
        Row bar = new Row().add(Style.BAR, " ");
        for (RoomView room : state.rooms()) {
            boolean shown = room == state.room();
            String news = room.unread() == 0 || shown ? "" : " " + (room.mentions() > 0 ? "@" : "") + room.unread();
            bar.add(
                    shown || room.unread() > 0 ? Style.BAR_BOLD : Style.BAR,
                    (shown ? "▸#" : " #") + room.name() + news + " ");
        }
        String here = people(state.room());
        Row left = bar.cut(width);
        return left.add(Style.BAR, TextWidth.padLeft(here, width - left.width()));
    }

    private String people(RoomView room) {
        int count = room.presence().people().size();
        String others = count == 0 ? "" : count + (room.presence().truncated() ? "+" : "") + " here  ";
        return " " + others + HarmlessText.line(state.me()) + " ";
    }

    /// @param newBelow messages below what is seen
    Row cluster(int width, int unsettled, int newBelow) {
        ClusterView view = state.view();
        Row bar = new Row();
        if (!state.trouble().isEmpty()) {
            bar.add(Style.BAR_BOLD, " ○ ").add(Style.BAR, "not connected: " + HarmlessText.line(state.trouble()) + " ");
        } else {
            bar.add(Style.BAR_BOLD, " ● ").add(Style.BAR, facts(view));
        }
        String right = right(unsettled, newBelow);
        Row left = bar.cut(Math.max(0, width - TextWidth.of(right)));
        return left.add(Style.BAR, TextWidth.padLeft(right, width - left.width()));
    }

    private String facts(@Nullable ClusterView view) {
        if (view == null) {
            return state.url().replaceFirst("^https?://", "");
        }
        long alive = view.members().stream().filter(MemberView::isAlive).count();
        String leader = view.leader() == 0 ? "no leader" : "leader " + view.leader();
        String quorum = view.isWritable() ? "" : "  no quorum: messages wait";
        return "node " + view.node() + "  " + leader + "  term " + view.term() + "  lag " + lag(view) + "  " + alive
                + "/" + view.members().size() + " nodes" + quorum;
    }

    /// How many messages the node in use is behind the leader.
    private static long lag(ClusterView view) {
        return view.members().stream()
                .filter(member -> member.id() == view.node())
                .mapToLong(MemberView::behind)
                .findFirst()
                .orElse(0);
    }

    private String right(int unsettled, int newBelow) {
        StringBuilder right = new StringBuilder();
        String typing = typing(state.room());
        right.append(typing.isEmpty() ? "" : "  " + typing);
        right.append(unsettled == 0 ? "" : "  " + unsettled + " not durable yet");
        right.append(newBelow < 0 ? "" : newBelow == 0 ? "  ↓ PgDn" : "  ↓ " + newBelow + " new");
        return right.isEmpty() ? "" : right.append(' ').toString();
    }

    private String typing(RoomView room) {
        List<String> names = room.presence().typing().stream()
                .filter(typing -> typing.room().equals(room.name()))
                .map(Typing::name)
                .filter(name -> !name.equals(state.me()))
                .map(HarmlessText::line)
                .distinct()
                .toList();
        return switch (names.size()) {
            case 0 -> "";
            case 1 -> names.getFirst() + " is typing";
            case 2 -> names.getFirst() + " and " + names.getLast() + " are typing";
            default -> names.size() + " people are typing";
        };
    }
}
