package dev.concord.web;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.DisconnectedClientHelper;

/// Takes one message as JSON straight to its controller. Spring MVC would find the same method, and need a quarter of
/// the processor time of the whole request to do so. Every other request goes on.
///
/// It stands behind all filters that let a request in, count it or stamp its answer.
public final class PlainPostFilter implements Filter {
    public static final String PATH = "/api/messages";

    private static final String JSON = "application/json";

    private final MessageController controller;
    private final ProblemAdvice problems;

    public PlainPostFilter(MessageController controller, ProblemAdvice problems) {
        this.controller = controller;
        this.problems = problems;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!(request instanceof HttpServletRequest http)
                || !(response instanceof HttpServletResponse answer)
                || !takes(http)) {
            chain.doFilter(request, response);
            return;
        }
        try {
            controller.post(http, answer);
        } catch (IOException e) {
            if (!DisconnectedClientHelper.isClientDisconnectedException(e)) {
                throw e;
            }
            // gone, or silent for too long: the container has noted it, and answers if it can
        } catch (Exception e) {
            problems.failed(e, http, answer);
        }
    }

    /// Whether a request is such a post.
    public static boolean takes(HttpServletRequest request) {
        return request.getMethod().equals("POST")
                && request.getRequestURI().equals(PATH)
                && isJson(request.getContentType());
    }

    /// Whether it surely is JSON. Of what is written in another way, Spring MVC decides.
    private static boolean isJson(@Nullable String type) {
        return type != null
                && type.regionMatches(true, 0, JSON, 0, JSON.length())
                && (type.length() == JSON.length() || type.charAt(JSON.length()) == ';');
    }
}
