package dev.concord.cli.chat;

import dev.concord.client.ChatListener;
import dev.concord.client.ChatSession;
import dev.concord.client.ClusterView;
import dev.concord.client.Delivery;
import dev.concord.client.Draft;
import dev.concord.client.Message;
import dev.concord.client.NodeApi;
import dev.concord.client.OutboxFullException;
import dev.concord.client.Page;
import dev.concord.client.Presence;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/// A conversation as lines, where there is no terminal to paint on: each line of the input is a message, each message
/// a line of the output. At the end of the input it waits until everything is durable.
public final class PlainChat implements ChatListener {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    /// How long a message that is stored may take to come back.
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);
    private static final int FIRST_MESSAGES = 10;
    private static final long POLL_NANOS = 20_000_000;

    private final PrintWriter out;
    private final PrintWriter err;
    private final Function<Message, String> line;
    private final AtomicInteger refused = new AtomicInteger();
    private volatile long lastStored;
    private volatile long lastShown;
    private volatile String ended = "";

    /// @param line how a message is printed
    public PlainChat(PrintWriter out, PrintWriter err, Function<Message, String> line) {
        this.out = out;
        this.err = err;
        this.line = line;
    }

    /// @return how many messages are not known to be stored
    public int run(List<NodeApi> nodes, String me, String room, InputStream in) throws IOException {
        try (ChatSession session = new ChatSession(nodes, me, this)) {
            session.start();
            session.join(room);
            BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            for (String text = lines.readLine(); text != null && isOpen(); text = lines.readLine()) {
                if (text.equals("/quit")) {
                    break;
                }
                if (!text.isBlank()) {
                    send(session, Draft.of(room, me, text.startsWith("//") ? text.substring(1) : text));
                }
            }
            await(() -> session.unsettled() == 0, PATIENCE);
            await(() -> lastShown >= lastStored, LAST_WORDS);
            if (!ended.isEmpty()) {
                throw new IOException(ended);
            }
            return refused.get() + session.unsettled();
        }
    }

    private void send(ChatSession session, Draft draft) {
        while (isOpen()) {
            try {
                session.send(draft);
                return;
            } catch (OutboxFullException e) {
                LockSupport.parkNanos(this, POLL_NANOS);
            }
        }
    }

    private void await(BooleanSupplier condition, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (isOpen() && !condition.getAsBoolean() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(this, POLL_NANOS);
        }
    }

    private boolean isOpen() {
        return ended.isEmpty() && !out.checkError();
    }

    @Override
    public void connected(String url) {}

    @Override
    public void lost(String url, String why) {
        err.println("concord: lost " + url + ": " + HarmlessText.line(why) + "; trying the next node");
    }

    @Override
    public void ended(String why) {
        ended = why;
    }

    @Override
    public void history(String room, Page page) {
        int size = page.messages().size();
        page.messages().subList(Math.max(0, size - FIRST_MESSAGES), size).forEach(message -> message(room, message));
    }

    @Override
    public void message(String room, Message message) {
        out.println(line.apply(message));
        lastShown = message.seq();
    }

    @Override
    public void removed(String room, long earliest) {
        err.println("concord: messages before " + earliest + " were removed by retention meanwhile");
    }

    @Override
    public void delivery(Draft draft, Delivery state) {
        if (state instanceof Delivery.Durable stored) {
            lastStored = Math.max(lastStored, stored.seq());
        } else if (state instanceof Delivery.Refused(var problem)) {
            refused.incrementAndGet();
            err.println("concord: refused (" + HarmlessText.line(problem.toString()) + "): nothing was stored");
        } else if (state instanceof Delivery.Retrying(String why, boolean unknown)) {
            String known = unknown ? "unknown" : "not stored yet";
            err.println("concord: " + known + " (" + HarmlessText.line(why) + "); trying again");
        }
    }

    @Override
    public void cluster(ClusterView view) {}

    @Override
    public void presence(String room, Presence presence) {}
}
