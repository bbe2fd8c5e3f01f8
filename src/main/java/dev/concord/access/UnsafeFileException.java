package dev.concord.access;

import java.io.IOException;

/// A file is not fit to be trusted. The message says which, why, and what to do.
public final class UnsafeFileException extends IOException {
    private static final long serialVersionUID = 1;

    UnsafeFileException(String message) {
        super(message);
    }
}
