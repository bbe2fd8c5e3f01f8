package dev.concord.web;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/// Puts on every answer who gave it, whom it follows, the term, and how far it has got. Answers to submissions are
/// stamped once more when they are written, so that what they acknowledge is within their `Concord-Commit`. Where
/// clients need tokens, an answer is stamped later, when its request has shown one.
public final class StampFilter implements Filter {
    private final Answers answers;

    public StampFilter(Answers answers) {
        this.answers = answers;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (response instanceof HttpServletResponse http) {
            answers.stampIfOpen(http);
        }
        chain.doFilter(request, response);
    }
}
