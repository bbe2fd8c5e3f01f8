package dev.concord.node;

import dev.concord.protocol.ChainHash;
import dev.concord.protocol.Member;
import dev.concord.protocol.Peer;
import dev.concord.protocol.PeerMessage.CatchupMode;
import dev.concord.protocol.PeerMessage.CatchupReq;
import dev.concord.protocol.PeerMessage.CatchupResp;
import dev.concord.protocol.PeerMessage.CatchupStatus;
import dev.concord.protocol.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Linearizable reads (C4, D3): the leader notes its commit index, waits until a majority has answered a heartbeat that
/// left after the question, and only then tells the index. No lease, no clock.
final class HeadReads {
    /// Questions open at once; more are answered with "not confirmed".
    static final int MAX_OPEN = 1000;

    private final NodeState state;
    private final Leading leading;
    private final Runnable heartbeatNow;
    private final List<Question> questions = new ArrayList<>();
    private final TreeMap<Long, Forwarded> forwarded = new TreeMap<>();
    private long lastId;

    /// A question to this leader, of a local reader (origin null) or of a member.
    private record Question(
            @Nullable Member origin,
            long requestId,
            long commitIndex,
            TreeMap<Member, Long> awaited,
            Set<Member> asked,
            long deadline) {}

    private record Forwarded(long requestId, long deadline) {}

    HeadReads(NodeState state, Leading leading, Runnable heartbeatNow) {
        this.state = state;
        this.leading = leading;
        this.heartbeatNow = heartbeatNow;
        // Questions of an earlier boot had other numbers: the answer to one of them may be older than what is asked
        // now.
        lastId = state.boot.number();
    }

    /// A local reader asks.
    void ask(long requestId, long deadline) {
        Member leader = state.leader();
        if (leading.isLeading()) {
            open(null, requestId, deadline);
        } else if (leader != null && state.hearsLeader() && forwarded.size() < MAX_OPEN) {
            long id = ++lastId;
            forwarded.put(id, new Forwarded(requestId, deadline));
            state.send(
                    leader.id(),
                    new CatchupReq(state.durableTerm(), CatchupMode.HEAD, id, 1, Term.ZERO, ChainHash.ZERO, 1));
        } else {
            answer(null, requestId, -1);
        }
    }

    /// A member asks this node.
    void asked(Member from, CatchupReq request) {
        if (leading.isLeading()) {
            open(
                    from,
                    request.requestId(),
                    state.now.nanos() + state.settings.submitTimeout().toNanos());
        } else {
            answer(from, request.requestId(), -1);
        }
    }

    private void open(@Nullable Member origin, long requestId, long deadline) {
        boolean termCommitted = state.tail.termAt(state.tail.commitIndex()).equals(state.term());
        if (!termCommitted || questions.size() >= MAX_OPEN) {
            answer(origin, requestId, -1);
            return;
        }
        TreeMap<Member, Long> numbers = new TreeMap<>();
        for (Peer voter : state.configuration().voters()) {
            if (!voter.member().equals(state.member())) {
                numbers.put(voter.member(), state.detector.sentNumber(voter.member()) + 1);
            }
        }
        Set<Member> asked = new TreeSet<>(numbers.keySet());
        asked.add(state.member());
        questions.add(new Question(origin, requestId, state.tail.commitIndex(), numbers, asked, deadline));
        heartbeatNow.run();
        confirm();
    }

    /// A member has answered a heartbeat. It confirms this leader only if it is in the same term: whoever has promised
    /// a later one may already have acknowledged entries of another leader.
    void heard(Member from, Term term) {
        if (term.equals(state.term())) {
            long echoed = state.detector.echoed(from);
            for (Question question : questions) {
                Long number = question.awaited.get(from);
                if (number != null && echoed >= number) {
                    question.awaited.remove(from);
                }
            }
        }
        confirm();
    }

    private void confirm() {
        questions.removeIf(question -> {
            boolean confirmed = leading.isLeading() && isConfirmed(question);
            boolean over = !leading.isLeading() || state.now.nanos() >= question.deadline;
            if (confirmed || over) {
                answer(question.origin, question.requestId, confirmed ? question.commitIndex : -1);
            }
            return confirmed || over;
        });
    }

    private boolean isConfirmed(Question question) {
        long confirmed = state.configuration().voters().stream()
                .map(Peer::member)
                .filter(voter -> !question.awaited.containsKey(voter) && question.asked.contains(voter))
                .count();
        return confirmed >= state.configuration().majority();
    }

    /// The leader's answer to a forwarded question.
    void answered(CatchupResp response) {
        Forwarded question = forwarded.remove(response.requestId());
        if (question != null) {
            boolean confirmed = response.status() == CatchupStatus.OK;
            answer(null, question.requestId, confirmed ? response.commitIndex() : -1);
        }
    }

    void onTime() {
        confirm();
        forwarded.values().removeIf(question -> {
            boolean over = state.now.nanos() >= question.deadline;
            if (over) {
                answer(null, question.requestId, -1);
            }
            return over;
        });
    }

    private void answer(@Nullable Member origin, long requestId, long commitIndex) {
        if (origin == null) {
            state.effects.add(new Effect.AnswerHead(requestId, commitIndex));
        } else {
            CatchupStatus status = commitIndex >= 0 ? CatchupStatus.OK : CatchupStatus.REFUSED;
            long index = Math.max(0, commitIndex);
            state.send(
                    origin.id(),
                    new CatchupResp(
                            state.durableTerm(), CatchupMode.HEAD, requestId, status, 1, index, false, 1, List.of()));
        }
    }
}
