package dev.concord.web;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/// Tells the page where the lab is, and its browser that it may talk to it. Only a node in a lab has this filter; it
/// stands behind the one that sets the content security policy.
public final class LabFilter implements Filter {
    /// Where the lab is. The page asks for this header, because to ask for an address that is not found would leave an
    /// error in the console of everybody who has no lab.
    static final String LAB = "Concord-Lab";

    private static final String POLICY = "Content-Security-Policy";
    private static final String CONNECT = "connect-src 'self'";

    private final String url;

    public LabFilter(String url) {
        this.url = url;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (response instanceof HttpServletResponse answer) {
            answer.setHeader(LAB, url);
            String policy = answer.getHeader(POLICY);
            if (policy != null) {
                answer.setHeader(POLICY, policy.replace(CONNECT, CONNECT + " " + url));
            }
        }
        chain.doFilter(request, response);
    }
}
