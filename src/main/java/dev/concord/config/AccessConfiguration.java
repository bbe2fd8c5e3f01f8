package dev.concord.config;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import dev.concord.access.AccessControl;
import dev.concord.access.AccessMode;
import dev.concord.access.Authenticator;
import dev.concord.access.RateLimiter;
import dev.concord.access.TokenFile;
import dev.concord.node.EventAction;
import dev.concord.web.security.IssuerKeys;
import dev.concord.web.security.JwtAuthenticator;
import dev.concord.web.security.OriginRules;
import dev.concord.web.stomp.StompSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.CorsFilter;

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
    OriginRules originRules(NodeSettings settings, AccessMode mode) {
        return new OriginRules(mode, settings.clients().allowedOrigins(), settings.advertisedUrl());
    }

    @Bean
    StompSettings stompSettings(NodeSettings settings) {
        return StompSettings.DEFAULTS.withAllowedOrigins(settings.clients().allowedOrigins());
    }

    /// Pages of other origins: none, unless somebody named them.
    @Bean
    @Conditional(OriginsAllowed.class)
    FilterRegistrationBean<CorsFilter> corsFilter(NodeSettings settings) {
        CorsConfiguration cors = new CorsConfiguration();
        cors.setAllowedOrigins(settings.clients().allowedOrigins());
        cors.setAllowedMethods(List.of("GET", "HEAD", "POST", "DELETE"));
        cors.setAllowedHeaders(List.of("*"));
        cors.setExposedHeaders(List.of("*"));
        cors.setMaxAge(Duration.ofHours(1));
        UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
        source.registerCorsConfiguration("/**", cors);
        FilterRegistrationBean<CorsFilter> registration = new FilterRegistrationBean<>(new CorsFilter(source));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 1); // a browser asks first, and without a token
        registration.setAsyncSupported(true);
        return registration;
    }

    private static final class OriginsAllowed implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return context.getEnvironment() instanceof ConfigurableEnvironment environment
                    && !SettingsEnvironment.settings(environment)
                            .clients()
                            .allowedOrigins()
                            .isEmpty();
        }
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
