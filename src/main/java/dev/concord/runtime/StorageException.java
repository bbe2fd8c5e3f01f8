package dev.concord.runtime;

/// The data directory cannot be used, or a write or read of it failed. The message names the file, the offset where it
/// is known, the cause, and what the operator can do.
public final class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StorageException(String message) {
        super(message);
    }

    public StorageException(String message, Throwable cause) {
        super(message, cause);
    }
}
