package dev.concord.chat;

/// This node has as many readers as it serves at once.
public final class TooManySubscriptionsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public TooManySubscriptionsException(int most) {
        super("this node serves " + most + " readers at once, and has as many; try another node", null, false, false);
    }
}
