package dev.concord.simulation;

/// An invariant of section 14 does not hold. The name is that of the class that checks it.
final class InvariantBroken extends AssertionError {
    private static final long serialVersionUID = 1L;

    private final String invariant;

    InvariantBroken(String invariant, String what) {
        super(invariant + ": " + what);
        this.invariant = invariant;
    }

    String invariant() {
        return invariant;
    }
}
