package dev.concord.election;

import dev.concord.protocol.LogPosition;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage.Claim;
import dev.concord.protocol.PeerMessage.Promise;
import dev.concord.protocol.PeerMessage.PromiseReason;
import dev.concord.protocol.ProtocolSettings;
import dev.concord.protocol.Term;
import org.jspecify.annotations.Nullable;

/// The claim of one node (section 7): from "nobody above takes over" to leading. First a probe that changes
/// nothing (E7), then the claim for good (E9), then the newest log of a majority (E10), then the lead (E11).
/// Whether the promises suffice is the [Candidacy]'s to say; this class asks, fetches and waits.
///
/// There is a claim exactly while the role is CLAIMING.
final class Claiming {
    private final Electorate node;
    private final ProtocolSettings settings;
    private final Outcome outcome;

    private @Nullable Candidacy claim;
    private boolean probing;
    /// Whose log is being fetched (E10).
    private @Nullable Member source;
    private long claimEnds;

    /// What becomes of a claim. All but the first end it.
    interface Outcome {
        void claiming();

        /// A majority is out of reach, or too slow (E6).
        void failed(long now);

        /// Somebody hears a leader that this node does not (E5).
        void leaderAlive(Member informer, NodeId leader, long now);

        void won(Term term);
    }

    Claiming(Electorate node, ProtocolSettings settings, Outcome outcome) {
        this.node = node;
        this.settings = settings;
        this.outcome = outcome;
    }

    /// The claim is over, whatever the reason.
    void end() {
        claim = null;
        source = null;
    }

    /// When [#onTime] has something to do.
    long nextWakeUp() {
        return claimEnds;
    }

    void onTime(long now) {
        Member holder = source;
        if (now >= claimEnds && holder != null) {
            sourceLost(holder, now);
        } else if (now >= claimEnds) {
            outcome.failed(now);
        }
    }

    /// Nothing will come from this node any more.
    void unreachable(NodeId id, long now) {
        Member holder = source;
        if (holder != null && holder.id().equals(id)) {
            sourceLost(holder, now);
        }
    }

    /// E7: would a majority promise?
    void probe(long now) {
        probing = true;
        begin(new Candidacy(node.self(), node.highestTermSeen().next(), NodeId.NONE, Term.ZERO), now);
        granted(node.self(), true, node.lastPosition(), now);
    }

    /// E13: without a probe, because the leader itself asks for it.
    void takeOver(NodeId from, Term leaderTerm, long now) {
        probing = false;
        begin(new Candidacy(node.self(), node.highestTermSeen().next(), from, leaderTerm), now);
        claimForGood(now);
    }

    private void begin(Candidacy next, long now) {
        claim = next;
        source = null;
        claimEnds = now + settings.claimTimeout().toNanos();
        outcome.claiming();
        if (probing) {
            sendClaims(next);
        }
    }

    private void sendClaims(Candidacy current) {
        for (Member voter : current.toAsk(node.configuration())) {
            node.send(
                    voter.id(),
                    new Claim(
                            node.durableTerm(),
                            current.term(),
                            probing,
                            current.handoverFrom(),
                            current.handoverTerm()));
        }
    }

    /// E9: the own promise is durable before anybody else is asked for one.
    private void claimForGood(long now) {
        Candidacy probe = claim;
        if (probe == null) {
            return;
        }
        Term term = Term.max(probe.term(), node.highestTermSeen().next());
        Candidacy real = new Candidacy(node.self(), term, probe.handoverFrom(), probe.handoverTerm());
        claim = real;
        probing = false;
        claimEnds = now + settings.claimTimeout().toNanos();
        node.promise(term, node.self(), durableAt -> {
            if (claim == real) {
                real.granted(node.self(), true, node.lastPosition());
                sendClaims(real);
                evaluate(durableAt);
            }
        });
    }

    /// An answer to the claim or its probe.
    void promised(Member from, Promise promise, long now) {
        Candidacy current = claim;
        if (current == null
                || promise.probe() != probing
                || !promise.claimTerm().equals(current.term())) {
            return;
        }
        if (promise.granted()) {
            granted(from, promise.intact(), promise.last(), now);
        } else if (promise.reason() == PromiseReason.LEADER_ALIVE && probing) {
            outcome.leaderAlive(from, promise.leader(), now);
        } else {
            current.refused(from);
            if (current.isHopeless(node.configuration())) {
                outcome.failed(now);
            }
        }
    }

    private void granted(Member from, boolean intact, LogPosition last, long now) {
        Candidacy current = claim;
        if (current == null) {
            return;
        }
        current.granted(from, intact, last);
        if (!probing) {
            evaluate(now);
        } else if (current.hasQuorum(node.configuration())) {
            claimForGood(now);
        }
    }

    /// E10, E11: fetch the newest log of a majority, then lead.
    private void evaluate(long now) {
        Candidacy current = claim;
        if (current == null || source != null || !current.hasQuorum(node.configuration())) {
            return;
        }
        Member newest = current.newest(node.lastPosition());
        if (!newest.equals(node.self())) {
            source = newest;
            claimEnds = now + settings.claimTimeout().toNanos();
            node.fetchSuffix(newest, current.lastOf(newest).orElse(LogPosition.ZERO));
        } else if (current.mayLead(node.configuration(), node.lastPosition())) {
            claim = null;
            outcome.won(current.term());
        } else {
            sendClaims(current); // the adopted configuration has other voters: ask them too (trap 9)
        }
    }

    /// E10: the holder of the newest log has fallen silent. Another one with the same log will do; or the claim goes on
    /// without it, if the rest is enough; or the claim is over.
    private void sourceLost(Member holder, long now) {
        Candidacy current = claim;
        if (current == null) {
            return;
        }
        source = null;
        current.fellSilent(holder);
        if (!current.hasQuorum(node.configuration())) {
            outcome.failed(now);
            return;
        }
        claimEnds = now + settings.claimTimeout().toNanos();
        // What it sent before may still be on the way to the disk; nobody leads with a log that is not durable (E11).
        node.whenDurable(current.term(), durableAt -> {
            if (claim == current) {
                evaluate(durableAt);
            }
        });
    }

    /// A page of the newest log has arrived; there is still hope.
    void fetchProgressed(long now) {
        claimEnds = now + settings.claimTimeout().toNanos();
    }

    /// The suffix asked for is appended and durable (E10).
    void adopted(Term term, long now) {
        Candidacy current = claim;
        if (current != null && current.term().equals(term)) {
            source = null;
            claimEnds = now + settings.claimTimeout().toNanos();
            sendClaims(current);
            evaluate(now);
        }
    }

    /// Whether a claim for good is under way for this term; only then a fetched suffix may be appended.
    boolean isAdopting(Term term) {
        return claim != null && !probing && source != null && claim.term().equals(term);
    }
}
