package dev.concord.web.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/// What every answer tells a browser: take nothing for what it is not said to be, load and send nothing elsewhere, show
/// it in no frame, and give it to no page of another origin.
final class SecurityHeaders {
    /// The page and its parts come from the node; styles and scripts are files, never inline. Where a page connects to
    /// stands at the end, so that the members of the cluster can be added.
    static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " img-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none';"
            + " frame-ancestors 'none'; connect-src 'self'";

    /// The style sheet of the library behind `/docs` holds its icons.
    private static final String POLICY_OF_DOCS =
            CONTENT_SECURITY_POLICY.replace("img-src 'self'", "img-src 'self' data:");

    private static final String STRICT_TRANSPORT_SECURITY = "max-age=31536000";

    private SecurityHeaders() {}

    static void set(HttpServletRequest request, HttpServletResponse response, OriginRules origins) {
        response.setHeader("Content-Security-Policy", policy(request.getRequestURI(), origins));
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        if (request.isSecure()) {
            response.setHeader("Strict-Transport-Security", STRICT_TRANSPORT_SECURITY);
        }
    }

    private static String policy(String uri, OriginRules origins) {
        if (uri.equals("/docs")) {
            return POLICY_OF_DOCS;
        }
        boolean isPage = uri.equals("/") || uri.endsWith(".html");
        return isPage ? CONTENT_SECURITY_POLICY + origins.connectSources() : CONTENT_SECURITY_POLICY;
    }
}
