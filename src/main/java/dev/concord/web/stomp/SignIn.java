package dev.concord.web.stomp;

import dev.concord.access.AccessControl;
import dev.concord.access.Caller;
import dev.concord.access.TokenRefusedException;
import java.util.Optional;

/// Who a session is: by the token in CONNECT, else by the one of the handshake.
final class SignIn {
    private SignIn() {}

    static Caller caller(StompFrame connect, StompVisitor visitor, AccessControl access) throws StompFault {
        Caller known = visitor.caller();
        Optional<String> token = token(connect);
        try {
            return token.isEmpty() && known != null ? known : access.enter(token);
        } catch (TokenRefusedException e) {
            throw StompFault.access(
                    "not authenticated",
                    e.getMessage() + "; send CONNECT with the header passcode:TOKEN or Authorization:Bearer TOKEN");
        }
    }

    private static Optional<String> token(StompFrame frame) throws StompFault {
        String header = frame.header("Authorization");
        if (header == null) {
            header = frame.header("authorization");
        }
        if (header == null) {
            return Optional.ofNullable(frame.header("passcode"));
        }
        String scheme = "Bearer ";
        if (!header.regionMatches(true, 0, scheme, 0, scheme.length())) {
            throw StompFault.access("not authenticated", "the header Authorization is not 'Bearer' and a token");
        }
        return Optional.of(header.substring(scheme.length()).strip());
    }
}
