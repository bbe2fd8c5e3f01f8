package dev.concord.web.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.concord.access.Role;
import dev.concord.access.TokenRefusedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JwtAuthenticatorTests {
    private static RSAKey key;
    private static RSAKey foreign;
    private static JwtAuthenticator authenticator;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void makeKeys() throws Exception {
        key = new RSAKeyGenerator(2048).keyID("k1").generate();
        foreign = new RSAKeyGenerator(2048).keyID("k1").generate();
        authenticator = withKeysIn(pem(key));
    }

    private static Path pem(RSAKey pair) throws Exception {
        String base64 =
                Base64.getMimeEncoder().encodeToString(pair.toRSAPublicKey().getEncoded());
        return Files.writeString(
                folder.resolve("issuer.pem"), "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n");
    }

    private static JwtAuthenticator withKeysIn(Path file) throws Exception {
        return new JwtAuthenticator(IssuerKeys.in(file), "https://issuer.example", "concord", "concord_role");
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer("https://issuer.example")
                .audience("concord")
                .subject("ada")
                .claim("concord_role", "writer")
                .expirationTime(Date.from(Instant.now().plusSeconds(600)));
    }

    private static String signed(JWTClaimsSet claims, JWSAlgorithm algorithm, JWSSigner signer) throws Exception {
        SignedJWT token =
                new SignedJWT(new JWSHeader.Builder(algorithm).keyID("k1").build(), claims);
        token.sign(signer);
        return token.serialize();
    }

    private static String signed(JWTClaimsSet claims) throws Exception {
        return signed(claims, JWSAlgorithm.RS256, new RSASSASigner(key));
    }

    private static void refuses(String token, String reason) {
        assertThatThrownBy(() -> authenticator.authenticate(token))
                .isInstanceOf(TokenRefusedException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void takesATokenOfItsIssuerAndItsHighestRole() throws Exception {
        assertThat(authenticator.authenticate(signed(claims().build()))).hasToString("ada (writer)");
        String token = signed(
                claims().claim("concord_role", List.of("reader", "admin")).build());
        assertThat(authenticator.authenticate(token).may(Role.ADMIN)).isTrue();
        assertThat(authenticator.authenticate(token)).isSameAs(authenticator.authenticate(token));
    }

    @Test
    void refusesWhatIsForSomebodyElse() throws Exception {
        refuses(signed(claims().issuer("https://other.example").build()), "iss");
        refuses(signed(claims().audience("billing").build()), "aud");
        refuses(signed(claims().audience((String) null).build()), "aud");
    }

    @Test
    void refusesWhatHasExpiredOrNeverDoes() throws Exception {
        Instant past = Instant.now().minusSeconds(JwtAuthenticator.CLOCK_SKEW_SECONDS + 5);
        refuses(signed(claims().expirationTime(Date.from(past)).build()), "Expired");
        refuses(signed(claims().expirationTime(null).build()), "exp");
        refuses(
                signed(claims().notBeforeTime(Date.from(Instant.now().plusSeconds(300)))
                        .build()),
                "before");
    }

    @Test
    void refusesWhatHasNoRoleOrAStrangeName() throws Exception {
        refuses(signed(claims().claim("concord_role", null).build()), "names none of reader, writer and admin");
        refuses(signed(claims().claim("concord_role", "root").build()), "names none of reader, writer and admin");
        refuses(signed(claims().subject("a\nb").build()), "the claim sub");
    }

    @Test
    void refusesForeignChangedAndUnsignedTokens() throws Exception {
        refuses(signed(claims().build(), JWSAlgorithm.RS256, new RSASSASigner(foreign)), "not valid");
        String good = signed(claims().build());
        String[] parts = good.split("\\.");
        String changed = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(claims().claim("concord_role", "admin")
                        .build()
                        .toString()
                        .getBytes(StandardCharsets.UTF_8));
        refuses(parts[0] + "." + changed + "." + parts[2], "not valid");
        refuses(new PlainJWT(claims().build()).serialize() + "x", "not valid");
    }

    @Test
    void refusesASignatureMadeWithThePublicKeyAsSecret() throws Exception {
        byte[] asSecret = Files.readAllBytes(pem(key));
        refuses(signed(claims().build(), JWSAlgorithm.HS256, new MACSigner(asSecret)), "not valid");
    }

    @Test
    void fetchesTheKeysThatTheIssuerPublishesOnceAndAgainForANewOne() throws Exception {
        AtomicInteger fetched = new AtomicInteger();
        HttpServer issuer = issuer(() -> {
            fetched.incrementAndGet();
            return new JWKSet(key.toPublicJWK()).toString();
        });
        try {
            JwtAuthenticator remote = withKeysOf(issuer);

            assertThat(fetched.get()).isZero();
            assertThat(remote.authenticate(signed(claims().build()))).hasToString("ada (writer)");
            assertThat(remote.authenticate(signed(claims().subject("bob").build())))
                    .hasToString("bob (writer)");
            assertThat(fetched.get()).isEqualTo(1);
        } finally {
            issuer.stop(0);
        }
    }

    @Test
    void doesNotReadMoreKeysThanAnIssuerHas() throws Exception {
        AtomicInteger padding = new AtomicInteger(IssuerKeys.MAX_BYTES);
        HttpServer issuer = issuer(() -> new JWKSet(key.toPublicJWK()) + " ".repeat(padding.get()));
        try {
            String token = signed(claims().build());

            JwtAuthenticator remote = withKeysOf(issuer);
            assertThatThrownBy(() -> remote.authenticate(token)).isInstanceOf(TokenRefusedException.class);
            padding.set(0);
            assertThat(withKeysOf(issuer).authenticate(token)).hasToString("ada (writer)");
        } finally {
            issuer.stop(0);
        }
    }

    /// A server that publishes keys, as an issuer of tokens does.
    private static HttpServer issuer(Supplier<String> keys) throws IOException {
        HttpServer issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuer.createContext("/jwks", exchange -> {
            byte[] body = keys.get().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        issuer.start();
        return issuer;
    }

    private static JwtAuthenticator withKeysOf(HttpServer issuer) throws IOException {
        URI uri = URI.create("http://127.0.0.1:" + issuer.getAddress().getPort() + "/jwks");
        return new JwtAuthenticator(IssuerKeys.at(uri.toURL()), "https://issuer.example", "concord", "concord_role");
    }

    @Test
    void remembersALimitedNumberOfTokens() throws Exception {
        JwtAuthenticator fresh = withKeysIn(pem(key));
        for (int i = 0; i < JwtAuthenticator.MAX_KNOWN; i++) {
            fresh.authenticate(signed(claims().subject("u" + i).build()));
        }
        assertThat(fresh.known()).isEqualTo(JwtAuthenticator.MAX_KNOWN);

        fresh.authenticate(signed(claims().subject("more").build()));

        assertThat(fresh.known()).isEqualTo(1);
    }

    @Test
    void refusesAShortKey() throws Exception {
        java.security.KeyPairGenerator weak = java.security.KeyPairGenerator.getInstance("RSA");
        weak.initialize(1024);
        String base64 = Base64.getMimeEncoder()
                .encodeToString(weak.generateKeyPair().getPublic().getEncoded());
        Path file = Files.writeString(
                folder.resolve("weak.pem"), "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n");

        assertThatThrownBy(() -> withKeysIn(file)).hasMessageContaining("holds no RSA key of at least 2048 bits");
    }
}
