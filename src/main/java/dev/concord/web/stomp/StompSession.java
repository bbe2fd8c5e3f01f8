package dev.concord.web.stomp;

import dev.concord.access.Caller;
import dev.concord.access.RateLimiter;
import dev.concord.access.Role;
import dev.concord.chat.ChatService;
import dev.concord.chat.PostReader;
import dev.concord.chat.PostRefusedException;
import dev.concord.chat.Presence;
import dev.concord.chat.SubmissionRefusedException;
import dev.concord.node.SubmitResult;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Everything that comes in on one session: checks each frame, submits messages, and orders the writer to answer.
///
/// **States.** opened → connected (CONNECT) → disconnecting (DISCONNECT) or failed (a fault); in the last two nothing
/// is read any more. **Order.** Messages are submitted as they come, without waiting for the one before; the session
/// number keeps their order (G4). **Threads.** [#received] by one thread at a time, [#tick] by the clock's.
final class StompSession {
    /// Most characters of a subscription id or a receipt id: the server holds them for the client.
    static final int MAX_ID_LENGTH = 256;
    /// A text message shorter than this that does not end its frame lacks a NUL. Clients that split long frames make
    /// longer parts.
    static final int SMALLEST_PART = 1_024;

    /// How long a session may take to end once it is told to; then its connection is cut.
    static final Duration END_WITHIN = Duration.ofSeconds(2);

    private final StompContext context;
    private final Outlet outlet;
    private final StompVisitor visitor;
    private final SessionWriter writer;
    private final StompParser parser = new StompParser(this::accept);
    private final String name;
    private final long session;
    private final SubscribeDesk subscribing;
    private final long openedNanos = System.nanoTime();

    private StompVersion version = StompVersion.V1_2;
    private int messageBytes;

    private RateLimiter.Pace pace;
    private PostReader.Envelope envelope = PostReader.Envelope.EMPTY;

    private volatile Presence.@Nullable Visit visit;
    private volatile Caller caller = Caller.ANYBODY;
    private volatile boolean connected;
    private volatile boolean deaf;
    private volatile boolean blocked;
    private volatile HeartBeats beats = HeartBeats.NONE;
    private volatile long receivedNanos = openedNanos;
    private volatile long endingSince;
    private volatile boolean isCut;
    private volatile @Nullable StompFault unfinished;

    StompSession(String name, StompContext context, Outlet outlet, StompVisitor visitor, Runnable ended) {
        this.name = name;
        this.context = context;
        this.outlet = outlet;
        this.visitor = visitor;
        this.pace = context.limiter().paceOf(visitor.address());
        this.session = context.chat().newSession();
        this.subscribing = new SubscribeDesk(context);
        this.writer = new SessionWriter(name, context, outlet, () -> {
            leave();
            ended.run();
        });
    }

    SessionWriter writer() {
        return writer;
    }

    /// Takes a piece of what the client sent.
    ///
    /// @param text whether it is of a text message, which contains whole frames or long parts of one
    /// @param last whether it ends its WebSocket message
    void received(byte[] bytes, boolean text, boolean last) {
        receivedNanos = System.nanoTime();
        if (deaf) {
            return;
        }
        messageBytes = Math.min(SMALLEST_PART, messageBytes + bytes.length); // a message may go on for ever
        try {
            parser.feed(bytes, bytes.length);
            boolean partial = parser.isUnfinished();
            unfinished = partial ? parser.unfinished() : null;
            if (partial && text && last && messageBytes < SMALLEST_PART) {
                throw parser.unfinished();
            }
        } catch (StompFault fault) {
            fail(fault);
        }
        if (last) {
            messageBytes = 0;
        }
        receivedNanos = System.nanoTime();
    }

    /// The connection is closed.
    void gone() {
        deaf = true;
        writer.stop();
    }

    /// Closes from the server's side, after what is committed and answered by then.
    void end(int code, String reason) {
        deaf = true;
        ending();
        writer.order(new Order.Close(code, reason));
    }

    /// Does what the passing of time demands.
    void tick(long now, long tickNanos) {
        HeartBeats agreed = beats;
        if (outlet.blockedNanos(now) > stallLimit(agreed)) {
            cut("nothing was read in time");
            return;
        }
        if (endingSince != 0) {
            if (now - endingSince > END_WITHIN.toNanos()) {
                cut("the end was not read in time");
            } else {
                writer.wake(); // its own last words are limited too
            }
            return;
        }
        if (agreed.outgoingNanos() > 0) {
            writer.beatAfter(agreed.outgoingNanos() - tickNanos, now);
        }
        long silent = now - receivedNanos;
        long patience = context.settings().connectWithin().toNanos();
        StompFault partial = unfinished;
        if (!connected && now - openedNanos > patience) {
            fail(StompFault.protocol("no CONNECT", "the first frame must be CONNECT or STOMP, and come at once"));
        } else if (connected && !caller.isGood()) {
            fail(StompFault.access(
                    "the token has ended", "the token was withdrawn or has expired; connect with a new one"));
        } else if (partial != null && silent > patience && !blocked) {
            fail(partial);
        } else if (agreed.incomingNanos() > 0 && !blocked && silent > HeartBeats.PATIENCE * agreed.incomingNanos()) {
            fail(StompFault.protocol(
                    "no heart-beat",
                    "nothing came for " + silent / 1_000_000 + " ms; the client had promised a heart-beat every "
                            + agreed.incomingNanos() / 1_000_000 + " ms"));
        }
    }

    boolean isBlocked(long now) {
        return outlet.blockedNanos(now) > StompSessions.BLOCKED_AFTER.toNanos();
    }

    /// How long a write may wait. Whoever asked for heart-beats takes none while it does not read, and so has said
    /// itself when to give up.
    private long stallLimit(HeartBeats agreed) {
        long most = context.settings().stalledFor().toNanos();
        return agreed.outgoingNanos() == 0 ? most : Math.min(most, HeartBeats.PATIENCE * agreed.outgoingNanos());
    }

    /// Ends the connection without another word, although a write may be blocked. Any thread.
    void cut(String reason) {
        deaf = true;
        ending();
        if (!isCut) {
            isCut = true;
            context.statistics().cut.increment();
        }
        outlet.abort(reason);
    }

    private void fail(StompFault fault) {
        deaf = true;
        ending();
        writer.order(new Order.Fail(fault));
    }

    private void ending() {
        if (endingSince == 0) {
            endingSince = Math.max(1, System.nanoTime());
        }
    }

    private void accept(StompFrame frame) throws StompFault {
        if (deaf) {
            return;
        }
        try {
            checkState(frame);
            handle(frame);
        } catch (StompFault fault) {
            throw fault.answering(frame.receipt());
        }
    }

    private void checkState(StompFrame frame) throws StompFault {
        if (frame.command().opensSession() == connected) {
            throw connected
                    ? StompFault.protocol("already connected", "a session has one CONNECT frame, this is the second")
                    : StompFault.protocol(
                            "not connected", "the first frame must be CONNECT or STOMP, not " + frame.command());
        }
        String receipt = frame.receipt();
        if (receipt != null && receipt.length() > MAX_ID_LENGTH) {
            throw StompFault.tooBig(
                    "the receipt id is too long", "a receipt id has at most " + MAX_ID_LENGTH + " characters");
        }
    }

    private void handle(StompFrame frame) throws StompFault {
        switch (frame.command()) {
            case CONNECT, STOMP -> connect(frame);
            case SEND -> send(frame);
            case SUBSCRIBE -> subscribe(frame);
            case UNSUBSCRIBE -> unsubscribe(frame);
            case DISCONNECT -> {
                deaf = true;
                writer.order(new Order.Disconnect(frame.receipt()));
            }
            case ACK, NACK ->
                throw StompFault.protocol(
                        frame.command() + " is not supported",
                        "subscriptions are ack:auto; where a client is, it says itself by 'after' when it subscribes");
            case BEGIN, COMMIT, ABORT -> throw noTransactions();
        }
    }

    private void connect(StompFrame frame) throws StompFault {
        version = StompVersion.negotiate(frame.header("accept-version"));
        HeartBeats agreed = HeartBeats.negotiate(
                frame.header("heart-beat"), context.settings().heartBeat());
        parser.speak(version);
        identify(frame);
        enter(frame);
        long own = context.settings().heartBeat().toMillis();
        writer.order(new Order.Connected(
                version,
                FrameText.of("CONNECTED", version)
                        .plainHeader("version", version.toString())
                        .plainHeader("heart-beat", own + "," + own)
                        .plainHeader("session", name)
                        .plainHeader("server", context.server())
                        .plainHeader("role", caller.role().text())
                        .withoutBody()));
        beats = agreed;
        connected = true;
    }

    private void identify(StompFrame frame) throws StompFault {
        caller = SignIn.caller(frame, visitor, context.access());
        String user = caller.getName();
        if (!user.isEmpty()) {
            pace = context.limiter().paceOf(user);
        }
        envelope = PostReader.Envelope.of(caller);
    }

    /// Lets others see who has come, by the name that the client gives itself.
    private void enter(StompFrame frame) throws StompFault {
        String called = frame.header("name");
        try {
            visit = context.presence().enter(called == null ? "" : called);
        } catch (PostRefusedException e) {
            throw StompFault.protocol("the name cannot be used", "the header name is that of a sender: " + e.detail());
        }
        if (writer.isClosed()) { // and has left already
            leave();
        }
    }

    private void leave() {
        Presence.Visit left = visit;
        if (left != null) {
            left.close();
        }
    }

    private void send(StompFrame frame) throws StompFault {
        keepPace();
        String destination = frame.required("destination");
        String typingIn = Destination.roomOfTyping(destination);
        if (typingIn != null) {
            takeSlot();
            writer.order(HintDesk.take(frame, typingIn, caller, visit, context));
            return;
        }
        if (!caller.may(Role.WRITER)) {
            throw StompFault.access("not allowed", caller.getName() + " is a reader, and sending needs a writer");
        }
        Optional<String> room = Destination.roomOfSend(destination);
        if (frame.header("transaction") != null) {
            throw noTransactions();
        }
        String receipt = frame.receipt();
        takeSlot();
        ChatBody body;
        try {
            body = context.posts().read(frame.buffer(), frame.bodyFrom(), frame.bodyTo(), envelope(room));
        } catch (SubmissionRefusedException e) {
            writer.order(new Order.Refuse(context.refusals().of(e), receipt));
            return;
        }
        context.statistics().submissions.increment();
        context.chat().submit(session, body, ChatService.NOT_SAID, result -> answer(result, receipt));
    }

    private PostReader.Envelope envelope(Optional<String> room) {
        return room.isEmpty() ? envelope : new PostReader.Envelope(envelope.caller(), room, Optional.empty());
    }

    /// Runs on the node's event loop.
    private void answer(SubmitResult result, @Nullable String receipt) {
        switch (result) {
            case SubmitResult.Committed committed ->
                receipt(receipt, committed.seq(), committed.term().value(), committed.durableOn());
            case SubmitResult.Duplicate duplicate ->
                receipt(receipt, duplicate.seq(), duplicate.term().value(), List.of());
            case SubmitResult.KeyReused refused -> refuse(refused, receipt);
            case SubmitResult.DedupExpired refused -> refuse(refused, receipt);
            case SubmitResult.NotAppended refused -> refuse(refused, receipt);
            case SubmitResult.Unknown refused -> refuse(refused, receipt);
        }
    }

    private void receipt(@Nullable String receipt, long seq, long term, List<NodeId> durableOn) {
        if (receipt == null) {
            writer.releaseSlot();
        } else {
            writer.order(new Order.Receipt(receipt, seq, term, durableOn));
        }
    }

    private void refuse(SubmitResult result, @Nullable String receipt) {
        writer.order(new Order.Refuse(context.refusals().of(result), receipt));
    }

    private void subscribe(StompFrame frame) throws StompFault {
        Subscription subscription = subscribing.subscribe(frame, version, visit);
        takeSlot();
        writer.order(new Order.Subscribe(subscription, frame.receipt()));
    }

    private void unsubscribe(StompFrame frame) throws StompFault {
        String id = subscribing.unsubscribe(frame, visit);
        takeSlot();
        writer.order(new Order.Unsubscribe(id, frame.receipt()));
    }

    /// Stops reading until an answer is out.
    private void takeSlot() throws StompFault {
        if (!writer.takeSlotNow()) {
            pauseReading(writer::takeSlot);
        }
    }

    /// Reads on only as fast as this client may send.
    private void keepPace() throws StompFault {
        if (!pace.tryTake()) {
            pauseReading(pace::await);
        }
    }

    @FunctionalInterface
    private interface Wait {
        void await() throws InterruptedException;
    }

    /// Waits before more is read. Meanwhile the client is not expected to be heard.
    private void pauseReading(Wait wait) throws StompFault {
        blocked = true;
        try {
            wait.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw StompFault.protocol("the server is stopping", "connect again, to another node");
        } finally {
            receivedNanos = System.nanoTime();
            blocked = false;
        }
    }

    private static StompFault noTransactions() {
        return StompFault.protocol(
                "transactions are not supported", "each message is committed on its own; send without a transaction");
    }
}
