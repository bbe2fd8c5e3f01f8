package dev.concord.node;

import dev.concord.protocol.BootId;
import dev.concord.protocol.ChainHash;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.ClusterId;
import dev.concord.protocol.Configuration;
import dev.concord.protocol.Examples;
import dev.concord.protocol.Hello;
import dev.concord.protocol.History;
import dev.concord.protocol.Levels;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.LogSnapshot;
import dev.concord.protocol.Member;
import dev.concord.protocol.Meta;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.PeerMessage.Heartbeat;
import dev.concord.protocol.ProtocolSettings;
import dev.concord.protocol.Role;
import dev.concord.protocol.Term;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;

/// One node, alone with a test that plays its peers, its disk and its clock. What it orders is written down
/// until the test takes it.
final class Rig {
    static final ProtocolSettings SETTINGS = ProtocolSettings.DEFAULTS;
    static final ClusterId CLUSTER = new ClusterId(new UUID(7, 7));

    final ChatNode node;
    final int id;
    private final SplittableRandom random = new SplittableRandom(1);
    private final Map<Integer, Long> heardNumbers = new HashMap<>();
    private final List<Effect> effects = new ArrayList<>();
    private long nanos = 1_000_000_000L;
    private long lastTicket;
    private long persisted;
    private long heartbeats;
    private long requests;

    private Rig(int id, ProtocolSettings settings, Founding founding, Recovery recovery) {
        this.id = id;
        node = new ChatNode(Examples.peer(id), Examples.boot(id), settings, Levels.FIRST, founding, recovery, now());
        step(new Event.TimePassed());
    }

    /// A node of a running cluster that starts on this history, of which `commit` entries are known to be
    /// committed. Its term is that of the last entry.
    static Rig startedOn(History history, int id, long commit) {
        return startedOn(history, id, commit, SETTINGS);
    }

    static Rig startedOn(History history, int id, long commit, ProtocolSettings settings) {
        Meta meta = Meta.fresh(Examples.member(id), 1)
                .withCluster(CLUSTER)
                .withTerm(history.lastPosition().term(), null);
        Recovery recovery = new Recovery(meta, LogSnapshot.START, commit, history.entries());
        return new Rig(id, settings, new Founding(List.of(), Optional.of(false)), recovery);
    }

    /// The same, with a durable note that entries are missing which it has acknowledged (P1).
    static Rig inRepair(History history, int id, long commit) {
        Meta meta = Meta.fresh(Examples.member(id), 1)
                .withCluster(CLUSTER)
                .withTerm(history.lastPosition().term(), null)
                .withRepairing(true);
        Recovery recovery = new Recovery(meta, LogSnapshot.START, commit, history.entries());
        return new Rig(id, SETTINGS, new Founding(List.of(), Optional.of(false)), recovery);
    }

    /// A node on an empty data directory.
    static Rig empty(int id, Founding founding) {
        return new Rig(
                id,
                SETTINGS,
                founding,
                new Recovery(Meta.fresh(Examples.member(id), 1), LogSnapshot.START, 0, List.of()));
    }

    /// A history that begins with a configuration of these voters and the no-op of a leader, both of term 1.
    static History founded(Configuration configuration, int leader) {
        History history = new History();
        history.config(1, configuration);
        history.noop(1, leader);
        return history;
    }

    // --- events

    Now now() {
        return new Now(nanos, Examples.AT + nanos / 1_000_000);
    }

    void step(Event event) {
        List<Effect> ordered = node.step(event, now(), random);
        effects.addAll(ordered);
        for (Effect effect : ordered) {
            switch (effect) {
                case Effect.Append append -> lastTicket = append.ticket();
                case Effect.Rewind rewind -> lastTicket = rewind.ticket();
                case Effect.WriteMeta write -> lastTicket = write.ticket();
                case Effect.InstallSnapshot install -> lastTicket = install.ticket();
                case Effect.Send(NodeId to, Heartbeat beat) -> heardNumbers.put(to.value(), beat.number());
                default -> {}
            }
        }
        node.checkInvariants();
    }

    void hear(int from, PeerMessage message) {
        step(new Event.Received(Examples.member(from), Examples.boot(from), message));
    }

    /// The disk has done everything that was ordered so far.
    void persist() {
        while (persisted < lastTicket) {
            persisted = lastTicket;
            step(new Event.Persisted(lastTicket));
        }
    }

    /// Time passes, a millisecond at a time, as the node asked to be woken.
    void pass(Duration time) {
        long end = nanos + time.toNanos();
        while (nanos < end) {
            nanos = Math.min(end, nanos + 1_000_000);
            if (nanos >= node.nextWakeUpNanos()) {
                step(new Event.TimePassed());
            }
        }
    }

    /// The node sleeps: time passes without it.
    void sleep(Duration time) {
        nanos += time.toNanos();
    }

    /// The peer's links are open and heartbeats pass both ways (F2).
    void linkUp(int... peers) {
        for (int peer : peers) {
            step(new Event.LinkOpened(hello(peer)));
            hear(peer, heartbeat(peer, Role.FOLLOWER, 0));
        }
    }

    /// Another heartbeat from each, so that their links stay up.
    void keepUp(int... peers) {
        for (int peer : peers) {
            hear(peer, heartbeat(peer, Role.FOLLOWER, 0));
        }
    }

    Hello hello(int peer) {
        return hello(Examples.member(peer), Examples.boot(peer));
    }

    Hello hello(Member peer, BootId boot) {
        return new Hello(
                Levels.FIRST, CLUSTER, Examples.peer(peer), boot, node.currentTerm(), LogPosition.ZERO, false, 1);
    }

    /// What a peer says of itself now: able, in this node's term, echoing the last heartbeat it was sent.
    Heartbeat heartbeat(int peer, Role role, long commitIndex) {
        return new Heartbeat(
                node.currentTerm(),
                ++heartbeats,
                heardNumbers.getOrDefault(peer, 0L),
                0,
                role,
                role == Role.LEADER ? new NodeId(peer) : NodeId.NONE,
                role == Role.LEADER,
                true,
                LogPosition.ZERO,
                commitIndex,
                0,
                ChainHash.ZERO,
                0);
    }

    /// A client submits under these keys, each a session of its own.
    void submit(String... keys) {
        for (String key : keys) {
            submit(Examples.body(key), -1);
        }
    }

    void submit(ChatBody body, long afterSeq) {
        step(new Event.Submitted(List.of(new Submission(
                ++requests, requests, body, nanos + SETTINGS.submitTimeout().toNanos(), afterSeq))));
    }

    /// The node wins the election among these voters, all of them as far as it is.
    void lead(int... others) {
        linkUp(others);
        pass(Duration.ofMillis(1));
        LogPosition last = lastPosition();
        Term next = node.currentTerm().next();
        for (int other : others) {
            hear(other, promise(next, true, last));
        }
        persist();
        for (int other : others) {
            hear(other, promise(next, false, last));
        }
        persist();
    }

    /// A member acknowledges everything up to `index`.
    void ack(int from, long index) {
        hear(
                from,
                new PeerMessage.SeqAck(
                        node.currentTerm(), true, index, true, PeerMessage.AckReason.NONE, index, Term.ZERO, 0));
    }

    /// The same heartbeat from another term.
    static Heartbeat leading(Heartbeat h, Term term) {
        return new Heartbeat(
                term,
                h.number(),
                h.echo(),
                h.echoAgeMicros(),
                h.role(),
                h.leader(),
                h.leaderOk(),
                h.canLead(),
                h.last(),
                h.commitIndex(),
                h.checkIndex(),
                h.checkHash(),
                h.repairTarget());
    }

    /// The heartbeat of a leader that names an entry to reach (P2), in answer to the heartbeat `echo`.
    Heartbeat naming(int leader, long repairTarget, long echo) {
        Heartbeat h = heartbeat(leader, Role.LEADER, 0);
        return new Heartbeat(
                h.term(),
                h.number(),
                echo,
                0,
                h.role(),
                h.leader(),
                true,
                true,
                h.last(),
                0,
                0,
                ChainHash.ZERO,
                repairTarget);
    }

    /// The number of the last heartbeat that a peer was sent.
    long lastNumber(int peer) {
        return heardNumbers.getOrDefault(peer, 0L);
    }

    private LogPosition lastPosition() {
        return node.hello().last();
    }

    PeerMessage.Promise promise(Term claim, boolean probe, LogPosition last) {
        return new PeerMessage.Promise(
                node.currentTerm(),
                claim,
                probe,
                true,
                PeerMessage.PromiseReason.GRANTED,
                true,
                last,
                0,
                NodeId.NONE,
                0);
    }

    // --- what it ordered

    NodeStatus status() {
        return node.status(now());
    }

    /// Forgets what was ordered so far.
    void forget() {
        effects.clear();
    }

    <T extends Effect> List<T> ordered(Class<T> kind) {
        return effects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    <T extends PeerMessage> List<T> sent(int to, Class<T> kind) {
        return ordered(Effect.Send.class).stream()
                .filter(s -> s.to().value() == to)
                .map(Effect.Send::message)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    List<SubmitResult> answers() {
        return ordered(Effect.Answer.class).stream().map(Effect.Answer::result).toList();
    }
}
