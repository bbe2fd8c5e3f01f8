package dev.concord.client;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// Why a node refused a request (`application/problem+json`).
///
/// @param status of HTTP
/// @param code stable name, such as `no-quorum`; empty if the answer did not come from a Concord node
/// @param detail a sentence for people
/// @param retryable whether the same request may succeed later
/// @param earliest where messages were removed by retention: the first that is still there; else 0
public record Problem(int status, String code, String detail, boolean retryable, long earliest) {
    /// One that is not about messages that were removed.
    public Problem(int status, String code, String detail, boolean retryable) {
        this(status, code, detail, retryable, 0);
    }

    static final int UNAUTHENTICATED = 401;
    static final int FORBIDDEN = 403;
    static final int NOT_FOUND = 404;
    static final int GONE = 410;
    static final int TOO_MANY_REQUESTS = 429;
    static final int UNAVAILABLE = 503;
    static final int UNKNOWN = 504;

    static Problem of(int status, byte[] body) {
        try {
            return of(status, Json.object(body));
        } catch (JacksonException e) {
            String text = new String(body, StandardCharsets.UTF_8).strip();
            String detail = text.isEmpty() || text.startsWith("<") ? "HTTP status " + status : text;
            return new Problem(status, "", detail.lines().findFirst().orElse(""), status >= UNAVAILABLE);
        }
    }

    /// @param status of HTTP, unless the problem names its own
    static Problem of(int status, Map<String, @Nullable Object> fields) {
        int own = (int) Json.number(fields, "status", status);
        String detail = Json.text(fields, "detail");
        boolean byStatus = own == TOO_MANY_REQUESTS || own == UNAVAILABLE || own == UNKNOWN;
        return new Problem(
                own,
                Json.text(fields, "code"),
                detail.isEmpty() ? Json.text(fields, "title") : detail,
                fields.get("retryable") instanceof Boolean said ? said : byStatus,
                Json.number(fields, "earliest", 0));
    }

    /// Whether the message may have been stored all the same.
    public boolean isUnknown() {
        return status == UNKNOWN;
    }

    @Override
    public String toString() {
        return code.isEmpty() ? detail : code + ": " + detail;
    }
}
