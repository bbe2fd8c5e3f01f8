package dev.concord.sequencing;

import dev.concord.protocol.ChatBody;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage.Chat;
import dev.concord.protocol.PeerMessage.ChatResult;
import dev.concord.protocol.PeerMessage.ChatStatus;
import dev.concord.protocol.Term;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The leader's desk: gives each message its place (R1), recognises repetitions (X3, X4), and remembers who waits for
/// which entry. Everything here is volatile: a leader that steps down answers UNKNOWN to all who wait (E14).
///
/// Messages come in numbered streams, one per ingress node. A stream is taken without gap or not at all, so that the
/// order of each client session survives pipelining; after a refusal the ingress node opens a new stream with
/// everything that is still open (X2; `docs/decisions/0003-streams-instead-of-one-in-flight.md`).
public final class Sequencer {
    private final ReplicatedLog log;
    private final RefusedStreams refused;
    private final int maxPending;
    private final int maxPendingBytes;

    private final TreeMap<Member, Stream> streams = new TreeMap<>();
    private final ArrayDeque<Waiter> waiting = new ArrayDeque<>();
    private final ArrayDeque<Size> uncommitted = new ArrayDeque<>();
    private final List<Stale> stale = new ArrayList<>();
    private long pendingBytes;

    private record Waiter(Stream stream, long number, LogPosition position, long seq, ChatStatus onCommit) {}

    private record Stale(Member origin, long stream, long newest, long first, int count) {}

    private record Size(long index, int bytes) {}

    private static final class Stream {
        private final Member origin;
        private final long id;
        private long next = 1;
        /// Something of it was refused: so is everything later, or a late copy would make the refusal a lie (X1).
        private boolean broken;
        private final List<ChatResult> results = new ArrayList<>();

        Stream(Member origin, long id) {
            this.origin = origin;
            this.id = id;
        }
    }

    /// Where answers go.
    @FunctionalInterface
    public interface Answers {
        void answer(Member to, long stream, List<ChatResult> results);
    }

    /// @param refused what outlives this leadership of refusals
    /// @param maxPending most uncommitted entries (X6)
    /// @param maxPendingBytes most uncommitted bytes (X6)
    public Sequencer(ReplicatedLog log, RefusedStreams refused, int maxPending, int maxPendingBytes) {
        this.log = log;
        this.refused = refused;
        this.maxPending = maxPending;
        this.maxPendingBytes = maxPendingBytes;
    }

    /// Takes messages of an ingress node, in order, and appends what is new to the log.
    ///
    /// @param refusal null if messages are accepted now, else the status they all get
    /// @param allowance how many new messages may be taken now ([AdmissionRate])
    /// @return the entries appended, for the disk and the followers
    public List<LogEntry> take(
            Member from, Chat chat, Term term, long wallMillis, @Nullable ChatStatus refusal, int allowance) {
        Stream stream = streams.get(from);
        if (stream == null || chat.stream() > stream.id) {
            if (refused.include(from, chat.stream())) {
                return List.of(); // a late copy: silence says nothing wrong about it
            }
            stream = new Stream(from, chat.stream());
            streams.put(from, stream);
        } else if (chat.stream() < stream.id) { // a late copy, or a new boot that counts from lower numbers
            refused.add(from, chat.stream());
            stale.add(new Stale(
                    from, chat.stream(), stream.id, chat.first(), chat.bodies().size()));
            return List.of();
        }
        int size = chat.bodies().size();
        int skip = (int) Math.min(size, Math.max(0, stream.next - chat.first()));
        if (refusal != null || stream.broken || chat.first() > stream.next) {
            refuse(stream, chat.first() + skip, size - skip, refusal == null ? ChatStatus.NOT_LEADER : refusal);
            return List.of();
        }
        List<LogEntry> appended = new ArrayList<>(size - skip);
        for (int i = skip; i < size; i++) {
            if (stream.broken) {
                refuse(stream, chat.first() + i, size - i, ChatStatus.NOT_LEADER);
                break;
            }
            if (isFull() || appended.size() >= allowance) {
                refuse(stream, chat.first() + i, size - i, ChatStatus.BUSY);
                break;
            }
            takeOne(stream, chat.bodies().get(i), chat.afterSeq(), term, wallMillis, appended);
        }
        return appended;
    }

    /// Whether as much is uncommitted as may be (X6).
    public boolean isFull() {
        return uncommitted.size() >= maxPending || pendingBytes >= maxPendingBytes;
    }

    private void takeOne(
            Stream stream, ChatBody body, long afterSeq, Term term, long wallMillis, List<LogEntry> appended) {
        long number = stream.next++;
        DedupIndex.Seen seen = log.keys().find(body);
        LogTail tail = log.tail();
        if (seen == null) {
            if (log.keys().mayHaveForgotten(afterSeq, tail.lastSeq())) {
                result(stream, number, ChatStatus.DEDUP_EXPIRED, 0, LogPosition.ZERO, List.of());
                stream.broken =
                        true; // a copy of it that is under way may still be taken, and what follows goes behind it
                return;
            }
            LogPosition position = new LogPosition(term, tail.lastIndex() + 1);
            long at = Math.max(tail.lastAtMillis(), wallMillis);
            LogEntry entry = LogEntry.chat(position, lastSeq() + 1, at, body, tail.lastHash());
            log.append(entry);
            appended.add(entry);
            grew(entry);
            waiting.addLast(new Waiter(stream, number, position, entry.seq(), ChatStatus.COMMITTED));
        } else if (!seen.matches(body)) {
            result(stream, number, ChatStatus.KEY_REUSED, 0, LogPosition.ZERO, List.of());
        } else {
            LogPosition position = new LogPosition(tail.termAt(seen.index()), seen.index());
            if (seen.index() <= tail.commitIndex()) {
                result(stream, number, ChatStatus.DUPLICATE, seen.seq(), position, List.of());
            } else {
                waiting.addLast(new Waiter(stream, number, position, seen.seq(), ChatStatus.DUPLICATE));
            }
        }
    }

    private long lastSeq() {
        return log.tail().lastSeq();
    }

    /// Notes an entry of this term that was appended otherwise (no-op, configuration), for the limit on what is
    /// pending.
    public void grew(LogEntry entry) {
        uncommitted.addLast(new Size(entry.index(), entry.sizeInBytes()));
        pendingBytes += entry.sizeInBytes();
    }

    /// Answers everybody who waited for entries up to the commit index.
    ///
    /// @param durableOn who is known to hold them, the leader first
    public void committed(long commitIndex, List<NodeId> durableOn) {
        while (!uncommitted.isEmpty() && uncommitted.getFirst().index() <= commitIndex) {
            pendingBytes -= uncommitted.removeFirst().bytes();
        }
        // Waiters stand in the order of their requests, so answers keep it: a repetition that waits for an older entry
        // is
        // answered with the request before it, not earlier.
        for (Iterator<Waiter> i = waiting.iterator(); i.hasNext(); ) {
            Waiter waiter = i.next();
            if (waiter.position.index() > commitIndex) {
                break;
            }
            i.remove();
            result(waiter.stream, waiter.number, waiter.onCommit, waiter.seq, waiter.position, durableOn);
        }
    }

    /// This node no longer leads: whoever waits learns that the outcome is unknown (E14, trap 18).
    public void abandon(Answers answers) {
        for (Waiter waiter : waiting) {
            result(waiter.stream, waiter.number, ChatStatus.UNKNOWN, 0, LogPosition.ZERO, List.of());
        }
        waiting.clear();
        uncommitted.clear();
        pendingBytes = 0;
        flush(answers);
        streams.clear();
    }

    /// A new boot of an ingress node numbers its streams anew.
    public void forget(Member ingress) {
        streams.remove(ingress);
    }

    /// Hands out what has been decided since the last call.
    public void flush(Answers answers) {
        for (Stale refused : stale) {
            ChatStatus status = ChatStatus.NOT_LEADER;
            ChatResult result =
                    new ChatResult(refused.first, refused.count, status, refused.newest, 0, Term.ZERO, List.of());
            answers.answer(refused.origin, refused.stream, List.of(result));
        }
        stale.clear();
        for (Stream stream : streams.values()) {
            if (!stream.results.isEmpty()) {
                answers.answer(stream.origin, stream.id, stream.results);
                stream.results.clear();
            }
        }
    }

    /// Entries of this leader that are not committed yet.
    public int pending() {
        return uncommitted.size();
    }

    private void refuse(Stream stream, long first, int count, ChatStatus status) {
        if (count > 0) {
            stream.broken = true;
            refused.add(stream.origin, stream.id);
            stream.results.add(new ChatResult(first, count, status, 0, 0, Term.ZERO, List.of()));
        }
    }

    /// Adds one outcome, joining it to the run before it where it continues that run.
    private void result(
            Stream stream, long number, ChatStatus status, long seq, LogPosition position, List<NodeId> durableOn) {
        List<ChatResult> results = stream.results;
        if (!results.isEmpty()) {
            ChatResult run = results.getLast();
            boolean placed = status == ChatStatus.COMMITTED || status == ChatStatus.DUPLICATE;
            boolean continues = run.status() == status
                    && run.first() + run.count() == number
                    && run.committedIn().equals(position.term())
                    && (!placed || run.seq() + run.count() == seq && run.index() + run.count() == position.index())
                    && run.durableOn().equals(durableOn);
            if (continues) {
                results.set(
                        results.size() - 1,
                        new ChatResult(
                                run.first(),
                                run.count() + 1,
                                status,
                                run.seq(),
                                run.index(),
                                run.committedIn(),
                                durableOn));
                return;
            }
        }
        results.add(new ChatResult(number, 1, status, seq, position.index(), position.term(), durableOn));
    }
}
