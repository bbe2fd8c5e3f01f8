package dev.concord.runtime;

import dev.concord.node.Announcement;
import dev.concord.node.LevelReport;
import dev.concord.node.NodeStatus;
import dev.concord.node.RemovalResult;
import dev.concord.node.SubmitResult;
import dev.concord.protocol.Address;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.ClusterId;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage.Presence;
import dev.concord.protocol.Role;
import dev.concord.protocol.StoreId;
import dev.concord.protocol.Term;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A node alone, for tests of what stands above the runtime: it sequences and commits on one thread as the
/// real one does, knows ids, and gives any other outcome on demand, which a healthy cluster cannot be made
/// to give.
public final class SingleNode implements ClusterNode, AutoCloseable {
    private static final NodeId SELF = new NodeId(1);
    private static final Term TERM = new Term(3);

    private final InMemoryLog log = new InMemoryLog();
    private final LinkedBlockingQueue<Waiting> submissions = new LinkedBlockingQueue<>();
    private final Map<String, LogEntry> byKey = new HashMap<>();
    private final AtomicLong sessions = new AtomicLong();
    private final AtomicInteger waiting = new AtomicInteger();
    private final List<Consumer<Announcement>> listeners = new CopyOnWriteArrayList<>();
    private final Thread loop = Thread.ofPlatform().name("single-node").daemon().unstarted(this::run);

    private volatile @Nullable Function<ChatBody, @Nullable SubmitResult> instead;
    private volatile NodeId leader = SELF;
    private volatile boolean quorum = true;
    private volatile boolean serving = true;
    private volatile boolean inCluster = true;
    private volatile boolean stale;
    private volatile boolean closed;
    private volatile boolean draining;
    private final Exchange exchange = new Exchange();
    private volatile int level = 2;
    private volatile String handoverFailure = "";
    private volatile RemovalResult removal = new RemovalResult.NotAMember(SELF);

    private record Waiting(ChatBody body, long afterSeq, Consumer<SubmitResult> answer) {}

    public SingleNode() {
        loop.start();
    }

    public InMemoryLog log() {
        return log;
    }

    /// From now on each submission gets what `outcome` says, null for the normal one. It may block, to hold
    /// messages.
    public void answerWith(Function<ChatBody, @Nullable SubmitResult> outcome) {
        instead = outcome;
    }

    /// From now on submissions are committed again.
    public void answerNormally() {
        instead = null;
    }

    /// Submissions that this node has not looked at yet.
    public int waitingSubmissions() {
        return waiting.get();
    }

    public void loseQuorum() {
        quorum = false;
        leader = NodeId.NONE;
    }

    public void regainQuorum() {
        quorum = true;
        leader = SELF;
    }

    public void setServing(boolean isServing) {
        serving = isServing;
    }

    public void setInCluster(boolean isInCluster) {
        inCluster = isInCluster;
    }

    /// It has been level with a leader since its start, or not.
    public void setStale(boolean isStale) {
        stale = isStale;
    }

    /// The next handovers fail for this reason; empty lets them succeed.
    public void failHandover(String reason) {
        handoverFailure = reason;
    }

    /// Takes the cluster to this level; down too, which no real one goes.
    public void level(int next) {
        level = next;
    }

    public void announce(Announcement announcement) {
        listeners.forEach(listener -> listener.accept(announcement));
    }

    private void run() {
        List<Waiting> batch = new ArrayList<>();
        try {
            while (!closed) {
                batch.clear();
                batch.add(submissions.take());
                submissions.drainTo(batch, 1023);
                carryOut(batch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void carryOut(List<Waiting> batch) {
        List<Runnable> answers = new ArrayList<>(batch.size());
        List<ChatBody> bodies = new ArrayList<>();
        List<Waiting> fresh = new ArrayList<>();
        for (Waiting next : batch) {
            waiting.decrementAndGet();
            Function<ChatBody, @Nullable SubmitResult> other = instead;
            SubmitResult result = other == null ? null : other.apply(next.body);
            if (result == null && byKey.containsKey(next.body.key())) {
                commit(bodies, fresh, answers);
                result = known(next);
            }
            if (result != null) {
                SubmitResult given = result;
                commit(bodies, fresh, answers);
                answers.add(() -> next.answer.accept(given));
            } else {
                byKey.put(next.body.key(), PLACE_HOLDER);
                bodies.add(next.body);
                fresh.add(next);
            }
        }
        commit(bodies, fresh, answers);
        answers.forEach(Runnable::run);
    }

    private void commit(List<ChatBody> bodies, List<Waiting> fresh, List<Runnable> answers) {
        if (bodies.isEmpty()) {
            return;
        }
        List<LogEntry> entries = log.commit(bodies);
        for (int i = 0; i < entries.size(); i++) {
            LogEntry entry = entries.get(i);
            Waiting waiting = fresh.get(i);
            byKey.put(waiting.body.key(), entry);
            answers.add(() -> waiting.answer.accept(
                    new SubmitResult.Committed(entry.seq(), entry.index(), entry.term(), List.of(SELF))));
        }
        bodies.clear();
        fresh.clear();
    }

    private SubmitResult known(Waiting waiting) {
        LogEntry first = byKey.get(waiting.body.key());
        if (first.body().payloadHash() != waiting.body.payloadHash()) {
            return new SubmitResult.KeyReused();
        }
        return new SubmitResult.Duplicate(first.seq(), first.index(), first.term());
    }

    private static final LogEntry PLACE_HOLDER =
            LogEntry.noop(new dev.concord.protocol.LogPosition(TERM, 1), 0, SELF, dev.concord.protocol.ChainHash.ZERO);

    @Override
    public void submit(long session, ChatBody body, long afterSeq, Duration deadline, Consumer<SubmitResult> answer) {
        waiting.incrementAndGet();
        submissions.add(new Waiting(body, afterSeq, answer));
    }

    @Override
    public long newSession() {
        return sessions.incrementAndGet();
    }

    @Override
    public CommittedLog committed() {
        return log.committed();
    }

    @Override
    public Vitals vitals() {
        CommittedLog committed = log.committed();
        return new Vitals(SELF, leader, TERM.value(), committed.commitSeq(), committed.commitIndex());
    }

    @Override
    public NodeStatus status() {
        long index = log.committed().commitIndex();
        Member self = new Member(SELF, StoreId.of("00000000-0000-4000-8000-000000000001"));
        Role role = leader.equals(SELF) ? Role.LEADER : Role.ELECTING;
        NodeStatus.MemberStatus alone = new NodeStatus.MemberStatus(
                self,
                new Address("localhost", 5001),
                "http://localhost:8081",
                true,
                role,
                true,
                true,
                false,
                index,
                0,
                -1);
        NodeStatus.MemberStatus other = new NodeStatus.MemberStatus(
                new Member(new NodeId(2), StoreId.of("00000000-0000-4000-8000-000000000002")),
                new Address("localhost", 5002),
                "http://localhost:8082",
                true,
                Role.FOLLOWER,
                quorum,
                true,
                false,
                Math.max(0, index - 2),
                Math.min(2, index),
                1_234_567);
        return new NodeStatus(
                self,
                inCluster ? ClusterId.of("00000000-0000-4000-8000-00000000000c") : null,
                role,
                TERM,
                leader,
                quorum,
                quorum && inCluster,
                !inCluster,
                List.of(),
                index,
                index,
                index,
                log.committed().commitSeq(),
                1,
                log.committed().firstSeq(),
                2,
                2,
                0,
                List.of(alone, other),
                4,
                2,
                0,
                false,
                false,
                stale);
    }

    @Override
    public CompletableFuture<String> handOver(NodeId target) {
        return CompletableFuture.completedFuture(handoverFailure);
    }

    /// What the next removals end with.
    public void answerRemovals(RemovalResult result) {
        removal = result;
    }

    @Override
    public CompletableFuture<RemovalResult> remove(NodeId target) {
        return CompletableFuture.completedFuture(removal);
    }

    @Override
    public LevelReport levels() {
        return new LevelReport(level, level, List.of());
    }

    @Override
    public CompletableFuture<String> raise(int level) {
        return CompletableFuture.completedFuture("there is one node");
    }

    @Override
    public void drain() {
        draining = true;
    }

    @Override
    public boolean isDraining() {
        return draining;
    }

    @Override
    public CompletableFuture<Long> head(Duration deadline) {
        return CompletableFuture.completedFuture(log.committed().commitIndex());
    }

    /// What this node has told the others of its people, and how they answer.
    public static final class Exchange implements PresenceExchange {
        private final List<Presence> told = new CopyOnWriteArrayList<>();
        private final List<BiConsumer<NodeId, Presence>> listeners = new CopyOnWriteArrayList<>();

        @Override
        public void tell(Presence presence) {
            told.add(presence);
        }

        @Override
        public AutoCloseable onPresence(BiConsumer<NodeId, Presence> listener) {
            listeners.add(listener);
            return () -> listeners.remove(listener);
        }

        public List<Presence> told() {
            return told;
        }

        /// Another node tells this.
        public void hear(int from, Presence presence) {
            listeners.forEach(listener -> listener.accept(new NodeId(from), presence));
        }
    }

    @Override
    public Exchange presence() {
        return exchange;
    }

    @Override
    public AutoCloseable onAnnouncement(Consumer<Announcement> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public boolean isServing() {
        return serving;
    }

    @Override
    public void close() {
        closed = true;
        loop.interrupt();
        log.committed().close();
    }
}
