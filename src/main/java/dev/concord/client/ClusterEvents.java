package dev.concord.client;

import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// What happens to the nodes of a cluster, told by each itself over a connection of its own. A node that is gone is
/// tried again until it is back.
public final class ClusterEvents implements AutoCloseable {
    static final Duration RETRY = Duration.ofSeconds(1);
    /// A node sends a heart-beat every 10 s; one that is silent for longer is stuck.
    static final Duration SILENCE = ChatSession.SILENCE;

    private final Listener listener;
    private final Map<String, Thread> threads = new ConcurrentHashMap<>();
    private volatile boolean closed;

    public ClusterEvents(Listener listener) {
        this.listener = listener;
    }

    /// Told one thing at a time.
    public interface Listener {
        void event(String url, ClusterEvent event);

        /// Events of this node come from now on.
        void reached(String url);

        /// None come any more.
        void lost(String url, String why);
    }

    /// Follows this node, if it is not followed yet.
    public void follow(NodeApi node) {
        threads.computeIfAbsent(node.url(), url -> Thread.ofVirtual().start(() -> run(node)));
    }

    private void run(NodeApi node) {
        boolean known = true;
        try (HttpClient http = node.webSockets()) {
            while (!closed) {
                Inbox inbox = new Inbox();
                try (StompConnection connection = StompConnection.open(http, node, inbox)) {
                    read(node, connection, inbox);
                } catch (IOException | ProblemException e) {
                    if (known && !closed) {
                        synchronized (listener) {
                            String why = e.getMessage();
                            listener.lost(node.url(), why == null ? "the connection broke" : why);
                        }
                    }
                    known = inbox.wasGreeted;
                }
                known &= !closed;
                LockSupport.parkNanos(this, RETRY.toNanos());
            }
            http.shutdownNow();
        }
    }

    private void read(NodeApi node, StompConnection connection, Inbox inbox) throws IOException, ProblemException {
        String beat = "0," + ChatSession.BEAT.toMillis();
        connection.send(StompFrame.of("CONNECT", "accept-version", "1.2", "host", "concord", "heart-beat", beat));
        StompDecoder decoder = new StompDecoder();
        while (!closed) {
            decoder.feed(inbox.take(), frame -> {
                switch (frame.command()) {
                    case "CONNECTED" -> {
                        connection.send(StompFrame.of("SUBSCRIBE", "id", "cluster", "destination", "/topic/cluster"));
                        inbox.wasGreeted = true;
                        synchronized (listener) {
                            listener.reached(node.url());
                        }
                    }
                    case "MESSAGE" -> {
                        ClusterEvent event = ClusterEvent.parse(frame.body());
                        synchronized (listener) {
                            listener.event(node.url(), event);
                        }
                    }
                    default -> throw new IOException(frame.header("message") + ": " + frame.body());
                }
            });
            connection.receiveNext();
        }
    }

    @Override
    public void close() {
        closed = true;
        threads.values().forEach(Thread::interrupt);
    }

    /// What has come in of one connection.
    private static final class Inbox implements StompConnection.Receiver {
        private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
        private volatile String ended = "";
        private boolean wasGreeted;

        @Override
        public void text(StompConnection from, String text) {
            texts.add(text);
        }

        @Override
        public void closed(StompConnection from, String why) {
            ended = why;
            texts.add("");
        }

        String take() throws IOException {
            try {
                String text = texts.poll(SILENCE.toSeconds(), TimeUnit.SECONDS);
                if (text == null) {
                    throw new IOException("nothing was heard of it for " + SILENCE.toSeconds() + " s");
                }
                if (!ended.isEmpty() && text.isEmpty()) {
                    throw new IOException(ended);
                }
                return text;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }
}
