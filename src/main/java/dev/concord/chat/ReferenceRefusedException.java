package dev.concord.chat;

/// A reply, edit or delete that is well-formed, and still not possible: because of the message that it names, or of
/// whoever sends it.
public final class ReferenceRefusedException extends SubmissionRefusedException {
    private static final long serialVersionUID = 1;

    private final Reason reason;
    private final long earliest;

    ReferenceRefusedException(Reason reason, String detail) {
        this(reason, detail, 0);
    }

    /// @param earliest the lowest seq that can still be read, for a message that was removed
    ReferenceRefusedException(Reason reason, String detail, long earliest) {
        super(detail);
        this.reason = reason;
        this.earliest = earliest;
    }

    public Reason reason() {
        return reason;
    }

    public long earliest() {
        return earliest;
    }

    /// Why a message cannot be replied to, edited or deleted.
    public enum Reason {
        /// The cluster is at a level that knows none of this (V3).
        LEVEL_TOO_LOW,
        /// It is not committed, as far as this node knows.
        NO_SUCH_MESSAGE,
        /// It was removed by retention (C5).
        REMOVED,
        OTHER_ROOM,
        /// It is itself an edit or a delete.
        IS_A_CHANGE,
        DELETED,
        /// Somebody else wrote it.
        NOT_YOURS
    }
}
