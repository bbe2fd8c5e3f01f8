package dev.concord.web;

import dev.concord.chat.CommittedEntries;
import dev.concord.chat.MessageReader;
import java.time.Duration;
import java.util.OptionalLong;

/// How new the history must be that a reader gets (D3). Without a wish it is what this node knows.
///
/// - `minSeq=N`: with message N, which the reader has seen elsewhere. So it never goes back in time when it changes
/// nodes.
/// - `consistency=leader`: with all that was acknowledged to anybody before this request. The leader says how far that
///   is, after a majority has told it that it still leads; no clock and no lease is believed.
///
/// The node waits until it has applied that much, at most [#PATIENCE]; then it says 503 `behind` and the reader asks
/// another one. Any thread.
final class Freshness {
    /// How long a node that is behind is waited for.
    static final Duration PATIENCE = Duration.ofSeconds(2);
    /// The parameters that say a wish.
    static final String MIN_SEQ = "minSeq";

    static final String CONSISTENCY = "consistency";

    private final MessageReader messages;
    private final CommittedEntries entries;

    Freshness(MessageReader messages, CommittedEntries entries) {
        this.messages = messages;
        this.entries = entries;
    }

    /// Waits until this node is as far as the query wishes.
    ///
    /// @throws ProblemException 503 `behind` if it is not in time, 400 for a wish that means nothing
    void await(Query query) throws InterruptedException {
        OptionalLong least = query.seq(MIN_SEQ, 0);
        boolean ofLeader = isOfLeader(query);
        if (least.isPresent() && !messages.awaitApplied(least.getAsLong(), PATIENCE)) {
            throw behind("message " + least.getAsLong() + " is not known here to be committed, only up to "
                    + messages.commit());
        }
        if (ofLeader) {
            awaitLeader();
        }
    }

    private static boolean isOfLeader(Query query) {
        String wish = query.text(CONSISTENCY).orElse("local");
        return switch (wish) {
            case "local" -> false;
            case "leader" -> true;
            default ->
                throw ProblemException.parameter(
                        CONSISTENCY, CONSISTENCY + " is \"" + wish + "\"; give local or leader");
        };
    }

    private void awaitLeader() throws InterruptedException {
        CommittedEntries.Head head = entries.head();
        if (!head.confirmed()) {
            throw behind("no leader has confirmed in time how far the log is committed");
        }
        if (!entries.await(head.index(), PATIENCE)) {
            throw behind("the log is committed up to entry " + head.index() + ", and this node is not that far yet");
        }
    }

    private static ProblemException behind(String detail) {
        return new ProblemException(ProblemCode.BEHIND, detail);
    }
}
