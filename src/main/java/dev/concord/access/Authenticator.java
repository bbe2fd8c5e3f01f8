package dev.concord.access;

/// Knows tokens of one kind.
public interface Authenticator {
    /// Whether a token is of this kind, good or not.
    boolean isFor(String token);

    /// Whom the token stands for.
    ///
    /// @throws TokenRefusedException if it stands for nobody, or no longer
    Caller authenticate(String token) throws TokenRefusedException;
}
