package dev.concord.web.security;

import dev.concord.access.TokenRefusedException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Enumeration;
import java.util.Optional;

/// The token of a request: `Authorization: Bearer …`, and nowhere else. An address with a token in it would end up in
/// logs and histories.
final class BearerToken {
    private static final String HEADER = "Authorization";
    private static final String SCHEME = "Bearer ";

    private BearerToken() {}

    static Optional<String> of(HttpServletRequest request) throws TokenRefusedException {
        String header = request.getHeader(HEADER);
        if (header == null) {
            return Optional.empty();
        }
        Enumeration<String> all = request.getHeaders(HEADER);
        all.nextElement();
        if (all.hasMoreElements()) {
            throw new TokenRefusedException("there are two Authorization headers");
        }
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw new TokenRefusedException("the header Authorization is not 'Bearer' and a token");
        }
        return Optional.of(header.substring(SCHEME.length()).strip());
    }
}
