package dev.concord.web;

import java.util.Arrays;
import java.util.Optional;

/// Everything that can be answered instead of what was asked for. The node serves a page for each under
/// `/problems/{code}`; the codes are stable.
public enum ProblemCode {
    MALFORMED_REQUEST(
            400,
            "malformed-request",
            "Malformed request",
            false,
            "The request is not valid HTTP or its body is not one valid JSON object. The detail names the position."),
    INVALID_MESSAGE(
            400,
            "invalid-message",
            "Invalid message",
            false,
            "A field of the message breaks a rule: it is missing, unknown, given twice, of the wrong type, empty, too"
                    + " long, or holds a character that is not allowed. \"field\" and \"rule\" say which."),
    INVALID_PARAMETER(
            400,
            "invalid-parameter",
            "Invalid parameter",
            false,
            "A query parameter, header or part of the path cannot be used. \"field\" names it."),
    UNAUTHENTICATED(
            401,
            "unauthenticated",
            "A token is needed",
            false,
            "The request bears no token, or one that is unknown, expired, or made for somebody else. Send a good one in"
                    + " the header Authorization: Bearer TOKEN."),
    FORBIDDEN(
            403,
            "forbidden",
            "Not allowed",
            false,
            "The token is good, but its role does not include this. Readers read, writers also send messages, admins"
                    + " also change the cluster."),
    NOT_YOURS(
            403,
            "not-yours",
            "Somebody else's message",
            false,
            "A message is edited and deleted by its author alone: the same user where clients show a token, else the same"
                    + " sender. An admin may delete it too."),
    ORIGIN_REFUSED(
            403,
            "origin-refused",
            "Not from this page",
            false,
            "The request comes from a web page of another origin, or by a name that is not this node's. The settings"
                    + " allowed_origins and advertised_url say which are right."),
    NOT_FOUND(404, "not-found", "No such page", false, "Nothing is served at this address."),
    MESSAGE_NOT_FOUND(
            404,
            "message-not-found",
            "No such message yet",
            true,
            "The seq is beyond the last message that this node knows to be committed. It may come, or be known at"
                    + " another node already."),
    NO_SUCH_MESSAGE(
            404,
            "no-such-message",
            "No message to refer to",
            true,
            "The message that \"reply\", \"edit\" or \"delete\" names is not committed, as far as this node knows. It may"
                    + " be known at another node already, or here in a moment. Nothing was appended."),
    NO_SUCH_MEMBER(
            404,
            "no-such-member",
            "No such member",
            false,
            "The cluster has no node of this number. GET /api/cluster lists its members."),
    MEMBERS_JOIN_BY_THEMSELVES(
            405,
            "members-join-by-themselves",
            "A node joins by itself",
            false,
            "There is nothing to announce: start the new node with the address of at least one member in its seed_nodes,"
                    + " the cluster secret, and an empty data directory. It asks to be taken in, receives the history, and"
                    + " then gets its vote. GET /api/cluster shows it come."),
    METHOD_NOT_ALLOWED(
            405, "method-not-allowed", "Method not allowed", false, "The header Allow lists what this address takes."),
    NOT_ACCEPTABLE(
            406,
            "not-acceptable",
            "Not available in this form",
            false,
            "The header Accept asks for a form that is not offered here."),
    TOO_SLOW(
            408, "too-slow", "Too slow", true, "The body of the request did not arrive in time. Nothing was appended."),
    DEDUP_EXPIRED(
            409,
            "dedup-expired",
            "Too old to tell whether it is new",
            false,
            "A retry says that its first try was so long ago that its id may have left the window in which repeated"
                    + " ids are recognised. Nothing was appended. Look in the history whether the first try succeeded."),
    LEADERSHIP_NOT_MOVED(
            409,
            "leadership-not-moved",
            "Leadership stayed where it is",
            true,
            "The node asked for cannot lead now, or there is no leader to hand over. The detail says why."),
    LAST_VOTER(
            409,
            "last-voter",
            "The last voter stays",
            false,
            "A cluster without a voter could never write again. To end a cluster, stop its nodes."),
    REMOVAL_ENDANGERS_QUORUM(
            409,
            "removal-endangers-quorum",
            "The rest would be no majority",
            true,
            "Of the voters that would be left, too few are in reach to be a majority, so nothing could be written any more."
                    + " Nothing was changed. Bring a node back, or remove one that is dead, first."),
    LEVEL_TOO_LOW(
            409,
            "level-too-low",
            "Not before the upgrade is finished",
            false,
            "The cluster is still at a level at which nodes do not know this. When every node runs a program that does,"
                    + " raise the level with: concord upgrade --finish. Nothing was appended."),
    MESSAGE_DELETED(
            409,
            "message-deleted",
            "The message is deleted",
            false,
            "A deleted message is neither answered nor changed any more. Nothing was appended."),
    LEVEL_NOT_RAISED(
            409,
            "level-not-raised",
            "The level stayed where it is",
            true,
            "The cluster goes to a level only when the leader is asked and the program of every member is known to"
                    + " know it. The detail says which does not."),
    MESSAGE_REMOVED(
            410,
            "message-removed",
            "Removed by retention",
            false,
            "Messages before \"earliest\" were removed. To go on without them, read after earliest - 1."),
    LOG_REMOVED(
            410,
            "log-removed",
            "Removed by retention",
            false,
            "The entry was removed from the log by retention. A backup that had reached it goes on; one that begins now"
                    + " cannot go back that far."),
    TOO_LARGE(
            413,
            "too-large",
            "Too large",
            false,
            "The text, or the body of the request, is larger than this node accepts. The detail names the limit."),
    UNSUPPORTED_MEDIA_TYPE(
            415,
            "unsupported-media-type",
            "Unsupported media type",
            false,
            "A message is sent as application/json, many as application/x-ndjson, both in plain UTF-8."),
    ID_REUSED(
            422,
            "id-reused",
            "The id belongs to another message",
            false,
            "A message with the same id and other content was committed before. An id names one message for ever; a new"
                    + " message needs a new id."),
    OTHER_ROOM(
            422,
            "other-room",
            "Not in this room",
            false,
            "A message refers to one of its own room. The detail says where the other is. Nothing was appended."),
    NOT_A_MESSAGE(
            422,
            "not-a-message",
            "A change is not changed",
            false,
            "\"reply\", \"edit\" and \"delete\" name a message, not an edit or delete of one. The detail says which message"
                    + " that is. Nothing was appended."),
    TOO_MANY_REQUESTS(
            429,
            "too-many-requests",
            "Too many requests",
            true,
            "This client asks for more than its share, or this node serves as many open streams and bulk submissions as"
                    + " it is set up for. Wait as Retry-After says, or try another node."),
    TOO_MANY_CONNECTIONS(
            429,
            "too-many-connections",
            "Too many connections",
            true,
            "The address of this client has as many connections open as connection_limit_per_client allows. Nothing was"
                    + " read from the new one. Use fewer connections; behind a proxy all clients have one address, so raise"
                    + " the limit there."),
    INTERNAL_ERROR(
            500,
            "internal-error",
            "Internal error",
            true,
            "A fault of the server. Its log has the details. A message that was being submitted may have been appended:"
                    + " retry with the same id."),
    NO_QUORUM(
            503,
            "no-quorum",
            "No majority reachable",
            true,
            "This node cannot reach a majority of the cluster, so nothing can be acknowledged here. The message was"
                    + " surely not appended."),
    NO_LEADER(
            503,
            "no-leader",
            "No leader",
            true,
            "No leader was found in time, most likely because one is being elected. The message was surely not"
                    + " appended."),
    OVERLOADED(
            503,
            "overloaded",
            "Overloaded",
            true,
            "More messages wait than the cluster takes in at once. The message was surely not appended. Wait as"
                    + " Retry-After says."),
    BEHIND(
            503,
            "behind",
            "Not that far yet",
            true,
            "This node has not yet heard that this part of the log is committed. Try again, or another node."),
    FORMING(
            503,
            "forming",
            "The cluster is forming",
            true,
            "Fewer nodes have joined than a majority of the configured ones. The message was surely not appended."),
    STOPPING(
            503,
            "stopping",
            "The node is stopping",
            true,
            "This node is shutting down, or is being drained for that. A message was surely not appended. Use another"
                    + " node."),
    COMMIT_UNKNOWN(
            504,
            "commit-unknown",
            "Outcome unknown",
            true,
            "The message may or may not have been committed. Retry with the same id: it is appended at most once, and the"
                    + " answer then says where."),
    DISK_FULL(
            507,
            "disk-full",
            "Disk almost full",
            true,
            "Too little is free on the disk of this node, so it takes no new messages. The message was surely not"
                    + " appended. Reads go on. Use another node; this one takes messages again by itself when there is"
                    + " space."),
    REMOVAL_UNFINISHED(
            504,
            "removal-unfinished",
            "Not removed yet",
            true,
            "The removal was not committed in time. It may still happen. The same request again is safe, and tells.");

    private final int status;
    private final String code;
    private final String title;
    private final boolean retryable;
    private final String explanation;

    ProblemCode(int status, String code, String title, boolean retryable, String explanation) {
        this.status = status;
        this.code = code;
        this.title = title;
        this.retryable = retryable;
        this.explanation = explanation;
    }

    /// The HTTP status it is answered with.
    public int status() {
        return status;
    }

    public String code() {
        return code;
    }

    public String title() {
        return title;
    }

    /// Whether the same request may succeed later, or at another node.
    public boolean retryable() {
        return retryable;
    }

    /// What it means and what to do, for the page.
    public String explanation() {
        return explanation;
    }

    /// The address of its page on the node.
    public String page() {
        return "/problems/" + code;
    }

    static Optional<ProblemCode> of(String code) {
        return Arrays.stream(values()).filter(c -> c.code.equals(code)).findFirst();
    }

    /// The code that stands for a status when nothing more is known.
    static ProblemCode ofStatus(int status) {
        return switch (status) {
            case 401 -> UNAUTHENTICATED;
            case 403 -> FORBIDDEN;
            case 404 -> NOT_FOUND;
            case 405 -> METHOD_NOT_ALLOWED;
            case 406 -> NOT_ACCEPTABLE;
            case 408 -> TOO_SLOW;
            case 413 -> TOO_LARGE;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            case 429 -> TOO_MANY_REQUESTS;
            case 503 -> STOPPING;
            case 505 -> MALFORMED_REQUEST; // an HTTP version that nobody speaks
            default -> status >= 400 && status < 500 ? MALFORMED_REQUEST : INTERNAL_ERROR;
        };
    }
}
