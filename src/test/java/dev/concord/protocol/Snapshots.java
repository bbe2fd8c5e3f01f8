package dev.concord.protocol;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Snapshots for tests: of a history that is written down, and of any size.
public final class Snapshots {
    private static final long LARGE = 1_000_000_000_000_000L;
    /// `[1000000000000000,1000000000000000],`
    private static final int BYTES_OF_A_TERM = 36;

    private Snapshots() {}

    /// What stands for this whole history.
    public static LogSnapshot of(History history, Configuration configuration) {
        List<LogPosition> terms = new ArrayList<>();
        List<NodeId> leaders = new ArrayList<>();
        for (LogEntry entry : history.entries()) {
            if (terms.isEmpty() || entry.term().isAfter(terms.getLast().term())) {
                terms.add(entry.position());
            }
            if (entry.kind() == LogEntry.Kind.NOOP) {
                leaders.add(entry.leader());
            }
        }
        long seq = history.entries().stream().filter(LogEntry::isChat).count();
        return new LogSnapshot(
                history.lastPosition(), history.lastHash(), seq, Examples.AT, terms, configuration, leaders);
    }

    /// One whose line has just so many bytes, of very many terms.
    public static LogSnapshot ofSize(int bytes) {
        int missing = bytes
                - of(1, Collections.nCopies(LogSnapshot.RECENT_LEADERS, 1)).line().length;
        List<Integer> leaders = new ArrayList<>();
        int digits = missing % BYTES_OF_A_TERM; // so many more in the ids of the leaders
        for (int i = 0; i < LogSnapshot.RECENT_LEADERS; i++) {
            int more = Math.min(8, digits);
            digits -= more;
            leaders.add((int) Math.pow(10, more));
        }
        return of(1 + missing / BYTES_OF_A_TERM, leaders);
    }

    private static LogSnapshot of(int count, List<Integer> leaders) {
        List<LogPosition> terms = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            terms.add(new LogPosition(new Term(LARGE + i), LARGE + i));
        }
        return new LogSnapshot(
                new LogPosition(terms.getLast().term(), 2 * LARGE),
                new History().chat(1, "a").hash(),
                LARGE,
                Examples.AT,
                terms,
                Examples.voters(1, 2, 3),
                leaders.stream().map(NodeId::new).toList());
    }
}
