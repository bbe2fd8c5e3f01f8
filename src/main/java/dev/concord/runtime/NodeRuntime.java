package dev.concord.runtime;

import dev.concord.node.Announcement;
import dev.concord.node.ChatNode;
import dev.concord.node.Effect;
import dev.concord.node.Event;
import dev.concord.node.EventAction;
import dev.concord.node.Founding;
import dev.concord.node.LevelReport;
import dev.concord.node.NodeStatus;
import dev.concord.node.Now;
import dev.concord.node.Recovery;
import dev.concord.node.RemovalResult;
import dev.concord.node.Submission;
import dev.concord.node.SubmitResult;
import dev.concord.protocol.Address;
import dev.concord.protocol.BootId;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.Hello;
import dev.concord.protocol.Levels;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import dev.concord.protocol.ProtocolSettings;
import dev.concord.protocol.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs one node for real: recovers its log, steps it on the event loop, carries out its effects in order, and offers
/// it to the application.
///
/// **Lifecycle.** [#start], then in the end [#beginStop] (hands leadership over, refuses new messages) and [#close].
public final class NodeRuntime implements ClusterNode, AutoCloseable {
    /// Messages that wait for the event loop at most; more are refused as overload.
    static final int MAX_WAITING_SUBMISSIONS = 20_000;
    /// Messages handed to the node in one step at most.
    static final int MAX_SUBMISSIONS_PER_STEP = 1024;
    /// Age at which the published status is made anew.
    static final long STATUS_NANOS = 50_000_000L;

    private static final Logger LOG = LoggerFactory.getLogger(NodeRuntime.class);

    private final NodeId id;
    private final Address address;
    private final String url;
    private final ProtocolSettings settings;
    private final Levels levels;
    private final Founding founding;
    private final DurableLog log;
    private final PeerLinks links;
    private final RuntimeObserver observer;
    private final FatalExit fatal;
    private final RandomGenerator random = RandomGenerator.getDefault();

    private final EventLoop loop;
    private final DiskWorker disk;
    private final CommitClock commitClock = new CommitClock();
    private final ConditionLog conditions;
    private final ConcurrentLinkedQueue<Waiting> submissions = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waitingSubmissions = new AtomicInteger();
    private final Map<Long, Waiting> unanswered = new HashMap<>();
    private final AtomicLong sessions = new AtomicLong();
    private final AtomicLong questions = new AtomicLong();
    private final OpenQuestions<String> handovers = new OpenQuestions<>(questions);
    private final OpenQuestions<RemovalResult> removals = new OpenQuestions<>(questions);
    private final OpenQuestions<String> raises = new OpenQuestions<>(questions);
    private final OpenQuestions<Long> heads = new OpenQuestions<>(questions);
    private final List<Consumer<Announcement>> listeners = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> recovered = new CompletableFuture<>();

    private ChatNode node;
    private CommittedLog committed;
    private long seenTicket;
    private long lastRequestId;
    private long statusAt;
    private volatile Hello hello;
    private volatile Vitals vitals;
    private volatile NodeStatus status;
    private volatile LevelReport levelReport = new LevelReport(0, List.of());
    private volatile Checkpoint checkpoint = Checkpoint.NONE;
    private volatile boolean stopping;
    private volatile boolean draining;

    private record Waiting(
            long session, ChatBody body, long afterSeq, long deadline, long since, Consumer<SubmitResult> answer) {}

    /// @param address where peers reach this node
    /// @param url where clients reach it
    /// @param levels what this program knows (V1)
    @SuppressWarnings("NullAway.Init") // the node exists from start() on, when the store's identity is known
    public NodeRuntime(
            NodeId id,
            Address address,
            String url,
            ProtocolSettings settings,
            Levels levels,
            Founding founding,
            DurableLog log,
            PeerLinks links,
            RuntimeObserver observer,
            FatalExit fatal) {
        this.id = id;
        this.address = address;
        this.url = url;
        this.settings = settings;
        this.levels = levels;
        this.founding = founding;
        this.log = log;
        this.links = links;
        this.observer = observer;
        this.fatal = fatal;
        this.loop = new EventLoop(new LoopWork(), fatal);
        this.disk = new DiskWorker(log, observer, fatal, loop::wake);
        this.conditions = new ConditionLog(settings.diskStall().toNanos());
        this.vitals = new Vitals(id, NodeId.NONE, 0, 0, 0);
    }

    /// Recovers the log and begins to take part in the cluster. Returns when the node can serve reads.
    ///
    /// @throws StorageException if the data directory cannot be used
    public void start() {
        Recovery recovery = log.recover();
        if (recovery.meta().removed()) { // M4
            throw new StorageException(
                    "node " + id + " was removed from its cluster, and its data directory says so: move"
                            + " the directory away and start again, and the node joins as a new member.");
        }
        Peer self = new Peer(recovery.meta().self(), address, url);
        node = new ChatNode(self, new BootId(UUID.randomUUID()), settings, levels, founding, recovery, now());
        committed = new CommittedLog(log.reader());
        NodeStatus first = node.status(now());
        committed.startAt(first.commitSeq(), first.commitIndex());
        status = first;
        levelReport = node.levels(now());
        hello = node.hello();
        publishVitals();
        disk.start();
        links.start(() -> hello, loop::put);
        loop.start();
        loop.put(new Event.TimePassed());
        recovered.complete(null);
        LOG.atInfo()
                .addKeyValue(EventAction.FIELD, EventAction.LOG_RECOVERED)
                .log(
                        "node {} recovered: term {}, {} entries, {} messages",
                        id,
                        first.term(),
                        first.lastIndex(),
                        first.commitSeq());
    }

    private static Now now() {
        return new Now(System.nanoTime(), System.currentTimeMillis());
    }

    // --- the event loop's work

    private final class LoopWork implements EventLoop.Work {
        @Override
        public int pollOthers() {
            int events = 0;
            long ticket = disk.persistedTicket();
            if (ticket != seenTicket) {
                seenTicket = ticket;
                step(new Event.Persisted(ticket));
                events++;
            }
            Waiting next = submissions.poll();
            if (next != null) {
                submit(next);
                events++;
            }
            return events;
        }

        @Override
        public boolean hasOthers() {
            return disk.persistedTicket() != seenTicket || !submissions.isEmpty();
        }

        @Override
        public void step(Event event) {
            List<Effect> effects = node.step(event, now(), random);
            if (event instanceof Event.Persisted) {
                hello = node.hello(); // before any message says so (T5)
            }
            effects.forEach(NodeRuntime.this::carryOut);
        }

        @Override
        public void finish(int events) {
            links.flush();
            publishVitals();
            if (System.nanoTime() - statusAt > STATUS_NANOS) {
                publishStatus();
                conditions.check(status, disk.writingSince(), statusAt);
            }
        }

        @Override
        public long nextWakeUp() {
            return node.nextWakeUpNanos();
        }

        private void submit(Waiting first) {
            List<Submission> batch = new ArrayList<>();
            Waiting waiting = first;
            while (waiting != null) {
                long requestId = ++lastRequestId;
                unanswered.put(requestId, waiting);
                batch.add(new Submission(requestId, waiting.session, waiting.body, waiting.deadline, waiting.afterSeq));
                waiting = batch.size() < MAX_SUBMISSIONS_PER_STEP ? submissions.poll() : null;
            }
            waitingSubmissions.addAndGet(-batch.size());
            step(new Event.Submitted(batch));
        }
    }

    private void carryOut(Effect effect) {
        switch (effect) {
            case Effect.Send(NodeId to, var message) -> links.send(to, message);
            case Effect.Append append -> append(append);
            case Effect.Rewind rewind -> disk.order(rewind);
            case Effect.WriteMeta meta -> disk.order(meta);
            case Effect.ReadLog read -> Thread.ofVirtual().name("concord-read").start(() -> read(read));
            case Effect.Deliver(List<LogEntry> entries) -> {
                disk.commitIndex(entries.getLast().index());
                committed.publish(entries);
                commitClock.committed(entries.getLast().index(), System.nanoTime(), observer::replicated);
                checkpoint = checkpoint.after(entries);
            }
            case Effect.Answer(long requestId, SubmitResult result) -> answer(requestId, result);
            case Effect.AnswerHello(long helloId, var refusal) -> links.answerHello(helloId, refusal);
            case Effect.AnswerHandover(long requestId, String failure) -> handovers.answer(requestId, failure);
            case Effect.AnswerRemoval(long requestId, RemovalResult result) -> removals.answer(requestId, result);
            case Effect.AnswerRaise(long requestId, String failure) -> raises.answer(requestId, failure);
            case Effect.AnswerHead(long requestId, long commitIndex) -> heads.answer(requestId, commitIndex);
            case Effect.Dial(var peers, var unknown) -> links.keepLinks(peers, unknown);
            case Effect.Announce(Announcement announcement) -> announce(announcement);
            case Effect.Halt(var reason, String detail) -> fatal.exit(reason + ": " + detail);
        }
    }

    private void append(Effect.Append append) {
        disk.order(append);
        if (node.currentLeader().equals(id)) {
            commitClock.appended(append.entries().getLast().index(), System.nanoTime());
        } else {
            commitClock.clear();
        }
    }

    private void read(Effect.ReadLog read) {
        try {
            List<LogEntry> entries = log.reader().read(read.fromIndex(), Long.MAX_VALUE, read.maxBytes());
            loop.put(new Event.LogRead(read.readId(), entries));
        } catch (StorageException e) {
            fatal.exit("the log cannot be read: " + e.getMessage());
        }
    }

    private void answer(long requestId, SubmitResult result) {
        Waiting waiting = unanswered.remove(requestId);
        if (waiting == null) {
            return;
        }
        if (result instanceof SubmitResult.Committed) {
            observer.committed(System.nanoTime() - waiting.since);
        }
        try {
            waiting.answer.accept(result);
        } catch (RuntimeException e) {
            listenerFailed("the listener of a submission failed", e);
        }
    }

    /// Its fault must not stop the node.
    private static void listenerFailed(String what, RuntimeException e) {
        LOG.atError()
                .addKeyValue(EventAction.FIELD, EventAction.LISTENER_FAILED)
                .setCause(e)
                .log(what);
    }

    private void announce(Announcement announcement) {
        publishStatus();
        publishVitals();
        if (announcement.action() != EventAction.LINK_REFUSED) { // the links say so themselves, not at every try
            LOG.atInfo()
                    .addKeyValue(EventAction.FIELD, announcement.action())
                    .log(
                            "{} (node {}, {}, term {}, index {})",
                            announcement.detail(),
                            id,
                            announcement.role().name().toLowerCase(java.util.Locale.ROOT),
                            announcement.term(),
                            announcement.index());
        }
        for (Consumer<Announcement> listener : listeners) {
            try {
                listener.accept(announcement);
            } catch (RuntimeException e) {
                listenerFailed("a listener to announcements failed", e);
            }
        }
    }

    private void publishStatus() {
        status = node.status(now());
        levelReport = node.levels(now());
        statusAt = System.nanoTime();
    }

    private void publishVitals() {
        Vitals last = vitals;
        Vitals next =
                new Vitals(id, node.currentLeader(), node.currentTerm().value(), node.commitSeq(), node.commitIndex());
        if (!next.equals(last)) {
            vitals = next;
        }
    }

    // --- for the application

    @Override
    public void submit(long session, ChatBody body, long afterSeq, Duration deadline, Consumer<SubmitResult> answer) {
        if (waitingSubmissions.incrementAndGet() > MAX_WAITING_SUBMISSIONS || stopping) {
            waitingSubmissions.decrementAndGet();
            answer.accept(new SubmitResult.NotAppended(
                    stopping ? SubmitResult.Reason.STOPPING : SubmitResult.Reason.OVERLOADED, 200));
            return;
        }
        long since = System.nanoTime();
        submissions.add(new Waiting(session, body, afterSeq, since + deadline.toNanos(), since, answer));
        loop.wake();
    }

    @Override
    public long newSession() {
        return sessions.incrementAndGet();
    }

    @Override
    public CommittedLog committed() {
        return committed;
    }

    @Override
    public Vitals vitals() {
        return vitals;
    }

    @Override
    public NodeStatus status() {
        return status;
    }

    @Override
    public CompletableFuture<String> handOver(NodeId target) {
        return handovers.ask(question -> loop.put(new Event.HandoverRequested(question, target)));
    }

    @Override
    public LevelReport levels() {
        return levelReport;
    }

    @Override
    public CompletableFuture<String> raise(int level) {
        return raises.ask(question -> loop.put(new Event.RaiseRequested(question, level)));
    }

    @Override
    public void drain() {
        draining = true;
        loop.put(new Event.DrainRequested());
    }

    @Override
    public boolean isDraining() {
        return draining;
    }

    @Override
    public CompletableFuture<RemovalResult> remove(NodeId target) {
        return removals.ask(question -> loop.put(new Event.RemovalRequested(question, target)));
    }

    @Override
    public CompletableFuture<Long> head(Duration deadline) {
        return heads.ask(
                question -> loop.put(new Event.HeadRequested(question, System.nanoTime() + deadline.toNanos())));
    }

    @Override
    public AutoCloseable onAnnouncement(Consumer<Announcement> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /// How much waits for this node's threads.
    public Backlog backlog() {
        long since = disk.writingSince();
        return new Backlog(
                waitingSubmissions.get(),
                loop.waiting(),
                disk.waiting(),
                since == 0 ? 0 : Math.max(0, System.nanoTime() - since));
    }

    /// The last place of the committed log at which replicas can be compared.
    public Checkpoint checkpoint() {
        return checkpoint;
    }

    @Override
    public boolean isServing() {
        return recovered.isDone() && !stopping;
    }

    // --- the end

    /// Hands leadership over and refuses new messages. Returns when another node leads, or after a short time.
    ///
    /// @param patience how long to wait for the heir
    public void beginStop(Duration patience) {
        if (!recovered.isDone() || stopping) {
            return;
        }
        boolean led = status.role() == Role.LEADER;
        LOG.atInfo()
                .addKeyValue(EventAction.FIELD, EventAction.NODE_STOPPING)
                .log("node {} stops{}", id, led ? ", handing leadership over first" : "");
        if (led) {
            CompletableFuture<String> handedOver = handOver(NodeId.NONE);
            try {
                String failure = handedOver.get(patience.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
                handedOver(failure);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
                handedOver("no other node led within " + patience.toMillis() + " ms");
            }
        }
        stopping = true;
        loop.put(new Event.StopRequested());
    }

    private static void handedOver(String failure) {
        if (failure.isEmpty()) {
            LOG.atInfo()
                    .addKeyValue(EventAction.FIELD, EventAction.HANDOVER_FINISHED)
                    .log("leadership handed over");
        } else {
            LOG.atWarn()
                    .addKeyValue(EventAction.FIELD, EventAction.HANDOVER_FAILED)
                    .log("leadership not handed over: {}", failure);
        }
    }

    /// Stops the loop, finishes and closes the log, closes the links.
    @Override
    public void close() {
        if (!recovered.isDone()) {
            log.close();
            return;
        }
        stopping = true;
        loop.stop();
        committed.close();
        links.close();
        disk.stop();
        submissions.forEach(w -> w.answer.accept(new SubmitResult.NotAppended(SubmitResult.Reason.STOPPING, 1000)));
        unanswered.values().forEach(w -> w.answer.accept(new SubmitResult.Unknown()));
        handovers.end("the node is stopping");
        removals.end(new RemovalResult.Unfinished("the node is stopping"));
        raises.end("the node is stopping");
        heads.end(-1L);
        LOG.atInfo()
                .addKeyValue(EventAction.FIELD, EventAction.NODE_STOPPED)
                .log("node {} has stopped, its log is closed", id);
    }
}
