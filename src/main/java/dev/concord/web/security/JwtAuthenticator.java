package dev.concord.web.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.concord.access.AccessToken;
import dev.concord.access.Authenticator;
import dev.concord.access.Caller;
import dev.concord.access.Role;
import dev.concord.access.TokenRefusedException;
import dev.concord.node.EventAction;
import java.text.ParseException;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tokens of an issuer (JWT, RFC 7519), signed with a key of his. Only signatures with a public key are taken, so that
/// nobody can sign with what everybody may know. A token without an end is refused: it could never be withdrawn.
///
/// Checking a signature costs more than everything else about a request, so its result is kept until the token ends.
public final class JwtAuthenticator implements Authenticator {
    /// Tokens whose result is kept.
    static final int MAX_KNOWN = 1_000;
    /// How far the clock of the issuer may be off.
    static final int CLOCK_SKEW_SECONDS = 30;

    private static final Logger LOGGER = LoggerFactory.getLogger(JwtAuthenticator.class);
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    private final String roleClaim;
    private final Map<String, Caller> callerByHash = new ConcurrentHashMap<>();

    /// @param issuer the claim `iss` that a token must have
    /// @param audience the claim `aud` that a token must hold
    /// @param roleClaim the claim that names the role, as text or as a list
    public JwtAuthenticator(JWKSource<SecurityContext> keys, String issuer, String audience, String roleClaim) {
        this.roleClaim = roleClaim;
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, keys));
        processor.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
        DefaultJWTClaimsVerifier<SecurityContext> claims = new DefaultJWTClaimsVerifier<>(
                audience, new JWTClaimsSet.Builder().issuer(issuer).build(), Set.of("sub", "exp"));
        claims.setMaxClockSkew(CLOCK_SKEW_SECONDS);
        processor.setJWTClaimsSetVerifier(claims);
    }

    @Override
    public boolean isFor(String token) {
        return token.chars().filter(c -> c == '.').count() == 2;
    }

    @Override
    public Caller authenticate(String token) throws TokenRefusedException {
        String hash = AccessToken.hash(token);
        Caller known = callerByHash.get(hash);
        if (known != null && known.isGood()) {
            return known;
        }
        Caller caller = caller(claims(token));
        if (callerByHash.size() >= MAX_KNOWN) {
            callerByHash.clear();
        }
        callerByHash.put(hash, caller);
        return caller;
    }

    /// How many tokens are remembered.
    int known() {
        return callerByHash.size();
    }

    private JWTClaimsSet claims(String token) throws TokenRefusedException {
        try {
            return processor.process(token, null);
        } catch (ParseException | BadJOSEException e) {
            throw new TokenRefusedException("the token is not valid (" + e.getMessage() + ")");
        } catch (JOSEException e) {
            LOGGER.atWarn()
                    .addKeyValue(EventAction.FIELD, EventAction.TOKEN_UNCHECKED)
                    .log("A token could not be checked: {}", e.getMessage());
            throw new TokenRefusedException("the token cannot be checked now, because of the keys of its issuer");
        }
    }

    private Caller caller(JWTClaimsSet claims) throws TokenRefusedException {
        String name = claims.getSubject();
        if (!Caller.NAME.matcher(name).matches()) {
            throw new TokenRefusedException("the claim sub has characters that a name may not have");
        }
        Role role = roles(claims.getClaim(roleClaim)).stream()
                .flatMap(text -> Role.of(text).stream())
                .max(Comparator.naturalOrder())
                .orElseThrow(() -> new TokenRefusedException(
                        "the claim " + roleClaim + " names none of reader, writer and admin"));
        Instant end = claims.getExpirationTime().toInstant().plusSeconds(CLOCK_SKEW_SECONDS);
        return new Caller(name, role, end, () -> true);
    }

    private static List<String> roles(@Nullable Object claim) {
        return claim instanceof Collection<?> many
                ? many.stream().map(String::valueOf).toList()
                : Optional.ofNullable(claim)
                        .map(one -> List.of(one.toString().split(" ")))
                        .orElse(List.of());
    }
}
