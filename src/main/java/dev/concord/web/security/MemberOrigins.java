package dev.concord.web.security;

import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The origins of the cluster's own members, by the addresses that their configuration names. Each serves the same
/// page, and that page goes on at another member when its own fails.
///
/// **Threads.** Any; what was made of the addresses is kept until they change.
final class MemberOrigins {
    /// An origin as browsers write it: scheme, host and, unless it is the usual one, port.
    private static final Pattern ORIGIN =
            Pattern.compile("https?://[a-z0-9.-]+(:\\d+)?|https?://\\[[0-9a-f:.]+](:\\d+)?");

    private final Supplier<List<String>> urls;
    private final boolean loopbackNamesAreOne;
    private volatile Known known = new Known(List.of(), Set.of(), "");

    /// @param sources as they stand in a content security policy, each after a space
    private record Known(List<String> urls, Set<String> origins, String sources) {}

    /// @param loopbackNamesAreOne whether `localhost` means the same as `127.0.0.1`: so it is for people, who open
    /// either
    MemberOrigins(Supplier<List<String>> urls, boolean loopbackNamesAreOne) {
        this.urls = urls;
        this.loopbackNamesAreOne = loopbackNamesAreOne;
    }

    boolean contains(String origin) {
        Set<String> origins = known().origins();
        if (origins.contains(origin)) {
            return true;
        }
        String numeric = loopbackNamesAreOne ? numeric(origin) : null;
        return numeric != null && origins.stream().anyMatch(member -> numeric.equals(numeric(member)));
    }

    /// What a page may connect to besides its own node, such as ` http://10.0.0.2:8080 ws://10.0.0.2:8080`.
    String connectSources() {
        return known().sources();
    }

    private Known known() {
        List<String> now = urls.get();
        Known before = known;
        if (before.urls().equals(now)) {
            return before;
        }
        Set<String> origins = new LinkedHashSet<>();
        for (String url : now) {
            String origin = originOf(url);
            if (origin != null) {
                origins.add(origin);
            }
        }
        StringBuilder sources = new StringBuilder();
        for (String origin : origins) {
            sources.append(' ').append(origin).append(' ').append(origin.replaceFirst("^http", "ws"));
        }
        Known made = new Known(List.copyOf(now), Set.copyOf(origins), sources.toString());
        known = made;
        return made;
    }

    /// The origin of an address; null for what is none, because it goes into a header.
    private static @Nullable String originOf(String url) {
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException e) {
            return null;
        }
        if (uri.getScheme() == null || uri.getHost() == null) {
            return null;
        }
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        boolean usual = uri.getPort() == (scheme.equals("https") ? 443 : 80);
        String origin = scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT)
                + (uri.getPort() < 0 || usual ? "" : ":" + uri.getPort());
        return ORIGIN.matcher(origin).matches() ? origin : null;
    }

    /// The same origin with `127.0.0.1` for any name of this machine; null for other machines.
    private static @Nullable String numeric(String origin) {
        int host = origin.indexOf("://") + 3;
        int port = origin.lastIndexOf(':');
        boolean named = port > host && !origin.endsWith("]");
        String name = named ? origin.substring(host, port) : origin.substring(host);
        return OriginRules.isLoopback(name)
                ? origin.substring(0, host) + "127.0.0.1" + (named ? origin.substring(port) : "")
                : null;
    }
}
