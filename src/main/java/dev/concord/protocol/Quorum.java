package dev.concord.protocol;

/// Arithmetic of majorities: of `n` voters any two majorities share a member, which is what keeps the order single.
public final class Quorum {
    private Quorum() {}

    /// The smallest number of voters that is a majority of `voters`: floor(n/2)+1.
    public static int majority(int voters) {
        return voters / 2 + 1;
    }

    /// How many of `voters` may fail while a majority still lives.
    public static int canLose(int voters) {
        return voters - majority(voters);
    }

    /// The highest value that a majority of `values` has reached. The array is sorted in place.
    public static long reachedByMajority(long[] values) {
        java.util.Arrays.sort(values);
        return values.length == 0 ? 0 : values[values.length - majority(values.length)];
    }
}
