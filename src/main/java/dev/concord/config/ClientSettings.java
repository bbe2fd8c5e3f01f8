package dev.concord.config;

import dev.concord.access.AccessMode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// What this node asks of its clients.
///
/// @param insecure whether clients of other machines need no token
/// @param tokensFile names, roles and hashes of tokens
/// @param issuer whose signed tokens are taken
/// @param allowedOrigins pages of other origins that may use this node
/// @param ratePerClient requests and messages of one client in a second, 0 for no limit
/// @param connectionsPerClient open connections of one client, 0 for no limit
/// @param rateOfCluster messages that this node takes in a second while it leads, 0 for no limit (X6)
public record ClientSettings(
        boolean insecure,
        Optional<Path> tokensFile,
        Optional<Issuer> issuer,
        List<String> allowedOrigins,
        OptionalInt ratePerClient,
        OptionalInt connectionsPerClient,
        int rateOfCluster) {
    /// One client of another machine gets this much, unless told otherwise. Programs of this machine are not limited.
    static final int DEFAULT_RATE_PER_CLIENT = 10_000;

    static final int MAX_RATE = 10_000_000;
    /// A tenth of all that the node takes. Programs of this machine are not limited, unless told otherwise.
    static final int DEFAULT_CONNECTIONS_PER_CLIENT = 2_000;

    static final int MAX_CONNECTIONS = 1_000_000;

    public ClientSettings {
        allowedOrigins = List.copyOf(allowedOrigins);
        for (String origin : allowedOrigins) {
            if (!origin.matches("https?://[A-Za-z0-9.:\\[\\]-]+")) {
                throw new InvalidSettingException(
                        Setting.ALLOWED_ORIGINS.key(),
                        "has \"" + origin + "\" in it: write each as a browser does, such as https://chat.example.org,"
                                + " with commas between");
            }
        }
        if (insecure && (tokensFile.isPresent() || issuer.isPresent())) {
            throw new InvalidSettingException(
                    Setting.INSECURE.key(), "is true, and there are client tokens: remove one of them");
        }
    }

    /// Who issues tokens (JWT), and what a token of his must say.
    ///
    /// @param keys URL of his JWK set, or path of a PEM file with his public key
    /// @param roleClaim the claim that names a role
    public record Issuer(String keys, boolean isUrl, String name, String audience, String roleClaim) {
        static final String DEFAULT_ROLE_CLAIM = "concord_role";
    }

    /// @param httpHost where the node listens to clients
    AccessMode mode(String httpHost) {
        if (tokensFile.isPresent() || issuer.isPresent()) {
            return AccessMode.TOKENS;
        }
        return Loopback.is(httpHost) ? AccessMode.LOOPBACK : AccessMode.INSECURE;
    }

    /// The limit that holds in this mode.
    int ratePerClient(AccessMode mode) {
        return ratePerClient.orElse(mode == AccessMode.LOOPBACK ? 0 : DEFAULT_RATE_PER_CLIENT);
    }
}
