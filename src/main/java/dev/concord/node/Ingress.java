package dev.concord.node;

import dev.concord.protocol.ChatBody;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage.Chat;
import dev.concord.protocol.PeerMessage.ChatAck;
import dev.concord.protocol.PeerMessage.ChatResult;
import dev.concord.protocol.PeerMessage.ChatStatus;
import dev.concord.protocol.Term;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Client messages on their way to the leader and their outcomes on the way back (X1, X2).
///
/// OpenMessage messages form one ordered stream to the current leader. Any interruption (another leader, a new link,
/// silence, a refusal) starts a new stream that begins with everything still open, in the old order; the keys make
/// that safe (X3). A message whose earlier try may have been appended can only end as committed or unknown, never as
/// refused.
final class Ingress {
    /// Messages of one CHAT frame at most; with the largest bodies the byte limit comes first.
    static final int MAX_FRAME_MESSAGES = 1024;
    /// Wait after a refusal before the stream is opened anew.
    static final long BACKOFF_NANOS = 20_000_000L;
    /// What was refused is not sent again in the last part, this small, of the time that a message has.
    private static final int LAST_TRY_DIVISOR = 20;

    /// Below this is by how much a stream is numbered higher than one of an earlier boot.
    private static final long MAX_LEAP = 1_000_000;

    private final NodeState state;
    private final ArrayDeque<OpenMessage> queue = new ArrayDeque<>();
    /// By position, in the order of the positions.
    private final LinkedHashMap<Long, OpenMessage> sent = new LinkedHashMap<>();
    private final PriorityQueue<OpenMessage> awaitingApply = new PriorityQueue<>(
            Comparator.comparingLong((OpenMessage o) -> o.seq).thenComparingLong(o -> o.order));
    private final TreeMap<Member, RelayedStream> relayed = new TreeMap<>();

    private @Nullable Member target;
    private long stream;
    private long nextNumber = 1;
    private long openBytes;
    private int openCount;
    private long order;
    private long holdUntil = Long.MIN_VALUE;
    private long lastProgressAt;
    private boolean busy;

    Ingress(NodeState state) {
        this.state = state;
        // Streams of an earlier boot had other numbers: a late answer to one of them must not be taken for an answer to
        // what a client of this boot has sent.
        stream = state.boot.number();
    }

    /// Takes in messages of local clients.
    ///
    /// @param refusal why nothing can be accepted now, or null
    void submit(List<Submission> submissions, SubmitResult.@Nullable Reason refusal) {
        for (Submission submission : submissions) {
            if (refusal != null) {
                answer(submission.requestId(), NotCommitted.because(refusal));
            } else if (isFull()) {
                answer(submission.requestId(), NotCommitted.because(SubmitResult.Reason.OVERLOADED));
            } else {
                add(new OpenMessage(order++, submission, state.tail.commitSeq()));
            }
        }
    }

    private boolean isFull() {
        return openCount >= state.settings.maxPending() || openBytes >= state.settings.maxPendingBytes();
    }

    private void add(OpenMessage open) {
        openCount++;
        openBytes += open.body.length();
        queue.addLast(open);
    }

    private void remove(OpenMessage open) {
        openCount--;
        openBytes -= open.body.length();
    }

    /// C2: messages of a node that hears no leader; this one does, and passes them on.
    void relay(Member from, Chat chat, boolean canReachLeader) {
        RelayedStream source = relayed.computeIfAbsent(from, m -> new RelayedStream());
        if (source.isNew(chat) && state.refusedStreams.include(from, chat.stream())) {
            return; // a late copy
        }
        boolean refuse = !source.continues(chat) || !canReachLeader;
        int size = chat.bodies().size();
        for (int i = source.known(chat); i < size; i++) {
            if (refuse || isFull()) {
                ChatStatus status = refuse ? ChatStatus.NOT_LEADER : ChatStatus.BUSY;
                long newest = source.refuse(chat);
                state.refusedStreams.add(from, chat.stream());
                ChatResult result = new ChatResult(chat.first() + i, size - i, status, newest, 0, Term.ZERO, List.of());
                reply(from, chat.stream(), List.of(result));
                return;
            }
            long deadline = state.now.nanos() + state.settings.submitTimeout().toNanos();
            add(new OpenMessage(order++, chat, i, from, source.take(), deadline, state.tail.commitSeq()));
        }
    }

    void forget(Member peer) {
        relayed.remove(peer);
    }

    /// Sends what waits to whoever leads (or relays); called at the end of each step.
    ///
    /// @param leader the node to send to, this one included, or null if there is none
    void flush(@Nullable Member leader, LocalLeader local) {
        if (leader == null ? target != null : !leader.equals(target)) {
            target = leader;
            interrupt();
        }
        if (target == null || queue.isEmpty() || state.now.nanos() < holdUntil) {
            return;
        }
        holdUntil = Long.MIN_VALUE;
        if (sent.isEmpty()) {
            lastProgressAt = state.now.nanos();
        }
        while (!queue.isEmpty() && holdUntil == Long.MIN_VALUE) {
            sendFrame(target, local);
        }
    }

    /// Hands a frame to this node itself, when it leads.
    @FunctionalInterface
    interface LocalLeader {
        void take(Chat chat);
    }

    private void sendFrame(Member to, LocalLeader local) {
        long first = nextNumber;
        long afterSeq = queue.getFirst().afterSeq();
        List<ChatBody> bodies = new ArrayList<>();
        int bytes = 0;
        while (!queue.isEmpty()
                && bodies.size() < MAX_FRAME_MESSAGES
                && bytes < state.settings.pageBytes()
                && queue.getFirst().afterSeq() == afterSeq) {
            OpenMessage open = queue.removeFirst();
            open.position = nextNumber;
            sent.put(nextNumber++, open);
            bodies.add(open.body);
            bytes += open.body.length();
        }
        Chat chat = new Chat(state.durableTerm(), stream, first, afterSeq, bodies);
        if (to.equals(state.member())) {
            local.take(chat);
        } else {
            state.send(to.id(), chat);
        }
    }

    /// Starts a new stream: everything that was sent and is still open goes first again, and may have been appended.
    private void interrupt() {
        stream++;
        nextNumber = 1;
        for (OpenMessage open : sent.sequencedValues().reversed()) {
            open.mayBeAppended |= !open.refused;
            open.refused = false;
            queue.addFirst(open);
        }
        sent.clear();
    }

    /// The link to a node is new: what was sent on the old one may be lost.
    void reconnected(Member peer) {
        if (peer.equals(target)) {
            interrupt();
        }
    }

    /// Takes in outcomes from the leader.
    void results(Member from, long ofStream, List<ChatResult> results) {
        if (ofStream != stream || !from.equals(target)) {
            return;
        }
        lastProgressAt = state.now.nanos();
        boolean interrupted = false;
        long jump = 0;
        for (ChatResult run : results) {
            for (int i = 0; i < run.count(); i++) {
                OpenMessage open = sent.get(run.first() + i);
                if (open != null) {
                    interrupted |= !settle(open, run, i);
                }
            }
            if (run.status() == ChatStatus.BUSY) {
                refusedFrom(run.first());
            }
            if (run.status() == ChatStatus.NOT_LEADER) {
                jump = Math.max(jump, run.seq());
            }
            busy = run.status() == ChatStatus.BUSY;
        }
        if (interrupted) {
            holdUntil = state.now.nanos() + BACKOFF_NANOS;
            interrupt();
            if (jump >= stream) { // beyond what an earlier boot may have used besides
                stream = jump + 1 + state.boot.number() % MAX_LEAP;
            }
            endRefused();
        }
        applied();
    }

    /// X1: a try that is under way when a message's time ends leaves its client without an outcome. So what was surely
    /// not appended, and has little time left, is not tried once more: its client is told so, and may come again.
    private void endRefused() {
        long lastTry = state.settings.submitTimeout().toNanos() / LAST_TRY_DIVISOR;
        List<OpenMessage> late = new ArrayList<>();
        collectExpired(queue.iterator(), state.now.nanos() + lastTry, late);
        late.removeIf(open -> open.mayBeAppended);
        end(late);
    }

    /// X1: after BUSY nothing of the same stream is taken, so what was sent behind it was not appended either, though
    /// its own answer is still under way. NOT_LEADER does not say that much: a node that passes messages on gives
    /// up each at its own time.
    private void refusedFrom(long number) {
        sent.values().forEach(open -> open.refused |= open.position >= number);
    }

    /// Returns false if the message has to be sent again, in a new stream.
    private boolean settle(OpenMessage open, ChatResult run, int offset) {
        return switch (run.status()) {
            case COMMITTED, DUPLICATE -> {
                sent.remove(open.position);
                open.committed(run, offset);
                if (awaitingApply.isEmpty() && open.seq <= state.tail.commitSeq()) { // a leader's own clients: always
                    committed(open);
                } else {
                    awaitingApply.add(open);
                }
                yield true;
            }
            case FORMING -> {
                sent.remove(open.position);
                boolean unknown = open.mayBeAppended; // by an earlier try, at a leader that did not find it forming
                ChatStatus status = unknown ? ChatStatus.UNKNOWN : run.status();
                finish(open, status, NotCommitted.of(status));
                if (unknown || open.origin != null) {
                    endThoseBehind(open);
                }
                yield true;
            }
            case KEY_REUSED, DEDUP_EXPIRED -> {
                sent.remove(open.position);
                finish(open, run.status(), NotCommitted.of(run.status()));
                if (open.origin != null) { // the node that it came from may have sent it again
                    endThoseBehind(open);
                }
                yield true;
            }
            case BUSY, NOT_LEADER -> {
                open.refused = true; // not appended by this try; it keeps its place for the next
                yield false;
            }
            case UNKNOWN -> false; // interrupt() notes that it may be appended
        };
    }

    /// Answers what is committed and applied here (X1).
    void applied() {
        while (!awaitingApply.isEmpty() && awaitingApply.peek().seq <= state.tail.commitSeq()) {
            committed(awaitingApply.remove());
        }
    }

    private void committed(OpenMessage open) {
        ChatResult run = open.committed;
        if (run != null) {
            finish(open, run.status(), open.outcome(run));
        }
    }

    private void finish(OpenMessage open, ChatStatus status, SubmitResult result) {
        remove(open);
        if (open.origin == null) {
            answer(open.requestId, result);
        } else {
            reply(open.origin, open.originStream, List.of(open.relayedOutcome(status)));
        }
    }

    private void reply(Member to, long ofStream, List<ChatResult> results) {
        state.send(to.id(), new ChatAck(state.durableTerm(), ofStream, results));
    }

    private void answer(long requestId, SubmitResult result) {
        state.effects.add(new Effect.Answer(requestId, result));
    }

    /// Ends what is out of time, and starts a new stream if the leader says nothing for long.
    void onTime() {
        long now = state.now.nanos();
        long patience = state.settings.ackTimeout().toNanos() * 3;
        if (!sent.isEmpty() && now - lastProgressAt > patience) {
            lastProgressAt = now;
            interrupt();
        }
        List<OpenMessage> expired = new ArrayList<>();
        collectExpired(queue.iterator(), now, expired);
        collectExpired(sent.values().iterator(), now, expired);
        collectExpired(awaitingApply.iterator(), now, expired);
        end(expired);
    }

    private void end(List<OpenMessage> messages) {
        messages.sort(Comparator.comparingLong(o -> o.order));
        for (OpenMessage open : messages) {
            if (expire(open)) {
                endThoseBehind(open);
            }
        }
    }

    /// X2: a message has no outcome, and comes again: from its client, or from the node that passed it here. What was
    /// sent behind it, in its session or in the stream of that node, must not overtake it, and ends with it.
    private void endThoseBehind(OpenMessage ended) {
        Member origin = ended.origin;
        if (origin != null) {
            state.refusedStreams.add(origin, ended.originStream);
            RelayedStream source = relayed.get(origin);
            if (source != null) {
                source.giveUp(ended.originStream);
            }
        }
        Stream.concat(sent.values().stream(), queue.stream())
                .filter(o -> o.isBehind(ended))
                .toList()
                .forEach(this::expire);
    }

    private void collectExpired(Iterator<OpenMessage> opens, long now, List<OpenMessage> expired) {
        while (opens.hasNext()) {
            OpenMessage open = opens.next();
            if (now >= open.deadline) {
                expired.add(open);
            }
        }
    }

    /// Ends a message that has no outcome; returns whether those behind it must end too.
    private boolean expire(OpenMessage open) {
        boolean wasSent = sent.remove(open.position, open);
        if (!wasSent && !queue.remove(open) && !awaitingApply.remove(open)) {
            return false;
        }
        boolean unknown = wasSent || open.mayBeAppended || open.committed != null;
        if (open.committed != null) {
            committed(open); // the cluster has it; only this node is slow to apply
            return false;
        }
        SubmitResult result = unknown ? new SubmitResult.Unknown() : notAppended();
        finish(open, unknown ? ChatStatus.UNKNOWN : ChatStatus.NOT_LEADER, result);
        return unknown || open.origin != null;
    }

    private SubmitResult notAppended() {
        SubmitResult.Reason reason;
        if (!state.reachesQuorum() && !state.hearsLeader()) {
            reason = SubmitResult.Reason.NO_QUORUM;
        } else if (busy) {
            reason = SubmitResult.Reason.OVERLOADED;
        } else {
            reason = SubmitResult.Reason.NO_LEADER;
        }
        return NotCommitted.because(reason);
    }

    /// When messages that wait after a refusal go out again.
    long nextWakeUp() {
        return holdUntil == Long.MIN_VALUE || queue.isEmpty() || target == null ? Long.MAX_VALUE : holdUntil;
    }

    /// Messages that have no outcome yet.
    int openMessages() {
        return openCount;
    }

    NodeId target() {
        return target == null ? NodeId.NONE : target.id();
    }

    void checkInvariants() {
        if (openCount != queue.size() + sent.size() + awaitingApply.size()) {
            throw new IllegalStateException("ingress counts " + openCount + " open messages, holds "
                    + (queue.size() + sent.size() + awaitingApply.size()) + " (I17)");
        }
        if (openCount > state.settings.maxPending()) {
            throw new IllegalStateException("ingress holds " + openCount + " messages (I17)");
        }
    }
}
