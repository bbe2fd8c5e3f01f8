package dev.concord.simulation;

import dev.concord.protocol.Meta;
import java.util.Set;

/// I18: while the leader and a majority are healthy, no minority, isolated, flapping or one-way, makes a term grow.
/// Armed only by runs that keep a majority healthy.
final class TermsStayCalm implements Invariant.OfMeta {
    private long limit = Long.MAX_VALUE;
    private Set<SimulatedProcess> healthy = Set.of();

    /// From now on these nodes stay in this term.
    void arm(long term, Set<SimulatedProcess> majority) {
        limit = term;
        healthy = majority;
    }

    void disarm() {
        limit = Long.MAX_VALUE;
    }

    @Override
    public void metaDurable(SimulatedProcess process, Meta meta) {
        long term = meta.currentTerm().value();
        require(
                term <= limit || !healthy.contains(process),
                process,
                "is healthy and went to term",
                term,
                "from",
                limit);
    }
}
