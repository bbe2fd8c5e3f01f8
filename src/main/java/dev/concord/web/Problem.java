package dev.concord.web;

import dev.concord.chat.Cluster;
import dev.concord.chat.MessagesRemovedException;
import dev.concord.chat.PostRefusedException;
import dev.concord.chat.ReferenceRefusedException;
import dev.concord.chat.SubmissionRefusedException;
import dev.concord.chat.TooManySubscriptionsException;
import dev.concord.node.SubmitResult;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a client gets instead of what it asked for, as `application/problem+json` (RFC 9457).
///
/// @param detail one sentence about this occurrence
/// @param retryAfterMillis when trying again may help, 0 if that is not known
/// @param more further members, such as the field at fault
public record Problem(ProblemCode code, String detail, long retryAfterMillis, Map<String, Object> more) {
    /// The media type of a problem.
    public static final String MEDIA_TYPE = "application/problem+json";

    public Problem {
        more = Map.copyOf(more);
    }

    public static Problem of(ProblemCode code, String detail) {
        return new Problem(code, detail, 0, Map.of());
    }

    public static Problem of(SubmissionRefusedException e) {
        return switch (e) {
            case PostRefusedException post -> of(post);
            case ReferenceRefusedException reference -> of(reference);
        };
    }

    private static Problem of(ReferenceRefusedException e) {
        return switch (e.reason()) {
            case LEVEL_TOO_LOW -> of(ProblemCode.LEVEL_TOO_LOW, e.detail());
            case NO_SUCH_MESSAGE -> of(ProblemCode.NO_SUCH_MESSAGE, e.detail());
            case REMOVED -> new Problem(ProblemCode.MESSAGE_REMOVED, e.detail(), 0, Map.of("earliest", e.earliest()));
            case OTHER_ROOM -> of(ProblemCode.OTHER_ROOM, e.detail());
            case IS_A_CHANGE -> of(ProblemCode.NOT_A_MESSAGE, e.detail());
            case DELETED -> of(ProblemCode.MESSAGE_DELETED, e.detail());
            case NOT_YOURS -> of(ProblemCode.NOT_YOURS, e.detail());
        };
    }

    private static Problem of(PostRefusedException e) {
        Map<String, Object> more = e.field().isEmpty()
                ? Map.of("rule", e.rule().code())
                : Map.of("field", e.field(), "rule", e.rule().code());
        ProblemCode code = switch (e.rule()) {
            case MALFORMED -> ProblemCode.MALFORMED_REQUEST;
            case TOO_LONG -> e.field().equals("text") ? ProblemCode.TOO_LARGE : ProblemCode.INVALID_MESSAGE;
            case UNKNOWN_FIELD,
                    DUPLICATE_FIELD,
                    WRONG_TYPE,
                    MISSING,
                    EMPTY,
                    CONTROL_CHARACTER,
                    LONE_SURROGATE,
                    BAD_NAME,
                    OUT_OF_RANGE,
                    NEEDLESS,
                    CONTRADICTION -> ProblemCode.INVALID_MESSAGE;
        };
        return new Problem(code, e.detail(), 0, more);
    }

    public static Problem of(MessagesRemovedException e) {
        return new Problem(
                ProblemCode.MESSAGE_REMOVED, String.valueOf(e.getMessage()), 0, Map.of("earliest", e.earliest()));
    }

    public static Problem of(TooManySubscriptionsException e) {
        return new Problem(ProblemCode.TOO_MANY_REQUESTS, String.valueOf(e.getMessage()), 5000, Map.of());
    }

    /// The problem of an outcome that is neither committed nor a duplicate.
    public static Problem of(SubmitResult result) {
        return switch (result) {
            case SubmitResult.KeyReused reused ->
                of(ProblemCode.ID_REUSED, "another message was committed under this id");
            case SubmitResult.DedupExpired expired ->
                of(ProblemCode.DEDUP_EXPIRED, "the first try is older than the window in which ids are recognised");
            case SubmitResult.NotAppended(var reason, long retryAfterMillis) -> notAppended(reason, retryAfterMillis);
            case SubmitResult.Unknown unknown ->
                of(ProblemCode.COMMIT_UNKNOWN, "no answer in time; retry with the same id");
            case SubmitResult.Committed committed -> throw new IllegalArgumentException("committed is no problem");
            case SubmitResult.Duplicate duplicate -> throw new IllegalArgumentException("a duplicate is no problem");
        };
    }

    private static Problem notAppended(SubmitResult.Reason reason, long retryAfterMillis) {
        return switch (reason) {
            case NO_QUORUM -> later(ProblemCode.NO_QUORUM, "a majority is not reachable from here", retryAfterMillis);
            case NO_LEADER -> later(ProblemCode.NO_LEADER, "no leader was found in time", retryAfterMillis);
            case OVERLOADED -> later(ProblemCode.OVERLOADED, "too many messages wait already", retryAfterMillis);
            case FORMING ->
                later(ProblemCode.FORMING, "not enough of the configured nodes have joined yet", retryAfterMillis);
            case DISK_FULL ->
                later(ProblemCode.DISK_FULL, "too little is free on the disk of this node", retryAfterMillis);
            case STOPPING -> later(ProblemCode.STOPPING, "this node is shutting down", retryAfterMillis);
        };
    }

    private static Problem later(ProblemCode code, String detail, long retryAfterMillis) {
        return new Problem(code, detail, Math.max(1, retryAfterMillis), Map.of());
    }

    /// The members of the JSON, in the order in which they are shown.
    ///
    /// @param stamp null for a client that may not know
    /// @param instance the path that was asked for; null where there is none
    public Map<String, @Nullable Object> members(Cluster.@Nullable Stamp stamp, @Nullable String instance) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("type", code.page());
        members.put("title", code.title());
        members.put("status", code.status());
        members.put("detail", detail);
        if (instance != null) {
            members.put("instance", instance);
        }
        members.put("code", code.code());
        members.put("retryable", code.retryable());
        if (retryAfterMillis > 0) {
            members.put("retryAfterMs", retryAfterMillis);
        }
        members.putAll(more);
        if (stamp != null) {
            members.put("node", stamp.node().value());
            members.put("leader", stamp.leader().isPresent() ? stamp.leader().value() : null);
            members.put("term", stamp.term());
        }
        return members;
    }

    /// The JSON on one line.
    public byte[] json(Cluster.@Nullable Stamp stamp, @Nullable String instance) {
        return Json.bytes(members(stamp, instance));
    }
}
