package dev.concord.election;

import dev.concord.protocol.Configuration;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import dev.concord.protocol.Quorum;
import dev.concord.protocol.Term;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/// The promises that one claimant has collected for one term, and what they allow (E9 to E11). The part of an
/// election that can lose messages if it is wrong, and nothing else.
public final class Candidacy {
    private final Member claimant;
    private final Term term;
    private final NodeId handoverFrom;
    private final Term handoverTerm;
    private final TreeMap<Member, Granted> promises = new TreeMap<>();
    private final TreeSet<Member> asked = new TreeSet<>();
    private final TreeSet<Member> refused = new TreeSet<>();
    private final TreeSet<Member> silent = new TreeSet<>();

    private record Granted(boolean intact, LogPosition last) {}

    /// @param handoverFrom the leader that asked the claimant to take over in `handoverTerm`, or none (E13)
    public Candidacy(Member claimant, Term term, NodeId handoverFrom, Term handoverTerm) {
        this.claimant = claimant;
        this.term = term;
        this.handoverFrom = handoverFrom;
        this.handoverTerm = handoverTerm;
    }

    public Term term() {
        return term;
    }

    public NodeId handoverFrom() {
        return handoverFrom;
    }

    public Term handoverTerm() {
        return handoverTerm;
    }

    /// Notes a promise and how far the promiser's log reached when it became durable.
    public void granted(Member from, boolean intact, LogPosition last) {
        if (!silent.contains(from)) {
            promises.put(from, new Granted(intact, last));
            refused.remove(from);
        }
    }

    public void refused(Member from) {
        if (!promises.containsKey(from)) {
            refused.add(from);
        }
    }

    /// The voters that have not been asked yet; they count as asked from now on.
    public Collection<Member> toAsk(Configuration configuration) {
        TreeSet<Member> fresh = new TreeSet<>();
        for (Peer voter : configuration.voters()) {
            if (!voter.member().equals(claimant) && asked.add(voter.member())) {
                fresh.add(voter.member());
            }
        }
        return fresh;
    }

    /// Whether a majority of these voters promised from intact logs (E11). Fewer intact ones among more promises
    /// would meet every majority of these voters, but not those of the configuration that came after it: of that
    /// one a majority may consist of new voters and of those in repair (decision 66).
    public boolean hasQuorum(Configuration configuration) {
        int intact = 0;
        for (Peer voter : configuration.voters()) {
            Granted promise = promises.get(voter.member());
            intact += promise != null && promise.intact ? 1 : 0;
        }
        return intact >= Quorum.majority(configuration.voters().size());
    }

    /// Whether so many voters refused that a majority is out of reach.
    public boolean isHopeless(Configuration configuration) {
        long against = configuration.voters().stream()
                .filter(p -> refused.contains(p.member()))
                .count();
        return configuration.voters().size() - against < configuration.majority();
    }

    /// The member with the newest log among the intact promisers, the claimant itself if none is newer. Every reply is
    /// compared with the best so far, by term first and then by index (trap 3). Of several with the
    /// same log it is one that has not fallen silent.
    public Member newest(LogPosition own) {
        Member best = claimant;
        LogPosition position = own;
        for (Map.Entry<Member, Granted> promise : promises.entrySet()) {
            Granted granted = promise.getValue();
            int order = granted.last.compareTo(position);
            boolean instead = order == 0 && silent.contains(best) && !silent.contains(promise.getKey());
            if (granted.intact && (order > 0 || instead)) {
                best = promise.getKey();
                position = granted.last;
            }
        }
        return best;
    }

    /// A member whose log was asked for has fallen silent (E10). If nobody else has the same log, its promise is worth
    /// nothing any more, nor that of others who were silent with it: the claim stands on the rest, or falls.
    public void fellSilent(Member holder) {
        Granted lost = promises.get(holder);
        if (lost == null) {
            return;
        }
        silent.add(holder);
        boolean another = promises.entrySet().stream()
                .anyMatch(p ->
                        p.getValue().intact && p.getValue().last.equals(lost.last) && !silent.contains(p.getKey()));
        if (!another) {
            promises.entrySet()
                    .removeIf(p ->
                            silent.contains(p.getKey()) && p.getValue().last.equals(lost.last));
        }
    }

    /// How far a promiser's log reached.
    public Optional<LogPosition> lastOf(Member member) {
        return Optional.ofNullable(promises.get(member)).map(Granted::last);
    }

    /// Whether the claimant may lead with the log it holds now (E11).
    ///
    /// @param adopted configuration of that log
    /// @param last end of that log, durable
    public boolean mayLead(Configuration adopted, LogPosition last) {
        boolean newest = promises.values().stream().allMatch(p -> !p.intact || last.isAtLeast(p.last));
        return newest && adopted.isVoter(claimant) && hasQuorum(adopted);
    }
}
