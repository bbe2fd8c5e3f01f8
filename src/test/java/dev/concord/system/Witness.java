package dev.concord.system;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Holds a cluster to its promises by what its clients saw, and nothing else (I6 to I12): it knows no node, no leader
/// and no term. Many threads may report; judging comes last.
final class Witness {
    /// What became of a message.
    enum Outcome {
        ACKNOWLEDGED,
        /// It surely was not stored by any try.
        REFUSED,
        /// Nobody said.
        UNKNOWN
    }

    /// A message as its client knows it. Each client sends its next one after it knows what became of the last.
    ///
    /// @param sentNanos when it was sent for the first time
    /// @param endedNanos when its client learnt the outcome
    /// @param seq where it stands, if it was acknowledged
    record Sent(String client, String id, long sentNanos, long endedNanos, Outcome outcome, long seq) {}

    /// A message as it came to a subscriber.
    record Seen(long seq, String id) {}

    private final Queue<Sent> sent = new ConcurrentLinkedQueue<>();
    private final Queue<List<Seen>> subscriptions = new ConcurrentLinkedQueue<>();

    void sent(Sent message) {
        sent.add(message);
    }

    /// All that one subscriber saw, in its order, over all its connections.
    void subscription(List<Seen> seen) {
        subscriptions.add(List.copyOf(seen));
    }

    long acknowledged() {
        return sent.stream()
                .filter(message -> message.outcome == Outcome.ACKNOWLEDGED)
                .count();
    }

    long with(Outcome outcome) {
        return sent.stream().filter(message -> message.outcome == outcome).count();
    }

    /// Times of all acknowledgements, ascending.
    List<Long> acknowledgedAt() {
        return sent.stream()
                .filter(message -> message.outcome == Outcome.ACKNOWLEDGED)
                .map(Sent::endedNanos)
                .sorted()
                .toList();
    }

    /// Judges the histories that the nodes serve in the end.
    ///
    /// @return a sentence for each broken promise
    List<String> broken(Map<Integer, List<Seen>> histories) {
        List<String> broken = new ArrayList<>();
        List<Seen> history = sameEverywhere(histories, broken);
        Map<String, Long> seqs = once(history, broken);
        for (Sent message : sent) {
            judge(message, seqs.get(message.id), broken);
        }
        Map<String, Sent> byId = new HashMap<>();
        sent.forEach(message -> byId.put(message.id, message));
        seqs.keySet().stream()
                .filter(id -> !byId.containsKey(id))
                .forEach(id -> broken.add("invented: nobody sent " + id));
        realTime(broken);
        for (List<Seen> seen : subscriptions) {
            subscriber(seen, history, broken);
        }
        return broken;
    }

    private static List<Seen> sameEverywhere(Map<Integer, List<Seen>> histories, List<String> broken) {
        List<Seen> first = histories.values().iterator().next();
        histories.forEach((node, history) -> {
            if (!history.equals(first)) {
                broken.add("order: node " + node + " has another history than node "
                        + histories.keySet().iterator().next());
            }
        });
        return first;
    }

    private static Map<String, Long> once(List<Seen> history, List<String> broken) {
        Map<String, Long> seqs = new HashMap<>();
        long expected = 1;
        for (Seen message : history) {
            if (message.seq != expected++) {
                broken.add("gap: " + message.seq + " stands where " + (expected - 1) + " should");
            }
            Long other = seqs.put(message.id, message.seq);
            if (other != null) {
                broken.add("doubled: " + message.id + " is at " + other + " and " + message.seq);
            }
        }
        return seqs;
    }

    private static void judge(Sent message, Long seq, List<String> broken) {
        switch (message.outcome) {
            case ACKNOWLEDGED -> {
                if (seq == null) {
                    broken.add("lost: " + message.id + " was acknowledged at " + message.seq);
                } else if (seq != message.seq) {
                    broken.add("moved: " + message.id + " was acknowledged at " + message.seq + ", is at " + seq);
                }
            }
            case REFUSED -> {
                if (seq != null) {
                    broken.add("refused, and stored: " + message.id + " is at " + seq);
                }
            }
            case UNKNOWN -> {} // it may be there or not
        }
    }

    /// What was sent after an acknowledgement was heard has a higher seq, whoever sent it; so have the later
    /// messages of one client.
    private void realTime(List<String> broken) {
        List<Sent> inOrder = sent.stream()
                .filter(message -> message.outcome == Outcome.ACKNOWLEDGED)
                .sorted(Comparator.comparingLong(Sent::seq))
                .toList();
        Sent latest = null;
        for (Sent message : inOrder) {
            if (latest != null && message.endedNanos < latest.sentNanos) {
                broken.add("time: " + message.id + " was acknowledged at " + message.seq + " before " + latest.id
                        + " was sent, which stands at " + latest.seq);
            }
            if (latest == null || message.sentNanos > latest.sentNanos) {
                latest = message;
            }
        }
    }

    private static void subscriber(List<Seen> seen, List<Seen> history, List<String> broken) {
        for (int i = 0; i < seen.size(); i++) {
            if (i >= history.size() || !seen.get(i).equals(history.get(i))) {
                broken.add("subscriber: " + seen.get(i) + " came where "
                        + (i < history.size() ? history.get(i) : "nothing") + " should");
                return;
            }
        }
    }
}
