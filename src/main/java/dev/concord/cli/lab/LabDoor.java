package dev.concord.cli.lab;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Who may use the lab: the pages of its own nodes, and programs of this machine. A browser of this machine also shows
/// pages of strangers, and those may send requests to any address: they show in `Origin`. They may make a name of their
/// own lead here (DNS rebinding): that shows in `Host`.
final class LabDoor {
    private static final Pattern LOOPBACK_HOST =
            Pattern.compile("(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d+)?", Pattern.CASE_INSENSITIVE);

    private final Set<String> origins = new TreeSet<>();

    /// @param urls of the nodes, `http://127.0.0.1:8081`
    LabDoor(Iterable<String> urls) {
        for (String url : urls) {
            origins.add(url);
            origins.add(url.replace("//127.0.0.1:", "//localhost:"));
        }
    }

    /// Why a request is not taken, if it is not.
    ///
    /// @param origin the header Origin, null if there is none
    /// @param host the header Host
    /// @param fetchSite the header Sec-Fetch-Site, which only browsers send
    Optional<String> refusal(
            String method, @Nullable String origin, @Nullable String host, @Nullable String fetchSite) {
        if (host == null || !LOOPBACK_HOST.matcher(host).matches()) {
            return Optional.of("the lab serves its own machine only: use the address 127.0.0.1");
        }
        if (origin != null && !origins.contains(origin)) {
            return Optional.of("only the pages of the nodes of this cluster may use the lab");
        }
        if (origin == null && fetchSite != null && !method.equals("GET") && !method.equals("HEAD")) {
            return Optional.of("a browser that gives orders must say from which page");
        }
        return Optional.empty();
    }
}
