package dev.concord.chat;

/// What a reader asks for was removed by retention (C5). Said aloud, because a silent skip would look like a
/// conversation without gaps.
public final class MessagesRemovedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final long earliest;

    public MessagesRemovedException(long wanted, long earliest) {
        super(
                "message " + wanted + " was removed by retention; the earliest that can be read is " + earliest,
                null,
                false,
                false);
        this.earliest = earliest;
    }

    /// The lowest seq that can still be read.
    public long earliest() {
        return earliest;
    }
}
