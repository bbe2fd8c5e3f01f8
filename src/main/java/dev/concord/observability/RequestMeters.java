package dev.concord.observability;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.observation.ObservationRegistry;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.ServerHttpObservationFilter;

/// Counts and times each request, under the names and tags of Spring: by an observation, as Spring does, or, of the
/// one kind of request that comes by the thousand each second, by its timer directly. An observation makes two dozen
/// objects for each, and looks its timer up by all of its tags.
public final class RequestMeters extends ServerHttpObservationFilter {
    private static final String NAME = "http.server.requests";
    private static final String NONE = "none";
    private static final int STATUSES = 600;

    private final MeterRegistry meters;
    private final Clock clock;
    private final Predicate<HttpServletRequest> isFrequent;
    private final String uri;
    private final AtomicReferenceArray<@Nullable Timer> timers = new AtomicReferenceArray<>(STATUSES);

    /// @param isFrequent knows the POST requests that are timed directly
    /// @param uri of all of those
    public RequestMeters(
            ObservationRegistry observations,
            MeterRegistry meters,
            Predicate<HttpServletRequest> isFrequent,
            String uri) {
        super(observations);
        this.meters = meters;
        this.clock = meters.config().clock();
        this.isFrequent = isFrequent;
        this.uri = uri;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (!isFrequent.test(request)) {
            super.doFilterInternal(request, response, chain);
            return;
        }
        long start = clock.monotonicTime();
        String error = NONE;
        try {
            chain.doFilter(request, response);
        } catch (IOException | ServletException | RuntimeException e) {
            response.setStatus(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
            error = name(e);
            throw e;
        } finally {
            timer(response.getStatus(), error).record(clock.monotonicTime() - start, TimeUnit.NANOSECONDS);
        }
    }

    private Timer timer(int status, String error) {
        if (!error.equals(NONE) || status < 0 || status >= STATUSES) {
            return newTimer(status, error);
        }
        Timer known = timers.get(status);
        if (known == null) {
            known = newTimer(status, error);
            timers.set(status, known);
        }
        return known;
    }

    private Timer newTimer(int status, String error) {
        HttpStatus.Series series = HttpStatus.Series.resolve(status);
        return Timer.builder(NAME)
                .tags("exception", error, "error", error, "method", "POST", "uri", uri)
                .tags("status", Integer.toString(status), "outcome", series == null ? "UNKNOWN" : outcome(series))
                .register(meters);
    }

    private static String outcome(HttpStatus.Series series) {
        return series == HttpStatus.Series.SUCCESSFUL ? "SUCCESS" : series.name();
    }

    private static String name(Exception e) {
        Throwable cause = e instanceof ServletException && e.getCause() != null ? e.getCause() : e;
        return cause.getClass().getSimpleName();
    }
}
