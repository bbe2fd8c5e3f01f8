package dev.concord.election;

import dev.concord.protocol.Address;
import dev.concord.protocol.Configuration;
import dev.concord.protocol.Examples;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// A node as its election sees it: what it knows is set by the test, what it is told to do is written down.
final class RecordingNode implements Electorate {
    record Sent(int to, PeerMessage message) {}

    final int id;
    final List<Sent> sent = new ArrayList<>();
    final TreeSet<NodeId> unreachable = new TreeSet<>();
    Configuration configuration;
    Term term = Examples.term(7);
    Term highestTermSeen = Examples.term(7);
    LogPosition last = Examples.position(7, 100);
    NodeId leader = NodeId.NONE;
    boolean hearsLeader;
    boolean leadsWithQuorum;
    boolean able = true;
    int ableHigher;

    @Nullable
    LongConsumer promiseDurable;

    @Nullable
    LongConsumer diskDone;

    @Nullable
    Member fetchedFrom;

    @Nullable
    Term office;

    @Nullable
    Member informer;

    RecordingNode(int id, int... voters) {
        this.id = id;
        this.configuration = Examples.voters(voters);
    }

    /// What was sent since the last call.
    List<Sent> takeSent() {
        List<Sent> taken = List.copyOf(sent);
        sent.clear();
        return taken;
    }

    /// The promise ordered last is on the disk.
    void promiseIsDurable(long now) {
        LongConsumer action = promiseDurable;
        promiseDurable = null;
        if (action == null) {
            throw new AssertionError("no promise was ordered");
        }
        action.accept(now);
    }

    @Override
    public Member self() {
        return Examples.member(id);
    }

    @Override
    public Term currentTerm() {
        return term;
    }

    @Override
    public Term durableTerm() {
        return term;
    }

    @Override
    public Term highestTermSeen() {
        return Term.max(term, highestTermSeen);
    }

    @Override
    public Configuration configuration() {
        return configuration;
    }

    @Override
    public LogPosition lastPosition() {
        return last;
    }

    @Override
    public long commitIndex() {
        return 0;
    }

    @Override
    public boolean hearsLeader(long now) {
        return hearsLeader;
    }

    @Override
    public boolean leadsWithQuorum(long now) {
        return leadsWithQuorum;
    }

    @Override
    public NodeId leader() {
        return leader;
    }

    @Override
    public Address addressOf(NodeId node) {
        return new Address("node" + node, 5000 + node.value());
    }

    @Override
    public boolean isAble(long now) {
        return able;
    }

    @Override
    public boolean isUnreachable(NodeId node) {
        return unreachable.contains(node);
    }

    @Override
    public int ableHigherVoters(long now) {
        return ableHigher;
    }

    @Override
    public void promise(Term newTerm, Member to, LongConsumer whenDurable) {
        term = newTerm;
        promiseDurable = whenDurable;
    }

    /// Everything ordered so far is on the disk.
    void disk(long now) {
        LongConsumer action = diskDone;
        diskDone = null;
        if (action != null) {
            action.accept(now);
        }
    }

    @Override
    public void whenDurable(Term ofTerm, LongConsumer action) {
        diskDone = action;
    }

    @Override
    public void fetchSuffix(Member from, LogPosition target) {
        fetchedFrom = from;
    }

    @Override
    public void takeOffice(Term newTerm) {
        office = newTerm;
    }

    @Override
    public void roleChanged() {
        // The tests ask the election for its role.
    }

    @Override
    public void relayThrough(Member through, NodeId unheardLeader) {
        informer = through;
    }

    /// No jitter: the tests know when what happens.
    @Override
    public long jitter(long bound) {
        return 0;
    }

    @Override
    public void send(NodeId to, PeerMessage message) {
        sent.add(new Sent(to.value(), message));
    }
}
