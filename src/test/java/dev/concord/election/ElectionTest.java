package dev.concord.election;

import static dev.concord.protocol.Examples.member;
import static dev.concord.protocol.Examples.node;
import static dev.concord.protocol.Examples.position;
import static dev.concord.protocol.Examples.term;

import dev.concord.protocol.Address;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage.Claim;
import dev.concord.protocol.PeerMessage.Election;
import dev.concord.protocol.PeerMessage.ElectionOk;
import dev.concord.protocol.PeerMessage.Promise;
import dev.concord.protocol.PeerMessage.PromiseReason;
import dev.concord.protocol.PeerMessage.Verdict;
import dev.concord.protocol.ProtocolSettings;
import dev.concord.protocol.Term;
import java.util.List;

/// The election of node 3 among the voters 1 to 5 (section 7), in term 7, whose leader is gone.
abstract class ElectionTest {
    static final ProtocolSettings SETTINGS = ProtocolSettings.DEFAULTS;
    static final long LEADER_TIMEOUT = SETTINGS.leaderTimeout().toNanos();
    static final long OK_TIMEOUT = SETTINGS.okTimeout().toNanos();
    static final long COORDINATOR_TIMEOUT = SETTINGS.coordinatorTimeout().toNanos();

    final RecordingNode node = new RecordingNode(3, 1, 2, 3, 4, 5);
    final BullyElection election = new BullyElection(node, SETTINGS, 0);
    long now = 0;

    // --- steps

    void passTo(long time) {
        now = time;
        election.onTime(now);
    }

    void passBy(long nanos) {
        passTo(now + nanos);
    }

    void suspect() {
        passTo(LEADER_TIMEOUT);
    }

    void probe() {
        suspect();
        passBy(OK_TIMEOUT);
        node.sent.removeIf(s -> s.message() instanceof Election);
    }

    void claim() {
        probe();
        wouldGrant(1, position(7, 100));
        wouldGrant(2, position(7, 100));
        node.promiseIsDurable(now);
    }

    List<Claim> claims() {
        return node.takeSent().stream()
                .map(RecordingNode.Sent::message)
                .filter(Claim.class::isInstance)
                .map(Claim.class::cast)
                .toList();
    }

    void answer(int from, Verdict verdict) {
        answer(from, verdict, 0);
    }

    void answer(int from, Verdict verdict, int leader) {
        election.answered(member(from), ok(election.started(), verdict, leader), now);
    }

    static ElectionOk ok(long round, Verdict verdict, int leader) {
        Address address = leader == 0 ? Address.NONE : new Address("node" + leader, 5000 + leader);
        return new ElectionOk(term(7), round, verdict, new NodeId(leader), address);
    }

    void wouldGrant(int from, LogPosition last) {
        election.promised(member(from), granted(term(8), true, last), now);
    }

    void grant(int from, LogPosition last) {
        election.promised(member(from), granted(term(8), false, last), now);
    }

    static Promise granted(Term claimTerm, boolean probe, LogPosition last) {
        return new Promise(term(7), claimTerm, probe, true, PromiseReason.GRANTED, true, last, 0, NodeId.NONE, 0);
    }

    void refuse(int from, Term claimTerm, PromiseReason reason, int leader) {
        election.promised(
                member(from),
                new Promise(term(7), claimTerm, true, false, reason, true, position(7, 100), 0, new NodeId(leader), 0),
                now);
    }
}
