package dev.concord.web;

import dev.concord.chat.Cluster;
import dev.concord.chat.RefusalObserver;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Writes answers: the headers that say who answered and how far it had got, then the body as one piece.
///
/// Where clients need tokens, nothing of that is told to whoever has shown none: who leads and how much is
/// written is the business of those who may read.
public final class Answers {
    static final String NODE = "Concord-Node";
    static final String LEADER = "Concord-Leader";
    static final String TERM = "Concord-Term";
    /// In an answer: what this node knows to be committed. In a request: what its client knew before its first try.
    static final String COMMIT = "Concord-Commit";

    private static final String JSON = "application/json";
    private static final String UNREAD = Answers.class.getName() + ".unread";
    private static final String WELCOME = Answers.class.getName() + ".welcome";

    private final Cluster cluster;
    private final RefusalObserver refusals;

    public Answers(Cluster cluster, RefusalObserver refusals) {
        this.cluster = cluster;
        this.refusals = refusals;
    }

    /// The caller has shown a good token: from here on the answer may say what this node knows.
    public void welcome(HttpServletRequest request, HttpServletResponse response) {
        request.setAttribute(WELCOME, true);
        stamp(response);
    }

    /// Stamps the answer to a request that nothing is known of yet, if nothing has to be.
    void stampIfOpen(HttpServletResponse response) {
        if (cluster.isOpen()) {
            stamp(response);
        }
    }

    private boolean mayTell(HttpServletRequest request) {
        return cluster.isOpen() || request.getAttribute(WELCOME) != null;
    }

    /// Sets the headers, as of now.
    private Cluster.Stamp stamp(HttpServletResponse response) {
        Cluster.Stamp stamp = cluster.stamp();
        response.setHeader(NODE, stamp.node().toString());
        response.setHeader(LEADER, stamp.leader().toString());
        response.setHeader(TERM, Long.toString(stamp.term()));
        response.setHeader(COMMIT, Long.toString(stamp.commit()));
        return stamp;
    }

    /// Answers with JSON. If it is stamped already, then once more.
    void json(HttpServletResponse response, int status, byte[] body, int length) throws IOException {
        if (response.containsHeader(NODE)) {
            stamp(response);
        }
        response.setStatus(status);
        response.setContentType(JSON);
        response.setContentLength(length);
        response.getOutputStream().write(body, 0, length);
    }

    void json(HttpServletResponse response, int status, Object body) throws IOException {
        byte[] bytes = Json.bytes(body);
        json(response, status, bytes, bytes.length);
    }

    /// Answers with a problem, unless an answer has already begun.
    public void problem(HttpServletRequest request, HttpServletResponse response, Problem problem) throws IOException {
        refusals.refused(problem.code().code());
        if (response.isCommitted()) {
            return;
        }
        response.resetBuffer();
        Cluster.@Nullable Stamp stamp = mayTell(request) ? stamp(response) : null;
        byte[] body = problem.json(stamp, path(request));
        response.setStatus(problem.code().status());
        response.setContentType(Problem.MEDIA_TYPE);
        response.setContentLength(body.length);
        if (problem.retryAfterMillis() > 0 || problem.code().status() == HttpServletResponse.SC_SERVICE_UNAVAILABLE) {
            long seconds = Math.max(1, Math.ceilDiv(problem.retryAfterMillis(), 1000));
            response.setHeader("Retry-After", Long.toString(seconds));
        }
        if (problem.code() == ProblemCode.TOO_SLOW || !UnreadBody.isReadToItsEnd(request)) {
            request.setAttribute(UNREAD, true);
        }
        response.getOutputStream().write(body);
    }

    /// Whether a request was refused whose body goes on: its connection has to end.
    public static boolean isBodyUnread(HttpServletRequest request) {
        return request.getAttribute(UNREAD) != null;
    }

    /// The JSON of a problem within a stream, on one line; counts it.
    byte[] problemLine(Problem problem) {
        refusals.refused(problem.code().code());
        return problem.json(cluster.stamp(), null);
    }

    static void html(HttpServletResponse response, int status, String page) throws IOException {
        byte[] bytes = page.getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType("text/html;charset=UTF-8");
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }

    private static String path(HttpServletRequest request) {
        Object original = request.getAttribute("jakarta.servlet.error.request_uri");
        return original instanceof String uri ? uri : request.getRequestURI();
    }
}
