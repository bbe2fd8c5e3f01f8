package dev.concord.cli;

import dev.concord.client.ClusterView;
import dev.concord.client.ClusterView.MemberView;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The cluster as an aligned table with a line above it and a verdict below.
final class StatusTable {
    private static final List<String> HEADER =
            List.of("NODE", "ROLE", "STATE", "PERSISTED", "BEHIND", "RTT", "CLIENTS", "PEERS");
    private static final List<Boolean> RIGHT = List.of(true, false, false, true, true, true, false, false);

    private static final String INSECURE =
            "INSECURE: everybody who reaches this node may read, write and move leadership";

    private final boolean coloured;

    StatusTable(boolean coloured) {
        this.coloured = coloured;
    }

    String render(ClusterView view) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADER);
        for (MemberView member : view.members()) {
            rows.add(row(member, view));
        }
        int[] widths = widths(rows);
        StringBuilder text = new StringBuilder(summary(view)).append('\n');
        if (view.isInsecure()) {
            text.append(colour(Ansi.RED, INSECURE)).append('\n');
        }
        text.append('\n');
        for (int i = 0; i < rows.size(); i++) {
            String line = line(rows.get(i), widths);
            text.append(i == 0 ? line : colour(colourOf(view.members().get(i - 1)), line))
                    .append('\n');
        }
        ClusterHealth health = ClusterHealth.of(view);
        return text.append('\n')
                .append(colour(Ansi.of(health), health.sentence(view)))
                .append('\n')
                .toString();
    }

    private static String summary(ClusterView view) {
        String id = view.clusterId().isEmpty() ? "(not founded)" : view.clusterId();
        String leader = view.leader() == 0 ? "none" : "node " + view.leader();
        String kept = view.earliest() > 1 ? " (from " + view.earliest() + " on)" : "";
        return "cluster " + id + "  leader " + leader + "  term " + view.term() + "  messages " + view.commit() + kept
                + "  (as node " + view.node() + " sees it)";
    }

    private static List<String> row(MemberView member, ClusterView view) {
        boolean isSelf = member.id() == view.node();
        return List.of(
                Long.toString(member.id()),
                member.role(),
                member.state(),
                Long.toString(member.persisted()),
                Long.toString(member.behind()),
                isSelf || Double.isNaN(member.rttMs()) ? "-" : String.format(Locale.ROOT, "%.1f ms", member.rttMs()),
                member.url(),
                member.peer());
    }

    private static int[] widths(List<List<String>> rows) {
        int[] widths = new int[HEADER.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        return widths;
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String padding = " ".repeat(widths[i] - row.get(i).length());
            text.append(i == 0 ? "" : "  ");
            text.append(RIGHT.get(i) ? padding + row.get(i) : row.get(i) + padding);
        }
        return text.toString().stripTrailing();
    }

    private static String colourOf(MemberView member) {
        if (!member.isAlive()) {
            return Ansi.RED;
        }
        return member.isLearner() ? Ansi.YELLOW : "leader".equals(member.role()) ? Ansi.BOLD : "";
    }

    private String colour(String colour, String text) {
        return Ansi.paint(text, colour, coloured);
    }
}
