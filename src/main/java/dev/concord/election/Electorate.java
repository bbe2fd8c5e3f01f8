package dev.concord.election;

import dev.concord.protocol.Address;
import dev.concord.protocol.Configuration;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Outbound;
import dev.concord.protocol.Term;
import java.util.function.LongConsumer;

/// What an election needs to know of its node, and what it may ask the node to do.
public interface Electorate extends Outbound {
    Member self();

    /// The node's term, as adopted (perhaps not yet durable).
    Term currentTerm();

    /// The term that messages may name: adopted and durable (S3).
    Term durableTerm();

    /// The highest term heard of from anybody; at least the current one.
    Term highestTermSeen();

    Configuration configuration();

    /// End of the node's own log; durable while a claim is under way.
    LogPosition lastPosition();

    long commitIndex();

    /// Whether a leader of the current term is heard (F3).
    boolean hearsLeader(long now);

    boolean leadsWithQuorum(long now);

    /// The leader of the current term, as far as known.
    NodeId leader();

    Address addressOf(NodeId node);

    /// Everything of `can_lead` except the election's own hold-off: voter, intact, quorum in reach, disk healthy (E2).
    boolean isAble(long now);

    /// Whether connections to this node were refused or lost (F4).
    boolean isUnreachable(NodeId node);

    /// How many voters with a higher id report that they can lead.
    int ableHigherVoters(long now);

    /// Makes the promise (term, member) durable, behind all earlier disk work, then calls `whenDurable` with the
    /// time of that, if the promise still stands.
    void promise(Term term, Member to, LongConsumer whenDurable);

    /// Calls `action` with the time at which everything ordered so far is durable, if the node's promise of
    /// this term to itself still stands.
    void whenDurable(Term term, LongConsumer action);

    /// Fetches the log of `from` beyond the own commit index (E10); reports through [BullyElection#adopted].
    void fetchSuffix(Member from, LogPosition target);

    /// The claim is won: become leader of its term (E11).
    void takeOffice(Term term);

    /// The role changed within the current term.
    void roleChanged();

    /// There is a leader that this node cannot reach: catch up from whoever told so (C2).
    void relayThrough(Member informer, NodeId leader);

    /// A random number of nanoseconds below `bound`.
    long jitter(long bound);
}
