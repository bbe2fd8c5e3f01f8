package dev.concord.protocol;

/// Bytes that are not a valid entry line (or message body): what was expected, and where.
public final class MalformedEntryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public MalformedEntryException(String message) {
        super(message);
    }
}
