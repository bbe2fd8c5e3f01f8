package dev.concord.protocol;

/// Number of a leadership. It grows, is never reused, and is durable before anybody acts on it. At most one
/// leader exists in a term (I1).
public record Term(long value) implements Comparable<Term> {
    public static final Term ZERO = new Term(0);

    public Term {
        if (value < 0) {
            throw new IllegalArgumentException("a term is not negative: " + value);
        }
    }

    public Term next() {
        return new Term(value + 1);
    }

    public boolean isAfter(Term other) {
        return value > other.value;
    }

    public boolean isBefore(Term other) {
        return value < other.value;
    }

    public static Term max(Term a, Term b) {
        return a.value >= b.value ? a : b;
    }

    @Override
    public int compareTo(Term other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
