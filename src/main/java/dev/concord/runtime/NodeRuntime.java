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
import dev.concord.protocol.Levels;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogSnapshot;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import dev.concord.protocol.ProtocolSettings;
import dev.concord.protocol.Role;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs one node for real: recovers its log, steps it on the event loop, carries out its effects in order,
/// and offers it to the application.
///
/// **Lifecycle.** [#start], then in the end [#beginStop] (hands leadership over, refuses new messages) and
/// [#close].
public final class NodeRuntime implements ClusterNode, AutoCloseable {
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
    private final SubmissionQueue submissions;
    private final Announcements announcements;
    private final Snapshots snapshots;
    private final PresencePost presence;
    private final MendingPost mendings;
    private final OperatorQuestions operators;
    private final AtomicLong sessions = new AtomicLong();
    private final CompletableFuture<Void> recovered = new CompletableFuture<>();

    private ChatNode node;
    private CommittedLog committed;
    private long seenTicket;
    private volatile Checkpoint checkpoint = Checkpoint.NONE;
    private volatile boolean stopping;
    private volatile boolean draining;

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
        this.submissions = new SubmissionQueue(observer);
        this.announcements = new Announcements(id);
        this.snapshots = new Snapshots(id);
        this.presence = new PresencePost(loop::wake);
        this.mendings = new MendingPost(loop::wake);
        this.operators = new OperatorQuestions(loop::put);
    }

    /// Who reads the closed part of this log at leisure, and mends it; to be started after this node (S9).
    public Scrubber scrubber(MendableLog closed, Scrubber.Settings pace) {
        return new Scrubber(closed, mendings, snapshots::status, pace, fatal);
    }

    /// Who removes the beginning of this log when it is old or large; to be started after this node (C5).
    public Retention retention(RetainableLog closed, RetentionRule rule) {
        Retention.Limits limits = new Retention.Limits() {
            @Override
            public boolean isAllowed() {
                return snapshots.levels().committed() >= Levels.RETENTION;
            }

            @Override
            public long commitIndex() {
                return snapshots.vitals().commitIndex();
            }

            @Override
            public long removableSeq() {
                return snapshots.removableSeq();
            }
        };
        return new Retention(closed, rule, limits, disk::trim, loop::put, fatal);
    }

    /// Who watches the space on the disk of this log; to be started after this node (S8).
    public DiskReserve diskReserve(long bytes, LongSupplier free) {
        return new DiskReserve(bytes, free, loop::put);
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
        snapshots.publishStatus(node, now());
        NodeStatus first = snapshots.status();
        committed.startAt(first.commitSeq(), first.commitIndex());
        snapshots.publishHello(node);
        snapshots.publishVitals(node);
        disk.start();
        links.start(snapshots::hello, mendings.passOn(presence.passOn(loop::put)));
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
            List<Submission> batch = submissions.take();
            if (!batch.isEmpty()) {
                step(new Event.Submitted(batch));
                events++;
            }
            if (presence.hasWaiting()) {
                presence.send(links, snapshots.status(), snapshots.levels());
                events++;
            }
            if (mendings.hasWaiting()) {
                mendings.send(links, snapshots.hello().currentTerm());
                events++;
            }
            return events;
        }

        @Override
        public boolean hasOthers() {
            return disk.persistedTicket() != seenTicket
                    || !submissions.isEmpty()
                    || presence.hasWaiting()
                    || mendings.hasWaiting();
        }

        @Override
        public void step(Event event) {
            List<Effect> effects = node.step(event, now(), random);
            if (event instanceof Event.Persisted) {
                snapshots.publishHello(node);
            }
            effects.forEach(NodeRuntime.this::carryOut);
        }

        @Override
        public void finish(int events) {
            links.flush();
            snapshots.publishVitals(node);
            if (snapshots.isStatusOld()) {
                snapshots.publishStatus(node, now());
                conditions.check(snapshots.status(), disk.writingSince(), snapshots.statusAt());
            }
        }

        @Override
        public long nextWakeUp() {
            return node.nextWakeUpNanos();
        }
    }

    private void carryOut(Effect effect) {
        switch (effect) {
            case Effect.Send(NodeId to, var message) -> links.send(to, message);
            case Effect.Append append -> append(append);
            case Effect.Rewind rewind -> disk.order(rewind);
            case Effect.WriteMeta meta -> disk.order(meta);
            case Effect.InstallSnapshot install -> disk.order(install);
            case Effect.SkipTo(LogSnapshot snapshot) -> {
                disk.commitIndex(snapshot.index());
                committed.skipTo(snapshot.seq(), snapshot.index());
            }
            case Effect.ReadLog read -> Thread.ofVirtual().name("concord-read").start(() -> read(read));
            case Effect.Deliver(List<LogEntry> entries) -> {
                disk.commitIndex(entries.getLast().index());
                committed.publish(entries);
                commitClock.committed(entries.getLast().index(), System.nanoTime(), observer::replicated);
                checkpoint = checkpoint.after(entries);
            }
            case Effect.Answer(long requestId, SubmitResult result) -> submissions.answer(requestId, result);
            case Effect.AnswerHello(long helloId, var refusal) -> links.answerHello(helloId, refusal);
            case Effect.AnswerHandover(long requestId, String failure) -> operators.handedOver(requestId, failure);
            case Effect.AnswerRemoval(long requestId, RemovalResult result) -> operators.removed(requestId, result);
            case Effect.AnswerRaise(long requestId, String failure) -> operators.raised(requestId, failure);
            case Effect.AnswerHead(long requestId, long commitIndex) -> operators.headConfirmed(requestId, commitIndex);
            case Effect.Dial(var peers, var unknown) -> links.keepLinks(peers, unknown);
            case Effect.Announce(Announcement announcement) -> {
                snapshots.publishStatus(node, now());
                snapshots.publishVitals(node);
                announcements.announce(announcement);
            }
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

    // --- for the application

    @Override
    public void submit(long session, ChatBody body, long afterSeq, Duration deadline, Consumer<SubmitResult> answer) {
        if (stopping) {
            answer.accept(new SubmitResult.NotAppended(SubmitResult.Reason.STOPPING, 200));
        } else if (submissions.offer(session, body, afterSeq, deadline, answer)) {
            loop.wake();
        } else {
            answer.accept(new SubmitResult.NotAppended(SubmitResult.Reason.OVERLOADED, 200));
        }
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
        return snapshots.vitals();
    }

    @Override
    public NodeStatus status() {
        return snapshots.status();
    }

    @Override
    public CompletableFuture<String> handOver(NodeId target) {
        return operators.handOver(target);
    }

    @Override
    public LevelReport levels() {
        return snapshots.levels();
    }

    @Override
    public CompletableFuture<String> raise(int level) {
        return operators.raise(level);
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
        return operators.remove(target);
    }

    @Override
    public CompletableFuture<Long> head(Duration deadline) {
        return operators.head(deadline);
    }

    @Override
    public PresenceExchange presence() {
        return presence;
    }

    @Override
    public AutoCloseable onAnnouncement(Consumer<Announcement> listener) {
        return announcements.listen(listener);
    }

    /// How much waits for this node's threads.
    public Backlog backlog() {
        long since = disk.writingSince();
        return new Backlog(
                submissions.waiting(),
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
        operators.handOverBeforeStop(id, snapshots.status().role() == Role.LEADER, patience);
        stopping = true;
        loop.put(new Event.StopRequested());
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
        submissions.end();
        operators.end();
        LOG.atInfo()
                .addKeyValue(EventAction.FIELD, EventAction.NODE_STOPPED)
                .log("node {} has stopped, its log is closed", id);
    }
}
