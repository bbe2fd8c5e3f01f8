package dev.concord.web.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/// What every answer tells a browser: take nothing for what it is not said to be, load and send nothing elsewhere, show
/// it in no frame, and give it to no page of another origin.
final class SecurityHeaders {
    /// The page and its parts come from the node; styles and scripts are files, never inline.
    static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " img-src 'self'; font-src 'self'; manifest-src 'self'; connect-src 'self'; base-uri 'none';"
            + " form-action 'none'; frame-ancestors 'none'";

    /// The style sheet of the library behind `/docs` holds its icons.
    private static final String POLICY_OF_DOCS =
            CONTENT_SECURITY_POLICY.replace("img-src 'self'", "img-src 'self' data:");

    private static final String STRICT_TRANSPORT_SECURITY = "max-age=31536000";

    private SecurityHeaders() {}

    static void set(HttpServletRequest request, HttpServletResponse response) {
        boolean docs = request.getRequestURI().equals("/docs");
        response.setHeader("Content-Security-Policy", docs ? POLICY_OF_DOCS : CONTENT_SECURITY_POLICY);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        if (request.isSecure()) {
            response.setHeader("Strict-Transport-Security", STRICT_TRANSPORT_SECURITY);
        }
    }
}
