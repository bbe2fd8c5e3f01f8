package dev.concord.node;

import dev.concord.node.LevelReport.MemberLevels;
import dev.concord.protocol.Levels;
import dev.concord.protocol.Member;
import dev.concord.protocol.Peer;
import java.util.TreeMap;

/// Raises the level of the cluster when an operator says so, and every member's program knows the new one (V3).
/// It never raises it by itself, because there is no way back.
final class Upgrade {
    private final NodeState state;
    private final PeerBook peers;
    private final Leading leading;
    private final TreeMap<Long, Integer> open = new TreeMap<>();

    Upgrade(NodeState state, PeerBook peers, Leading leading) {
        this.state = state;
        this.peers = peers;
        this.leading = leading;
    }

    void requested(long requestId, int level) {
        String refusal = refusal(level);
        if (refusal.isEmpty() && state.configuration().level() < level) {
            refusal = leading.reconfiguration().raise(level)
                    ? ""
                    : "another change of the configuration is under way; try again";
        }
        if (refusal.isEmpty()) {
            open.put(requestId, level);
        } else {
            state.effects.add(new Effect.AnswerRaise(requestId, refusal));
        }
    }

    private String refusal(int level) {
        int present = state.configuration().level();
        if (!leading.isLeading()) {
            return "this node does not lead; node " + state.leaderId() + " does";
        }
        if (level < present) {
            return "the cluster is at level " + present + ", and a level never goes back";
        }
        for (Peer peer : (Iterable<Peer>) state.configuration().peers()::iterator) {
            Levels known = levels(peer.member());
            if (!state.linkUp(peer.member()) || known.equals(Levels.UNKNOWN)) {
                return "node " + peer.id() + " is not in reach, so it is not known whether it knows level " + level;
            }
            if (!known.contains(level)) {
                return "node " + peer.id() + " knows " + known + ": upgrade its program first";
            }
        }
        return "";
    }

    private Levels levels(Member member) {
        return member.equals(state.member()) ? state.levels : peers.levels(member);
    }

    /// Answers what is committed by now, or can no longer be known.
    void settle() {
        if (open.isEmpty()) {
            return;
        }
        boolean committed = state.membership.currentIndex() <= state.tail.commitIndex();
        if (!leading.isLeading()) {
            open.keySet()
                    .forEach(id -> state.effects.add(new Effect.AnswerRaise(
                            id, "the leader changed meanwhile; look at the level and try again")));
            open.clear();
        } else if (committed) {
            open.keySet().forEach(id -> state.effects.add(new Effect.AnswerRaise(id, "")));
            open.clear();
        }
    }

    LevelReport report() {
        return new LevelReport(
                state.isInitialised() ? state.configuration().level() : 0,
                state.isInitialised() ? state.membership.committed().level() : 0,
                state.configuration()
                        .peers()
                        .map(p -> new MemberLevels(p.id(), state.linkUp(p.member()), levels(p.member())))
                        .sorted((a, b) -> a.id().compareTo(b.id()))
                        .toList());
    }
}
