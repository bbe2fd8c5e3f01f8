package dev.concord.protocol;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Who belongs to the cluster, as a CONFIG entry of the log states it. It takes effect when its entry is *appended*
/// and falls back to the previous one when that entry is rewound (section 2).
///
/// @param voters members with a vote, ascending by node id
/// @param learners members that receive the log but are not counted (R7), ascending
/// @param removed members that must never be counted again (M4), ascending
/// @param dedupWindow number of chat entries, by seq, within which a key is recognised (X4)
/// @param level what the log may contain from here on; never goes back (V2)
public record Configuration(List<Peer> voters, List<Peer> learners, List<Member> removed, int dedupWindow, int level) {
    /// Most voters a cluster may have (M6).
    public static final int MAX_VOTERS = 9;
    /// Most removed members that are remembered (M4). A node that loses its volume at every start, and is replaced each
    /// time (M3), would else make an entry too long to be read.
    public static final int MAX_REMOVED = 256;

    /// Before the cluster is founded or joined: nobody.
    public static final Configuration EMPTY = new Configuration(List.of(), List.of(), List.of(), 200_000, 1);

    public Configuration {
        voters = voters.stream().sorted().toList();
        learners = learners.stream().sorted().toList();
        removed = removed.stream().sorted().toList();
        if (level < 1) {
            throw new IllegalArgumentException("levels count from 1");
        }
    }

    public boolean isVoter(Member member) {
        return lists(voters, member);
    }

    public boolean isLearner(Member member) {
        return lists(learners, member);
    }

    /// Asked for each message that passes: no stream.
    private static boolean lists(List<Peer> peers, Member member) {
        for (Peer peer : peers) {
            if (peer.member().equals(member)) {
                return true;
            }
        }
        return false;
    }

    public boolean contains(Member member) {
        return isVoter(member) || isLearner(member);
    }

    /// The member listed under this node id, voter or learner.
    public Optional<Peer> peer(NodeId id) {
        return peers().filter(p -> p.id().equals(id)).findFirst();
    }

    /// Voters, then learners.
    public Stream<Peer> peers() {
        return Stream.concat(voters.stream(), learners.stream());
    }

    public int majority() {
        return Quorum.majority(voters.size());
    }

    /// This configuration with one more learner.
    public Configuration withLearner(Peer peer) {
        return new Configuration(
                voters, Stream.concat(learners.stream(), Stream.of(peer)).toList(), removed, dedupWindow, level);
    }

    /// This configuration with a learner made voter.
    public Configuration promoted(Member member) {
        Peer peer = learners.stream()
                .filter(p -> p.member().equals(member))
                .findFirst()
                .orElseThrow();
        return new Configuration(
                Stream.concat(voters.stream(), Stream.of(peer)).toList(),
                learners.stream().filter(p -> !p.member().equals(member)).toList(),
                removed,
                dedupWindow,
                level);
    }

    /// This configuration without a member, which is listed as removed.
    public Configuration without(Member member) {
        return new Configuration(
                voters.stream().filter(p -> !p.member().equals(member)).toList(),
                learners.stream().filter(p -> !p.member().equals(member)).toList(),
                Stream.concat(remembered(), Stream.of(member)).toList(),
                dedupWindow,
                level);
    }

    /// The removed members; without one of the number that has lost most stores if there are as many as may be.
    private Stream<Member> remembered() {
        if (removed.size() < MAX_REMOVED) {
            return removed.stream();
        }
        Map<NodeId, Long> stores =
                removed.stream().collect(Collectors.groupingBy(Member::id, TreeMap::new, Collectors.counting()));
        NodeId worst =
                Collections.max(stores.entrySet(), Map.Entry.comparingByValue()).getKey();
        Member forgotten =
                removed.stream().filter(m -> m.id().equals(worst)).findFirst().orElseThrow();
        return removed.stream().filter(m -> !m.equals(forgotten));
    }

    /// This configuration at a higher level.
    public Configuration atLevel(int next) {
        return new Configuration(voters, learners, removed, dedupWindow, next);
    }
}
