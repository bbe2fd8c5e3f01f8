package dev.concord.protocol;

/// A member with the addresses others reach it at: the peer port, and the base URL its clients use.
public record Peer(Member member, Address address, String url) implements Comparable<Peer> {
    public NodeId id() {
        return member.id();
    }

    @Override
    public int compareTo(Peer other) {
        return member.compareTo(other.member);
    }
}
