package dev.concord.simulation;

import java.util.Comparator;
import java.util.List;

/// I11, G4: what one client sent later comes later; and what anybody sent after an acknowledgement comes after the
/// acknowledged.
final class SessionOrder implements Invariant.OfRuns {
    /// How far back a letter is compared with those before it: more than any client has in flight.
    private static final int COMPARED = 50;

    @Override
    public void ended(Simulation simulation) {
        for (Client client : simulation.workload().clients()) {
            List<Letter> letters = client.answeredLetters().stream()
                    .sorted(Comparator.comparingLong((Letter letter) -> letter.number))
                    .toList();
            for (int i = 0; i < letters.size(); i++) {
                Letter later = letters.get(i);
                if (later.seq <= later.floorSeq) {
                    require(
                            false,
                            client,
                            later,
                            "is seq",
                            later.seq,
                            "and was sent after the acknowledgement of",
                            later.floorSeq);
                }
                for (int j = Math.max(0, i - COMPARED); j < i; j++) {
                    Letter earlier = letters.get(j);
                    if (earlier.seq > later.seq && isBound(earlier, later)) {
                        require(
                                standsTwice(simulation, earlier) || standsTwice(simulation, later),
                                client,
                                "sent",
                                earlier,
                                "before",
                                later,
                                "but they are seq",
                                earlier.seq,
                                "and",
                                later.seq);
                    }
                }
            }
        }
    }

    /// A copy that was held up for longer than the deduplication window is taken for another message: a window of a few
    /// messages does not promise more (G3).
    private static boolean standsTwice(Simulation simulation, Letter letter) {
        return simulation.invariants().history().chats().stream()
                        .filter(entry -> entry.body().key().equals(letter.key))
                        .limit(2)
                        .count()
                == 2;
    }

    /// Whether the order of these two is promised: the later one came while the earlier one was under way, and
    /// the node neither refused the earlier one nor gave it up before (X2). It cannot tell whether what comes
    /// after that was sent in the knowledge of it.
    private static boolean isBound(Letter earlier, Letter later) {
        return earlier.firstSent < later.firstSent
                && later.arrivedNanos < earlier.unknownSinceNanos
                && later.firstSentNanos > earlier.lastRefusedNanos;
    }
}
