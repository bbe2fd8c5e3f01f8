package dev.concord.config;

/// What the nodes of a cluster prove to each other that they know (T3). Never printed.
public record ClusterSecret(String value) {
    /// Shorter ones can be guessed from a recorded handshake.
    static final int MIN_CHARACTERS = 16;

    public ClusterSecret {
        if (value.length() < MIN_CHARACTERS) {
            throw new InvalidSettingException(
                    Setting.CLUSTER_SECRET.key(),
                    "is shorter than " + MIN_CHARACTERS + " characters: make one with openssl rand -hex 32");
        }
    }

    @Override
    public String toString() {
        return "(secret)";
    }
}
