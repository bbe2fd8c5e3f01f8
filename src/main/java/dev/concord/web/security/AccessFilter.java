package dev.concord.web.security;

import dev.concord.access.AccessControl;
import dev.concord.access.AccessMode;
import dev.concord.access.Caller;
import dev.concord.access.RateLimiter;
import dev.concord.access.Role;
import dev.concord.access.TokenRefusedException;
import dev.concord.web.Answers;
import dev.concord.web.Problem;
import dev.concord.web.ProblemCode;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;
import java.util.Map;
import java.util.Optional;
import org.apache.coyote.CloseNowException;
import org.jspecify.annotations.Nullable;

/// Asks every request where it comes from, on whose behalf, whether its caller may do this, and whether he does it too
/// often, in this order. Behind it `getUserPrincipal` is the [Caller].
public final class AccessFilter implements Filter {
    private final AccessControl access;
    private final OriginRules origins;
    private final RateLimiter limiter;
    private final Answers answers;

    public AccessFilter(AccessControl access, OriginRules origins, RateLimiter limiter, Answers answers) {
        this.access = access;
        this.origins = origins;
        this.limiter = limiter;
        this.answers = answers;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!(request instanceof HttpServletRequest http) || !(response instanceof HttpServletResponse answer)) {
            throw new ServletException("this port speaks HTTP only");
        }
        SecurityHeaders.set(http, answer, origins);
        Verdict verdict = judge(http, answer);
        Problem refusal = verdict.refusal();
        Caller caller = verdict.caller();
        if (caller != null) {
            answers.welcome(http, answer);
        }
        if (refusal == null) {
            chain.doFilter(caller == null ? http : new RequestOfCaller(http, caller), answer);
        } else {
            answers.problem(http, answer, refusal);
        }
        if (Answers.isBodyUnread(http)) {
            answer.flushBuffer();
            throw new CloseNowException("the rest of the body is not awaited");
        }
    }

    /// @param caller null if the request came in without a token, or with one that is no good
    private record Verdict(
            @Nullable Problem refusal, @Nullable Caller caller) {
        static Verdict refused(ProblemCode code, String detail) {
            return new Verdict(Problem.of(code, detail), null);
        }

        Verdict refusing(Problem problem) {
            return new Verdict(problem, caller);
        }
    }

    private Verdict judge(HttpServletRequest request, HttpServletResponse response) {
        String method = request.getMethod();
        String uri = request.getRequestURI();
        Optional<String> foreign = origins.refusal(method, request.getHeader("Origin"), request.getHeader("Host"));
        if (foreign.isPresent()) {
            return Verdict.refused(ProblemCode.ORIGIN_REFUSED, foreign.get());
        }
        if (access.mode() == AccessMode.INSECURE && AccessRules.isWriteOfActuator(method, uri)) {
            return Verdict.refused(
                    ProblemCode.FORBIDDEN, "a node that lets everybody in takes no orders at /actuator; use tokens");
        }
        Verdict verdict = access.asksForTokens() ? identify(request, response, method, uri) : new Verdict(null, null);
        Caller caller = verdict.caller();
        long waitNanos = limiter.tryTake(caller == null ? request.getRemoteAddr() : caller.getName());
        return waitNanos == 0 ? verdict : verdict.refusing(tooMany(waitNanos));
    }

    private Verdict identify(HttpServletRequest request, HttpServletResponse response, String method, String uri) {
        Optional<Role> needed = AccessRules.needed(method, uri);
        Caller caller;
        try {
            Optional<String> token = BearerToken.of(request);
            if (token.isEmpty() && needed.isEmpty()) {
                return new Verdict(null, null);
            }
            caller = access.enter(token);
        } catch (TokenRefusedException e) {
            if (needed.isEmpty() && !uri.equals("/ws")) {
                return new Verdict(null, null); // a probe with an old token is a probe all the same
            }
            response.setHeader("WWW-Authenticate", "Bearer realm=\"concord\"");
            return Verdict.refused(
                    ProblemCode.UNAUTHENTICATED, e.getMessage() + "; send the header Authorization: Bearer TOKEN");
        }
        if (needed.isPresent() && !caller.may(needed.get())) {
            String detail = caller.getName() + " is a " + caller.role().text() + ", and this needs a "
                    + needed.get().text();
            return new Verdict(Problem.of(ProblemCode.FORBIDDEN, detail), caller);
        }
        return new Verdict(null, caller);
    }

    private static Problem tooMany(long waitNanos) {
        return new Problem(
                ProblemCode.TOO_MANY_REQUESTS,
                "this client asks for more than rate_limit_per_client allows",
                Math.max(1, waitNanos / 1_000_000),
                Map.of());
    }

    /// A request that knows its caller.
    private static final class RequestOfCaller extends HttpServletRequestWrapper {
        private final Caller caller;

        RequestOfCaller(HttpServletRequest request, Caller caller) {
            super(request);
            this.caller = caller;
        }

        @Override
        public Principal getUserPrincipal() {
            return caller;
        }

        @Override
        public String getRemoteUser() {
            return caller.getName();
        }

        @Override
        public boolean isUserInRole(String role) {
            return Role.of(role).filter(caller::may).isPresent();
        }
    }
}
