package dev.concord.protocol;

/// What a node is in its current term. Transitions are listed at the head of the election package.
public enum Role {
    /// Follows the leader of the term, or waits for one to appear.
    FOLLOWER,
    /// Asks the higher ids whether one of them takes over; has changed no state (E3).
    ELECTING,
    /// Collects promises for a term it claims, and then the newest log among them (E7 to E10).
    CLAIMING,
    /// Gives every message its place in the order (E11, R1).
    LEADER
}
