package dev.concord.protocol;

/// The levels a program knows. A level numbers what may stand in the log and cross a peer link; each includes all
/// before it (V1). Two programs speak the highest level that both know.
///
/// @param oldest below it this program cannot work any more
/// @param newest beyond it this program understands nothing
public record Levels(int oldest, int newest) {
    /// From this level on a message may refer to another ([Reference]), and nodes tell each other who is present.
    public static final int CHANGES_AND_PRESENCE = 2;

    /// From this level on a log may begin behind a snapshot, and nodes give each other snapshots (C5).
    public static final int RETENTION = 3;

    /// What a program knows that has never heard of anything else.
    public static final Levels FIRST = new Levels(1, 1);

    /// Of somebody who has not said so.
    public static final Levels UNKNOWN = new Levels(0, 0);

    public Levels {
        if (oldest < 0 || newest < oldest) {
            throw new IllegalArgumentException("no range of levels: " + oldest + " to " + newest);
        }
    }

    public boolean contains(int level) {
        return oldest <= level && level <= newest;
    }

    /// The highest level that both know, 0 if there is none.
    public int common(Levels other) {
        int highest = Math.min(newest, other.newest);
        return highest >= Math.max(oldest, other.oldest) ? highest : 0;
    }

    /// Why a member whose program knows these levels cannot be in a cluster at `level`; empty if it can.
    public String refusal(int level) {
        return contains(level) ? "" : "it knows " + this + ", and the cluster is at level " + level;
    }

    @Override
    public String toString() {
        return oldest == newest ? "level " + oldest : "levels " + oldest + " to " + newest;
    }
}
