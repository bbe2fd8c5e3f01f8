package dev.concord.web.security;

import dev.concord.access.AccessMode;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// From which web pages requests are taken. Programs that are no browsers send no Origin, and pass.
///
/// A node without tokens trusts its machine, and a browser on that machine runs pages of strangers. Such a
/// page may send requests to any address, and may even make its own name lead to this machine (DNS
/// rebinding), so that the browser takes the node for a part of it. The first shows in `Origin`, the second
/// in `Host`.
public final class OriginRules {
    private static final Pattern LOOPBACK_HOST =
            Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]", Pattern.CASE_INSENSITIVE);
    private static final Pattern PORT = Pattern.compile(":\\d+$");

    private final AccessMode mode;
    private final Set<String> allowedOrigins;
    private final String advertisedHost;
    private final MemberOrigins members;

    /// The newest name of this node that a request asked for: nearly every request asks for the same.
    private volatile String ownHost = "localhost";

    /// @param allowedOrigins of other pages that may use this node, such as `https://chat.example.org`
    /// @param advertisedUrl under which clients reach this node
    /// @param memberUrls under which clients reach the members now: their pages are as good as its own
    public OriginRules(
            AccessMode mode, List<String> allowedOrigins, String advertisedUrl, Supplier<List<String>> memberUrls) {
        this.mode = mode;
        this.allowedOrigins = new HashSet<>(allowedOrigins);
        String host = URI.create(advertisedUrl).getHost();
        this.advertisedHost = host == null ? "" : host.toLowerCase(Locale.ROOT);
        this.members = new MemberOrigins(memberUrls, mode == AccessMode.LOOPBACK);
    }

    /// Why a request is not taken, if it is not.
    ///
    /// @param origin the header Origin, null if there is none
    /// @param host the header Host, null if there is none
    Optional<String> refusal(String method, @Nullable String origin, @Nullable String host) {
        if (mode == AccessMode.LOOPBACK && host != null && !isOwnHost(host)) {
            return Optional.of("this node serves its own machine only, and not the name " + printable(host)
                    + "; use localhost, or set advertised_url to the address that clients use");
        }
        if (origin != null && !AccessRules.isReading(method) && !mayChange(origin, host)) {
            return Optional.of("pages of " + printable(origin)
                    + " may not change anything here; allowed_origins names those that may");
        }
        return Optional.empty();
    }

    /// Whether a page of this origin may do what its reader may do.
    boolean mayChange(String origin, @Nullable String host) {
        return isOwn(origin, host) || isFriend(origin);
    }

    /// Whether a page of this origin, which is not this node's, may see the answers to its requests.
    public boolean isFriend(String origin) {
        return allowedOrigins.contains(origin) || members.contains(origin);
    }

    /// Where this node's page may connect to, besides the node itself.
    String connectSources() {
        return members.connectSources();
    }

    static boolean isLoopback(String host) {
        return LOOPBACK_HOST.matcher(host).matches();
    }

    private boolean isOwnHost(String host) {
        if (host.equals(ownHost)) {
            return true;
        }
        String name = PORT.matcher(host).replaceFirst("");
        boolean isOwn = isLoopback(name) || name.toLowerCase(Locale.ROOT).equals(advertisedHost);
        if (isOwn) {
            ownHost = host;
        }
        return isOwn;
    }

    private static boolean isOwn(String origin, @Nullable String host) {
        int authority = origin.indexOf("://");
        return host != null && authority > 0 && origin.substring(authority + 3).equalsIgnoreCase(host);
    }

    /// What came from a stranger, fit to be shown.
    private static String printable(String text) {
        String shown = text.length() > 80 ? text.substring(0, 80) : text;
        return shown.replaceAll("[^\\x21-\\x7e]", "?");
    }
}
