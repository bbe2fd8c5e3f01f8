package dev.concord.cli;

import dev.concord.cli.chat.HarmlessText;
import dev.concord.client.ClusterEvent;
import dev.concord.client.ClusterEvents;
import dev.concord.client.ClusterView;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Prints what happens to a cluster, a line each: the table first, then events, and one line whenever the verdict on
/// the whole changes.
final class EventPrinter implements ClusterEvents.Listener {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

    private final Terminal terminal;
    private final boolean json;
    private final Map<String, Long> ids = new HashMap<>();
    private final Set<String> lost = new HashSet<>();
    private String verdict = "";
    private String leadership = "";
    private boolean anyTable;

    EventPrinter(Terminal terminal, boolean json) {
        this.terminal = terminal;
        this.json = json;
    }

    synchronized void seen(ClusterView view) {
        view.members().forEach(member -> ids.put(member.url(), member.id()));
        ClusterHealth health = ClusterHealth.of(view);
        String sentence = health.sentence(view);
        boolean changed = !sentence.equals(verdict);
        verdict = sentence;
        if (json) {
            return;
        }
        if (!anyTable) {
            anyTable = true;
            terminal.out().print(new StatusTable(terminal.hasColours()).render(view));
            terminal.out().println();
            terminal.out().flush();
            leadership = leadership(view);
            return;
        }
        if (!leadership.equals(leadership(view))) {
            leadership = leadership(view);
            print(Ansi.BOLD, "cluster", leadership);
        }
        if (changed) {
            print(Ansi.of(health), "cluster", sentence);
        }
    }

    private static String leadership(ClusterView view) {
        return (view.leader() == 0 ? "nobody leads" : "node " + view.leader() + " leads") + ", term " + view.term();
    }

    synchronized void nobody(String where) {
        String sentence = "no node answers at " + where;
        if (!sentence.equals(verdict)) {
            verdict = sentence;
            terminal.err().println("concord: " + sentence + "; still trying");
        }
    }

    @Override
    public synchronized void event(String url, ClusterEvent event) {
        if (json) {
            String node = "{\"node\":" + ids.getOrDefault(url, 0L) + ",";
            terminal.out().println(node + event.json().substring(event.json().indexOf('{') + 1));
            return;
        }
        String style = event.role().equals("leader") ? Ansi.BOLD : "";
        String leader = event.leader() == 0 ? "no leader" : "leader " + event.leader();
        String facts = String.format(Locale.ROOT, "%-9s  term %d  %s", event.role(), event.term(), leader);
        print(style, name(url), facts + "  " + HarmlessText.line(event.detail()));
    }

    @Override
    public synchronized void reached(String url) {
        if (lost.remove(url) && !json) {
            print(Ansi.GREEN, name(url), "answers again");
        }
    }

    @Override
    public synchronized void lost(String url, String why) {
        lost.add(url);
        if (!json) {
            print(Ansi.RED, name(url), "does not answer: " + HarmlessText.line(why));
        }
    }

    private String name(String url) {
        Long id = ids.get(url);
        return id == null ? url : "node " + id;
    }

    private void print(String style, String who, String what) {
        String time = LocalTime.now(ZoneId.systemDefault())
                .truncatedTo(ChronoUnit.MILLIS)
                .format(TIME);
        String line = String.format(Locale.ROOT, "%s  %-7s  %s", time, who, what);
        terminal.out().println(Ansi.paint(line, style, terminal.hasColours()));
    }
}
