package dev.concord.protocol;

/// A member of the cluster: the pair of node id and store id, compared as a pair everywhere (T4).
public record Member(NodeId id, StoreId store) implements Comparable<Member> {
    @Override
    public int compareTo(Member other) {
        int byId = id.compareTo(other.id);
        return byId != 0 ? byId : store.compareTo(other.store);
    }

    @Override
    public String toString() {
        return id + "/" + store.toString().substring(0, 8);
    }
}
