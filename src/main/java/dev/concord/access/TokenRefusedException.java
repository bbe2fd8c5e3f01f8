package dev.concord.access;

/// A credential is missing or no good. The message may be shown to whoever presented it; it never holds the credential.
public final class TokenRefusedException extends Exception {
    private static final long serialVersionUID = 1;

    public TokenRefusedException(String message) {
        super(message, null, false, false);
    }
}
