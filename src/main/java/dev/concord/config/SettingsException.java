package dev.concord.config;

/// The configuration cannot start a node. The message is one sentence for the operator: where, which key, what is wrong
/// with it, and what to do.
public final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    SettingsException(String message) {
        super(message);
    }
}
