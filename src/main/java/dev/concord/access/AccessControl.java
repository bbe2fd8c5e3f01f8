package dev.concord.access;

import java.util.List;
import java.util.Optional;

/// Lets clients in, or not: the one place that REST, streams, STOMP and Actuator ask.
public final class AccessControl {
    /// Longer credentials are not looked at.
    public static final int MAX_TOKEN_LENGTH = 8 * 1024;

    private final AccessMode mode;
    private final List<Authenticator> authenticators;

    private AccessControl(AccessMode mode, List<Authenticator> authenticators) {
        this.mode = mode;
        this.authenticators = List.copyOf(authenticators);
    }

    /// Asks nothing of anybody.
    ///
    /// @param mode [AccessMode#LOOPBACK] or [AccessMode#INSECURE]
    public static AccessControl open(AccessMode mode) {
        if (mode == AccessMode.TOKENS) {
            throw new IllegalArgumentException("with tokens there is somebody to ask");
        }
        return new AccessControl(mode, List.of());
    }

    /// Asks everybody for a token that one of these knows.
    public static AccessControl tokens(List<Authenticator> authenticators) {
        return new AccessControl(AccessMode.TOKENS, authenticators);
    }

    public AccessMode mode() {
        return mode;
    }

    public boolean asksForTokens() {
        return mode == AccessMode.TOKENS;
    }

    /// Whom to serve.
    ///
    /// @param token what the client presents
    public Caller enter(Optional<String> token) throws TokenRefusedException {
        if (!asksForTokens()) {
            return Caller.ANYBODY;
        }
        String presented = token.orElseThrow(() -> new TokenRefusedException("a token is needed"));
        if (presented.length() > MAX_TOKEN_LENGTH) {
            throw new TokenRefusedException("the token is longer than " + MAX_TOKEN_LENGTH + " characters");
        }
        for (Authenticator authenticator : authenticators) {
            if (authenticator.isFor(presented)) {
                return authenticator.authenticate(presented);
            }
        }
        throw new TokenRefusedException("the token is of no kind that is known here");
    }
}
