package dev.concord.client;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A conversation with the cluster that outlives every node: follows rooms, keeps what is to be sent until it is
/// durable, and moves from node to node when they fail. Each message is handed out once and in order, and each message
/// sent is stored once, however often it had to be sent.
///
/// **Threads.** One of its own does all the work and tells the listener. The public methods may be called by any, and
/// return at once.
public final class ChatSession implements AutoCloseable {
    /// A node answers a message within its own deadline, 5 s by default; one that is silent for longer is stuck.
    static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);
    /// How often each side shows that it lives.
    static final Duration BEAT = Duration.ofSeconds(10);

    static final Duration SILENCE = BEAT.multipliedBy(5).dividedBy(2);

    private static final Pattern ROOM = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final List<String> ACCESS_FAULTS = List.of("not authenticated", "the token has ended");
    private static final String ERRORS = "errors";
    private static final String READERS_READ = "your token is that of a reader, and sending needs a writer";

    private final String name;
    private final ChatListener listener;
    private final NodeRing ring;
    private final HttpClient http;
    private final Outbox outbox;
    private final JoinedRooms rooms;
    private final ClusterProbe probe;
    private final BlockingQueue<Step> inbox = new LinkedBlockingQueue<>();
    private final AtomicInteger unsettled = new AtomicInteger();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("concord-session").unstarted(this::run);

    private StompDecoder decoder = new StompDecoder();
    private String receipt = "";
    private long receipts;
    private boolean greeted;
    private boolean knowsPresence;
    private boolean mayWrite = true;
    private long openedAt;
    private long heardAt;
    private long beatenAt;

    private volatile @Nullable StompConnection connection;
    private volatile boolean closing;

    /// Something for the session's thread to do.
    private interface Step {
        void run() throws IOException, ProblemException;
    }

    /// @param nodes the first to try; others are learnt from the cluster
    /// @param name as whom this client is present
    public ChatSession(List<NodeApi> nodes, String name, ChatListener listener) {
        this.name = name;
        this.listener = listener;
        this.ring = new NodeRing(nodes);
        this.http = nodes.getFirst().webSockets();
        this.rooms = new JoinedRooms(listener);
        this.outbox = new Outbox((draft, state) -> {
            if (state.isFinal()) {
                unsettled.decrementAndGet();
            }
            listener.delivery(draft, state);
        });
        this.probe = new ClusterProbe(this::seen, this::unanswered);
    }

    public ChatSession start() {
        thread.start();
        probe.start();
        return this;
    }

    /// Whether this can be the name of a room.
    public static boolean isRoom(String text) {
        return ROOM.matcher(text).matches();
    }

    /// Follows a room: its newest messages, and then all that follow.
    public void join(String room) {
        if (!isRoom(room)) {
            throw new IllegalArgumentException("\"" + room + "\" is no name of a room");
        }
        inbox.add(() -> {
            StompConnection open = connection;
            if (rooms.add(room) && open != null && greeted) {
                rooms.subscribe(room, open, knowsPresence);
            }
        });
    }

    public void leave(String room) {
        inbox.add(() -> {
            StompConnection open = connection;
            if (rooms.remove(room) && open != null && greeted) {
                rooms.unsubscribe(room, open, knowsPresence);
            }
        });
    }

    /// Sends a message, now or as soon as a node takes it; the listener is told what becomes of it.
    ///
    /// @throws OutboxFullException if too many wait already
    public void send(Draft draft) throws OutboxFullException {
        if (unsettled.incrementAndGet() > Outbox.MAX_MESSAGES) {
            unsettled.decrementAndGet();
            throw new OutboxFullException(Outbox.MAX_MESSAGES);
        }
        inbox.add(() -> outbox.add(draft));
    }

    /// Messages that are neither durable nor refused yet.
    public int unsettled() {
        return unsettled.get();
    }

    /// Tells the others in the room that somebody types; forgotten when it cannot be told now.
    public void typing(String room) {
        inbox.add(() -> {
            StompConnection open = connection;
            if (open != null && greeted && knowsPresence && mayWrite) {
                open.send(
                        StompFrame.of("SEND", "destination", "/app/typing." + room, "content-type", "application/json")
                                .with(Json.write(Map.of("sender", name))));
            }
        });
    }

    /// The messages of a room before this one. Blocks; call it from a thread that may wait.
    ///
    /// @throws IOException if no node gives them
    public Page older(String room, long before, int limit) throws IOException, ProblemException {
        IOException last = new IOException("no node");
        for (NodeApi node : ring.fromCurrent()) {
            try {
                return Page.before(node, room, limit, before);
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    /// The nodes this session knows, the one in use first.
    public List<NodeApi> nodes() {
        return ring.fromCurrent();
    }

    /// Ends the session. What is not durable by then stays unsent, or unknown.
    @Override
    public void close() {
        closing = true;
        probe.stop();
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        http.shutdownNow();
    }

    // --- the session's thread

    private void run() {
        boolean lost = false;
        while (!closing) {
            NodeApi node = ring.current();
            try {
                connect(node);
                while (!closing) {
                    lost &= !greeted;
                    step();
                }
            } catch (IOException e) {
                outbox.lost(MessageSender.plain(e), nowMs());
                if (!lost && !closing) {
                    listener.lost(node.url(), MessageSender.plain(e));
                    lost = true;
                }
            } catch (ProblemException e) {
                closing = true;
                listener.ended(String.valueOf(e.getMessage()));
            } catch (InterruptedException e) {
                closing = true;
            } finally {
                disconnect();
            }
            if (!closing) {
                ring.next();
            }
        }
    }

    private void connect(NodeApi node) throws IOException, ProblemException {
        decoder = new StompDecoder();
        StompConnection open = StompConnection.open(http, node, new Arrivals());
        connection = open;
        openedAt = nowMs();
        heardAt = openedAt;
        beatenAt = openedAt;
        String beat = BEAT.toMillis() + "," + BEAT.toMillis();
        open.send(
                StompFrame.of("CONNECT", "accept-version", "1.2", "host", "concord", "heart-beat", beat, "name", name));
    }

    private void disconnect() {
        StompConnection open = connection;
        connection = null;
        greeted = false;
        probe.watch(null);
        if (open != null) {
            open.close();
        }
    }

    private void step() throws IOException, ProblemException, InterruptedException {
        StompConnection open = connection;
        if (open == null) {
            throw new IOException("the connection is closed");
        }
        long now = nowMs();
        checkTimes(now);
        if (greeted) {
            sendNext(open, now);
        }
        if (now - beatenAt >= BEAT.toMillis()) {
            open.beat();
            beatenAt = now;
        }
        long wakeAt = Math.min(beatenAt + BEAT.toMillis(), greeted ? heardAt + SILENCE.toMillis() : openedAt + 100);
        wakeAt = Math.min(wakeAt, greeted ? outbox.wakeAt(ANSWER_WITHIN.toMillis()) : wakeAt);
        Step next = inbox.poll(Math.max(1, wakeAt - now), TimeUnit.MILLISECONDS);
        if (next != null) {
            next.run();
        }
    }

    private void checkTimes(long now) throws IOException {
        if (!greeted && now - openedAt > StompConnection.OPEN_WITHIN.toMillis()) {
            throw new IOException("it does not answer CONNECT");
        }
        if (now - heardAt > SILENCE.toMillis()) {
            throw new IOException("nothing was heard of it for " + SILENCE.toSeconds() + " s");
        }
        if (outbox.isOverdue(now, ANSWER_WITHIN.toMillis())) {
            throw new IOException("it gave no answer within " + ANSWER_WITHIN.toSeconds() + " s");
        }
    }

    private void sendNext(StompConnection open, long now) throws IOException {
        Draft draft = outbox.next(now, open.node().url());
        if (draft != null && !mayWrite) {
            outbox.refused(new Problem(Problem.FORBIDDEN, "forbidden", READERS_READ, false), now);
        } else if (draft != null) {
            receipt = "message-" + ++receipts;
            open.send(StompFrame.of(
                            "SEND", "destination", "/app/chat", "receipt", receipt, "content-type", "application/json")
                    .with(draft.json()));
        }
    }

    private void accept(StompFrame frame) throws IOException, ProblemException {
        switch (frame.command()) {
            case "CONNECTED" -> {
                mayWrite = !frame.header("role").equals("reader");
                greet();
            }
            case "RECEIPT" -> {
                if (frame.header("receipt-id").equals(receipt)) {
                    long seq = Long.parseLong(frame.header("seq"));
                    receipt = "";
                    outbox.durable(new Delivery.Durable(seq, numbers(frame.header("durable-on"))));
                }
            }
            case "MESSAGE" -> delivered(frame);
            case "ERROR" -> failed(frame);
            default -> throw new BadAnswerException("a frame that is not known: " + frame.command());
        }
    }

    private void greet() throws IOException, ProblemException {
        StompConnection open = connection;
        if (open != null) {
            knowsPresence = open.node().knowsPresence();
            open.send(StompFrame.of("SUBSCRIBE", "id", ERRORS, "destination", "/user/queue/errors"));
            rooms.subscribeAll(open, knowsPresence);
            greeted = true;
            ring.worked();
            listener.connected(open.node().url());
            probe.watch(open.node());
        }
    }

    private void delivered(StompFrame frame) throws BadAnswerException {
        String subscription = frame.header("subscription");
        if (subscription.startsWith(JoinedRooms.ROOM_PREFIX)) {
            Message message = Message.parse(frame.body().getBytes(StandardCharsets.UTF_8));
            rooms.received(subscription.substring(JoinedRooms.ROOM_PREFIX.length()), message);
            outbox.seen(message.id(), message.seq());
        } else if (subscription.startsWith(JoinedRooms.PRESENCE_PREFIX)) {
            listener.presence(
                    subscription.substring(JoinedRooms.PRESENCE_PREFIX.length()), Presence.parse(frame.body()));
        } else if (subscription.equals(ERRORS) && frame.header("receipt-id").equals(receipt)) {
            receipt = "";
            outbox.refused(Problem.of(0, frame.body().getBytes(StandardCharsets.UTF_8)), nowMs());
        }
    }

    /// The node ends the connection with this word.
    private void failed(StompFrame frame) throws IOException, ProblemException {
        String message = frame.header("message");
        String text = message + ": " + frame.body();
        String earliest = frame.header("earliest");
        if (earliest.matches("\\d{1,15}")) {
            rooms.skipTo(Long.parseLong(earliest));
        } else if (ACCESS_FAULTS.contains(message)) {
            throw new ProblemException(new Problem(Problem.FORBIDDEN, "unauthenticated", text, false));
        }
        throw new IOException(text);
    }

    /// The probe has heard from the node.
    private void seen(NodeApi node, ClusterView view) {
        inbox.add(() -> {
            view.members().stream()
                    .filter(member -> !member.url().isEmpty())
                    .forEach(member -> ring.add(node.at(member.url())));
            listener.cluster(view);
        });
    }

    /// The probe finds that another node would serve better.
    private void unanswered(NodeApi node, String why) {
        inbox.add(() -> {
            StompConnection open = connection;
            if (open != null && open.node().equals(node) && ring.size() > 1) {
                throw new IOException(why);
            }
        });
    }

    private static List<Long> numbers(String list) {
        return Arrays.stream(list.split(",", -1))
                .map(String::strip)
                .filter(number -> number.matches("\\d{1,9}"))
                .map(Long::valueOf)
                .toList();
    }

    private static long nowMs() {
        return System.nanoTime() / 1_000_000;
    }

    /// What arrives becomes a step of the session's thread.
    private final class Arrivals implements StompConnection.Receiver {
        @Override
        public void text(StompConnection from, String text) {
            inbox.add(() -> {
                if (from == connection) {
                    heardAt = nowMs();
                    decoder.feed(text, ChatSession.this::accept);
                    from.receiveNext();
                }
            });
        }

        @Override
        public void closed(StompConnection from, String why) {
            inbox.add(() -> {
                if (from == connection) {
                    throw new IOException(why);
                }
            });
        }
    }
}
