package dev.concord.protocol;

/// Term and index of an entry. Of two logs the one whose last position is greater holds everything that may have
/// been committed in the other: first the term decides, then the index (E9; by length alone it would be trap 3).
public record LogPosition(Term term, long index) implements Comparable<LogPosition> {
    /// Before the first entry.
    public static final LogPosition ZERO = new LogPosition(Term.ZERO, 0);

    public boolean isAtLeast(LogPosition other) {
        return compareTo(other) >= 0;
    }

    @Override
    public int compareTo(LogPosition other) {
        int byTerm = term.compareTo(other.term);
        return byTerm != 0 ? byTerm : Long.compare(index, other.index);
    }

    @Override
    public String toString() {
        return "(" + term + "," + index + ")";
    }
}
