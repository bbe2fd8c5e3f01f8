package dev.concord.simulation;

import dev.concord.node.SubmitResult;
import dev.concord.protocol.LogEntry;

/// I7, G1: what a client was told is committed stands in the history, with that seq and that text; and stays, since
/// the history never changes.
final class AcknowledgedMessagesSurvive implements Invariant.OfAnswers, Invariant.OfRuns {
    private final Simulation simulation;
    private final History history;

    AcknowledgedMessagesSurvive(Simulation simulation, History history) {
        this.simulation = simulation;
        this.history = history;
    }

    @Override
    public void answered(SimulatedProcess process, Letter letter, SubmitResult result) {
        switch (result) {
            case SubmitResult.Committed r -> {
                require(letter.purpose != Letter.Purpose.KEY_REUSE, process, "committed another text:", letter);
                holds(process, letter, r.seq(), r.index());
            }
            case SubmitResult.Duplicate r -> {
                require(
                        letter.purpose != Letter.Purpose.KEY_REUSE,
                        process,
                        "took another text for a duplicate:",
                        letter);
                holds(process, letter, r.seq(), r.index());
            }
            default -> {}
        }
    }

    private void holds(SimulatedProcess process, Letter letter, long seq, long index) {
        require(
                seq >= 1 && seq <= history.lastSeq(),
                process,
                "acknowledged",
                letter,
                "as seq",
                seq,
                "of",
                history.lastSeq());
        LogEntry entry = history.chat(seq);
        require(
                entry.index() == index && entry.body().equals(letter.body),
                process,
                "acknowledged",
                letter,
                "as seq",
                seq,
                "index",
                index,
                "which is",
                entry);
        history.acknowledged(index);
    }

    @Override
    public void ended(Simulation ignored) {
        for (Client client : simulation.workload().clients()) {
            for (Letter letter : client.answeredLetters()) {
                require(history.chat(letter.seq).body().equals(letter.body), "acknowledged, but gone:", letter);
            }
        }
    }
}
