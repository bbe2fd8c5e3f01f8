package dev.concord.web.stomp;

import dev.concord.chat.MessagesRemovedException;
import dev.concord.chat.TooManySubscriptionsException;
import dev.concord.node.EventAction;
import dev.concord.protocol.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Everything that leaves one session, in one order: a virtual thread that carries out orders, then moves the session's
/// cursors over the log, then waits (D2).
///
/// **Memory.** No message waits here for the client. While it does not read, a write blocks this thread and nobody
/// else, the cursors stay where they are, and one page of messages ([SessionSubscriptions#PAGE_BYTES], or a single
/// larger message) is held.
/// Orders are bounded: each that answers a frame holds one of a fixed
/// number of slots from the moment the frame is read until its answer is written, and without a slot no frame is read.
///
/// **Threads.** [#order], [#wake], [#takeSlot] and [#releaseSlot] may be called by any; the rest runs in the writer's.
final class SessionWriter implements Runnable {
    /// Orders carried out before subscriptions get a turn.
    static final int ORDERS_PER_ROUND = 1_024;
    /// How long what is left may take once the session is told to end.
    static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(SessionWriter.class);
    /// Answers come within the deadline of their submissions.
    private static final Duration UNLIMITED = Duration.ofDays(1);

    private static final WebSocketText HEART_BEAT = WebSocketText.of(FrameText.HEART_BEAT);

    private static final int NORMAL = 1000;
    private static final int SERVER_ERROR = 1011;
    private static final int TRY_AGAIN_LATER = 1013;

    private final StompContext context;
    private final Outlet outlet;
    private final Runnable ended;
    private final Queue<Order> orders = new ConcurrentLinkedQueue<>();
    private final int allSlots;
    private final Semaphore slots;
    private final Thread thread;

    private final SessionSubscriptions subscriptions;
    private @Nullable LastWord lastWord;
    private StompVersion version = StompVersion.V1_2;
    private boolean unflushed;
    private List<NodeId> holders = List.of();
    private String holdersText = "";

    private volatile boolean waiting;
    private volatile boolean closed;
    private volatile boolean disconnecting;
    private volatile boolean beatDue;
    private volatile long flushedNanos = System.nanoTime();

    /// How the session ends: what to say last, and what must come before it.
    ///
    /// @param commit messages up to here are delivered before
    /// @param deadlineNanos when to end at the latest
    private record LastWord(
            int code, String reason, @Nullable String receipt, long commit, long deadlineNanos) {}

    /// @param ended told once, when nothing will be written any more
    SessionWriter(String name, StompContext context, Outlet outlet, Runnable ended) {
        this.context = context;
        this.outlet = outlet;
        this.ended = ended;
        this.subscriptions = new SessionSubscriptions(context, this::write);
        this.allSlots = context.settings().maxOutstanding();
        this.slots = new Semaphore(allSlots);
        this.thread = Thread.ofVirtual().name("stomp-" + name).unstarted(this);
    }

    void start() {
        thread.start();
    }

    // --- for other threads

    void order(Order order) {
        orders.add(order);
        wake();
    }

    /// Waits for the right to have one more answer outstanding: this is the back-pressure on a client that sends faster
    /// than its messages commit, or does not read its receipts.
    void takeSlot() throws InterruptedException {
        slots.acquire();
    }

    boolean takeSlotNow() {
        return slots.tryAcquire();
    }

    /// The outcome is known and nobody wants an answer.
    void releaseSlot() {
        slots.release();
        if (disconnecting) {
            wake();
        }
    }

    void wake() {
        if (waiting) {
            waiting = false;
            LockSupport.unpark(thread);
        }
    }

    /// Wakes the writer if new messages concern it; see [SessionSubscriptions#concern].
    void committed(long commit, @Nullable Set<String> rooms) {
        if (waiting && subscriptions.concern(commit, rooms)) {
            wake();
        }
    }

    /// Wakes the writer if its client wants to know who is present.
    void presenceChanged() {
        if (subscriptions.watchPresence()) {
            wake();
        }
    }

    /// Asks for a heart-beat if nothing was sent for almost `nanos`.
    void beatAfter(long nanos, long now) {
        if (now - flushedNanos >= nanos) {
            beatDue = true;
            wake();
        }
    }

    boolean isClosed() {
        return closed;
    }

    /// How far the slowest subscription is behind.
    long lag() {
        return subscriptions.lag();
    }

    /// The connection is gone: nothing more is to be written.
    void stop() {
        closed = true;
        LockSupport.unpark(thread);
    }

    // --- the writer's thread

    @Override
    public void run() {
        try {
            while (!closed) {
                turn();
            }
        } catch (MessagesRemovedException e) {
            fail(StompFault.removed(e));
        } catch (TooManySubscriptionsException e) {
            fail(StompFault.protocol("too many readers", e.getMessage() + "; connect to another node")
                    .closing(TRY_AGAIN_LATER));
        } catch (IOException e) {
            LOG.debug("{}: the connection is gone: {}", thread.getName(), e.getMessage());
        } catch (RuntimeException e) {
            LOG.atError()
                    .addKeyValue(EventAction.FIELD, EventAction.DELIVERY_FAILED)
                    .setCause(e)
                    .log("{}: cannot deliver", thread.getName());
            fail(StompFault.protocol("the server cannot read its log", "see the log of this node; try another one")
                    .closing(SERVER_ERROR));
        } finally {
            closed = true;
            subscriptions.end();
            slots.release(allSlots); // whoever waits for a slot finds the session closed
            ended.run();
        }
    }

    /// Does what there is to do, or waits. A method of its own is compiled when it was called often; the loop
    /// around it is called once for each session.
    private void turn() throws IOException {
        boolean worked = carryOutOrders();
        worked |= subscriptions.deliver();
        if (lastWord != null && mayEnd(lastWord)) {
            receipt(lastWord.receipt);
            close(lastWord.code, lastWord.reason);
        } else if (!worked && !closed) {
            pause();
        }
    }

    private boolean carryOutOrders() throws IOException {
        int done = 0;
        while (done < ORDERS_PER_ROUND && !closed) {
            Order order = orders.poll();
            if (order == null) {
                break;
            }
            done++;
            carryOut(order);
        }
        return done > 0;
    }

    private void carryOut(Order order) throws IOException {
        switch (order) {
            case Order.Receipt(String id, long seq, long term, List<NodeId> durableOn) -> {
                FrameText receipt = FrameText.of("RECEIPT", version)
                        .header("receipt-id", id)
                        .header("seq", seq)
                        .header("term", term);
                if (!durableOn.isEmpty()) {
                    receipt.plainHeader("durable-on", text(durableOn));
                }
                write(receipt.withoutBody());
                slots.release();
            }
            case Order.Done(String receipt) -> {
                receipt(receipt);
                slots.release();
            }
            case Order.Refuse(String problem, String receipt) -> {
                subscriptions.refuse(problem, receipt, version);
                slots.release();
            }
            case Order.Subscribe(Subscription subscription, String receipt) -> {
                subscriptions.add(subscription);
                receipt(receipt);
                slots.release();
            }
            case Order.Unsubscribe(String id, String receipt) -> {
                subscriptions.remove(id);
                receipt(receipt);
                slots.release();
            }
            case Order.Connected(StompVersion agreed, String frame) -> {
                version = agreed;
                write(frame);
            }
            case Order.Disconnect(String receipt) -> endWith(NORMAL, "", receipt, 0, UNLIMITED);
            case Order.Fail(StompFault fault) -> fail(fault);
            case Order.Close(int code, String reason) ->
                endWith(code, reason, null, context.messages().commit(), LAST_WORDS);
        }
    }

    /// The same nodes hold one message after the other, so their text is made once.
    private String text(List<NodeId> nodes) {
        if (!nodes.equals(holders)) {
            holders = nodes;
            holdersText = nodes.stream().map(NodeId::toString).collect(Collectors.joining(","));
        }
        return holdersText;
    }

    /// A second order to end changes nothing: the first is under way.
    private void endWith(int code, String reason, @Nullable String receipt, long commit, Duration patience) {
        if (lastWord == null) {
            lastWord = new LastWord(code, reason, receipt, commit, System.nanoTime() + patience.toNanos());
            disconnecting = true;
        }
    }

    private void receipt(@Nullable String id) throws IOException {
        if (id != null) {
            write(FrameText.of("RECEIPT", version).header("receipt-id", id).withoutBody());
        }
    }

    private void write(String frame) throws IOException {
        write(WebSocketText.of(frame));
    }

    private void write(WebSocketText frame) throws IOException {
        outlet.write(frame);
        unflushed = true;
    }

    private void pause() throws IOException {
        if (beatDue) {
            beatDue = false;
            write(HEART_BEAT);
        }
        if (unflushed) {
            outlet.flush();
            unflushed = false;
            flushedNanos = System.nanoTime();
        }
        waiting = true;
        if (nothingToDo()) {
            LockSupport.park(this);
        }
        waiting = false;
    }

    private boolean mayEnd(LastWord last) {
        return answeredAll() && subscriptions.deliveredUpTo(last.commit) || System.nanoTime() - last.deadlineNanos > 0;
    }

    private boolean answeredAll() {
        return slots.availablePermits() >= allSlots && orders.isEmpty();
    }

    private boolean nothingToDo() {
        if (closed || beatDue || !orders.isEmpty() || disconnecting && answeredAll()) {
            return false;
        }
        return !subscriptions.isBehind();
    }

    private void fail(StompFault fault) {
        context.statistics().faults.increment();
        try {
            write(fault.frame(version));
        } catch (IOException e) {
            LOG.debug("{}: gone before it was told its fault: {}", thread.getName(), e.getMessage());
        }
        close(fault.closeCode(), fault.message());
    }

    private void close(int code, String reason) {
        closed = true;
        outlet.close(code, reason);
    }
}
