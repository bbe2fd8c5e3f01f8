package dev.concord.config;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import dev.concord.access.AccessControl;
import dev.concord.access.AccessMode;
import dev.concord.access.Authenticator;
import dev.concord.access.RateLimiter;
import dev.concord.access.TokenFile;
import dev.concord.chat.Cluster;
import dev.concord.node.EventAction;
import dev.concord.web.security.ConnectionLimit;
import dev.concord.web.security.IssuerKeys;
import dev.concord.web.security.JwtAuthenticator;
import dev.concord.web.security.OriginRules;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// What the node asks of its clients.
@Configuration(proxyBeanMethods = false)
public class AccessConfiguration {
    private static final Logger LOGGER = LoggerFactory.getLogger(AccessConfiguration.class);

    @Bean
    AccessMode accessMode(NodeSettings settings) {
        AccessMode mode = settings.access();
        if (mode == AccessMode.INSECURE) {
            LOGGER.atWarn()
                    .addKeyValue(EventAction.FIELD, EventAction.INSECURE)
                    .log(
                            "INSECURE: everybody who reaches {} may read, write and move leadership, because of insecure: true",
                            settings.http());
        }
        if (mode == AccessMode.TOKENS
                && settings.httpTls().isEmpty()
                && !Loopback.is(settings.http().host())) {
            LOGGER.atWarn()
                    .addKeyValue(EventAction.FIELD, EventAction.SETTINGS_NOTICED)
                    .log("Client tokens cross the network in clear: set http_tls_certificate_file and"
                            + " http_tls_key_file, or let a proxy with TLS stand before this node");
        }
        return mode;
    }

    @Bean
    AccessControl accessControl(NodeSettings settings, AccessMode mode) {
        if (mode != AccessMode.TOKENS) {
            return AccessControl.open(mode);
        }
        List<Authenticator> authenticators = new ArrayList<>();
        settings.clients().tokensFile().ifPresent(file -> authenticators.add(tokens(file)));
        settings.clients().issuer().ifPresent(issuer -> authenticators.add(Issuers.authenticator(issuer)));
        return AccessControl.tokens(authenticators);
    }

    @Bean
    RateLimiter rateLimiter(NodeSettings settings, AccessMode mode) {
        return new RateLimiter(settings.clients().ratePerClient(mode), System::nanoTime);
    }

    @Bean
    ConnectionLimit connectionLimit(NodeSettings settings) {
        OptionalInt asked = settings.clients().connectionsPerClient();
        return new ConnectionLimit(asked.orElse(ClientSettings.DEFAULT_CONNECTIONS_PER_CLIENT), asked.isEmpty());
    }

    @Bean
    OriginRules originRules(NodeSettings settings, AccessMode mode, Cluster cluster) {
        return new OriginRules(mode, settings.clients().allowedOrigins(), settings.advertisedUrl(), cluster::urls);
    }

    private static TokenFile tokens(Path file) {
        try {
            return TokenFile.open(file);
        } catch (IOException e) {
            throw new SettingsException(Setting.CLIENT_TOKENS_FILE.key() + " cannot be used: "
                    + StartupFailureReporter.reason(e)
                    + ": make it with concord token create --file " + file + ".");
        }
    }

    /// Apart, so that the classes for JWT are loaded only by a node that needs them.
    private static final class Issuers {
        static Authenticator authenticator(ClientSettings.Issuer issuer) {
            try {
                JWKSource<SecurityContext> keys = issuer.isUrl()
                        ? IssuerKeys.at(URI.create(issuer.keys()).toURL())
                        : IssuerKeys.in(Path.of(issuer.keys()));
                return new JwtAuthenticator(keys, issuer.name(), issuer.audience(), issuer.roleClaim());
            } catch (IOException | IllegalArgumentException e) {
                Setting setting = issuer.isUrl() ? Setting.JWT_JWK_SET_URI : Setting.JWT_PUBLIC_KEY_FILE;
                throw new SettingsException(setting.key() + " cannot be used: " + e.getMessage() + ".");
            }
        }
    }
}
