package dev.concord.client;

import java.io.IOException;

/// A node answered with something that the API does not promise: probably it is no node of this cluster at all.
public final class BadAnswerException extends IOException {
    private static final long serialVersionUID = 1;

    BadAnswerException(String message) {
        super(message);
    }
}
