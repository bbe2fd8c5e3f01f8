package dev.concord.simulation;

import dev.concord.node.Event;
import dev.concord.node.Submission;
import dev.concord.node.SubmitResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Where clients hand in their letters at one process, and where the answers come out. A crash leaves every open letter
/// without an answer.
final class Desk {
    /// Whoever handed a letter in.
    interface Writer {
        void answered(Letter letter, SubmitResult result);

        /// The connection broke before the answer came.
        void lost(Letter letter);

        /// The process to which the letter went is not there: it has surely not taken it.
        void refusedConnection(Letter letter);
    }

    private record Pending(Writer client, Letter letter) {}

    private final Simulation simulation;
    private final SimulatedProcess process;
    private final Map<Long, Pending> pending = new LinkedHashMap<>();
    private long lastRequest;

    Desk(Simulation simulation, SimulatedProcess process) {
        this.simulation = simulation;
        this.process = process;
    }

    /// Letters arrive together, in their order.
    void submit(Writer client, long session, List<Letter> letters, long deadlineNanos) {
        if (!process.isUp()) {
            letters.forEach(letter -> later(() -> client.refusedConnection(letter)));
            return;
        }
        List<Submission> submissions = new ArrayList<>();
        for (Letter letter : letters) {
            long request = ++lastRequest;
            pending.put(request, new Pending(client, letter));
            letter.arrivedNanos = Math.min(letter.arrivedNanos, simulation.nowNanos());
            submissions.add(
                    new Submission(request, session, letter.body, process.toNodeTime(deadlineNanos), letter.afterSeq));
        }
        expectAnswers(lastRequest - letters.size() + 1, lastRequest, deadlineNanos);
        process.take(new Event.Submitted(submissions));
    }

    void answer(long request, SubmitResult result) {
        Pending answered = pending.remove(request);
        if (answered == null) {
            throw new InvariantBroken(
                    "EveryRequestIsAnsweredOnce", process + " answered request " + request + " twice");
        }
        simulation.invariants().answered(process, answered.letter, result);
        if (result instanceof SubmitResult.Unknown) {
            answered.letter.unknownSinceNanos = Math.min(answered.letter.unknownSinceNanos, simulation.nowNanos());
        }
        later(() -> answered.client.answered(answered.letter, result));
    }

    void crash() {
        for (Pending open : pending.values()) {
            later(() -> open.client.lost(open.letter));
        }
        pending.clear();
    }

    /// A client gets its answer at the deadline in any case, if the process is awake to give it.
    private void expectAnswers(long first, long last, long deadlineNanos) {
        int boots = process.boots();
        long patience = simulation.settings().heartbeat().toNanos() * 2;
        simulation.agenda().at(deadlineNanos + patience, () -> {
            boolean awake = process.isUp()
                    && process.boots() == boots
                    && !process.isPaused()
                    && process.lastPauseEnd() < deadlineNanos;
            for (long request = first; awake && request <= last; request++) {
                if (pending.containsKey(request)) {
                    throw new InvariantBroken(
                            "EveryRequestIsAnsweredOnce",
                            process + " has not answered request " + request + " in time");
                }
            }
        });
    }

    private void later(Runnable task) {
        simulation.agenda().after(200_000, task);
    }
}
