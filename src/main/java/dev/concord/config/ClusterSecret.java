package dev.concord.config;

/// What the nodes of a cluster prove to each other that they know (T3). Never printed.
public record ClusterSecret(String value) {
    /// Shorter ones can be guessed from a recorded handshake.
    static final int MIN_CHARACTERS = 16;
    /// With fewer different characters it is a pattern.
    static final int MIN_DIFFERENT_CHARACTERS = 8;

    public ClusterSecret {
        String remedy = ": make one with concord secret";
        if (value.length() < MIN_CHARACTERS) {
            throw new InvalidSettingException(
                    Setting.CLUSTER_SECRET.key(), "is shorter than " + MIN_CHARACTERS + " characters" + remedy);
        }
        if (isPattern(value)) {
            throw new InvalidSettingException(
                    Setting.CLUSTER_SECRET.key(), "is a pattern that can be guessed" + remedy);
        }
    }

    /// Whether it is made of few characters, repeats itself, or runs along the alphabet or the digits.
    private static boolean isPattern(String value) {
        if (value.chars().distinct().count() < MIN_DIFFERENT_CHARACTERS) {
            return true;
        }
        int steps = 0;
        for (int i = 1; i < value.length(); i++) {
            steps += Math.abs(value.charAt(i) - value.charAt(i - 1)) <= 1 ? 1 : 0;
        }
        for (int period = 1; period <= value.length() / 2; period++) {
            if (value.regionMatches(0, value, period, value.length() - period)) {
                return true;
            }
        }
        return steps > value.length() / 2;
    }

    @Override
    public String toString() {
        return "(secret)";
    }
}
