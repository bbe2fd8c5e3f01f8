package dev.concord.config;

/// One setting that [NodeSettings] refuses. Whoever read the setting knows where it came from, and makes a
/// [SettingsException] of it.
final class InvalidSettingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String path;

    /// @param path the key, for a seed node with its place: `seed_nodes[0].port`
    /// @param message what is wrong and what to do, to be read after the key: `is 0: …`
    InvalidSettingException(String path, String message) {
        super(message);
        this.path = path;
    }

    String path() {
        return path;
    }
}
