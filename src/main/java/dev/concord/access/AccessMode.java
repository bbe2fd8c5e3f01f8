package dev.concord.access;

/// What a node asks of its clients.
public enum AccessMode {
    /// Nothing: it listens to this machine only, whose users are trusted.
    LOOPBACK("loopback"),
    /// A token with a role.
    TOKENS("tokens"),
    /// Nothing, of nobody: somebody said so with the setting `insecure`.
    INSECURE("INSECURE");

    private final String text;

    AccessMode(String text) {
        this.text = text;
    }

    /// As reports and pages show it; the dangerous one is loud.
    public String text() {
        return text;
    }
}
