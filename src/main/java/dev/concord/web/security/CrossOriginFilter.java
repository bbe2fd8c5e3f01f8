package dev.concord.web.security;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.List;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.filter.CorsFilter;

/// Lets pages of the other members, and of origins that somebody named, see the answers (CORS). Pages of strangers get
/// no word of permission, and programs that are no browsers do not pass here at all.
public final class CrossOriginFilter extends CorsFilter {
    private static final Duration REMEMBERED = Duration.ofHours(1);

    private final OriginRules origins;

    public CrossOriginFilter(OriginRules origins) {
        super(request -> allowing(String.valueOf(request.getHeader("Origin"))));
        this.origins = origins;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        String origin = request.getHeader("Origin");
        return origin == null || !origins.isFriend(origin);
    }

    private static CorsConfiguration allowing(String origin) {
        CorsConfiguration cors = new CorsConfiguration();
        cors.setAllowedOrigins(List.of(origin));
        cors.setAllowedMethods(List.of("GET", "HEAD", "POST", "PUT", "DELETE"));
        cors.setAllowedHeaders(List.of("*"));
        cors.setExposedHeaders(List.of("*"));
        cors.setMaxAge(REMEMBERED);
        return cors;
    }
}
