package dev.concord.web.security;

import dev.concord.access.Role;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Which role a request needs. Addresses are compared as they stand in the request line, before anything is decoded: a
/// spelling that is not exactly one of these counts as unknown, and what is unknown is never open.
final class AccessRules {
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
    /// What writers do.
    private static final Set<String> SENDING = Set.of("/api/messages", "/api/presence/typing");

    private static final String ACTUATOR = "/actuator";
    /// Without a token: what probes ask, the page and its parts, what explains problems and the API, and the door of
    /// STOMP, whose clients show their token in CONNECT.
    private static final Pattern OPEN = Pattern.compile("/|/ws"
            + "|/actuator/health(/[a-z]+)?"
            + "|/problems(/[a-z-]+)?"
            + "|/docs|/(v3/api-docs|asyncapi)(\\.yaml)?|/webjars/swagger-ui/[0-9.]+/[a-z-]+\\.(css|js)"
            + "|/(assets/|js/(stompjs/)?)?[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*"
            + "\\.(html|css|js|svg|png|ico|woff2|webmanifest)");

    private AccessRules() {}

    /// Whether a request of this method changes nothing.
    static boolean isReading(String method) {
        return READING.contains(method);
    }

    /// @param uri the path as the client wrote it
    /// @return empty if nothing is needed
    static Optional<Role> needed(String method, String uri) {
        if (isReading(method)) {
            return OPEN.matcher(uri).matches() ? Optional.empty() : Optional.of(Role.READER);
        }
        boolean sends = method.equals("POST") && SENDING.contains(uri);
        return Optional.of(sends ? Role.WRITER : Role.ADMIN);
    }

    /// Whether the request would change how the process runs.
    static boolean isWriteOfActuator(String method, String uri) {
        return !isReading(method) && uri.startsWith(ACTUATOR);
    }
}
