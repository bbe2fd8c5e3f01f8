package dev.concord.web.security;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/// The public keys of an issuer of tokens.
public final class IssuerKeys {
    private static final int TIMEOUT_MS = 2_000;
    /// Most bytes of a JWK set.
    static final int MAX_BYTES = 256 * 1024;
    /// Shorter RSA keys can be broken.
    private static final int MIN_RSA_BITS = 2048;

    private IssuerKeys() {}

    /// The keys that the issuer publishes. They are fetched when first needed, kept, and fetched again when a token
    /// names one that is not among them; while the issuer is away, the last ones are used.
    public static JWKSource<SecurityContext> at(URL jwkSet) {
        return JWKSourceBuilder.<SecurityContext>create(
                        jwkSet, new DefaultResourceRetriever(TIMEOUT_MS, TIMEOUT_MS, MAX_BYTES))
                .retrying(true)
                .outageTolerantForever()
                .build();
    }

    /// One key in a PEM file, `-----BEGIN PUBLIC KEY-----`.
    ///
    /// @throws IOException if there is none in the file; the message says so
    public static JWKSource<SecurityContext> in(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1); // whatever it is, it can be read
        String base64 = text.replaceAll("-----(BEGIN|END) PUBLIC KEY-----", "").replaceAll("\\s", "");
        try {
            X509EncodedKeySpec spec = new X509EncodedKeySpec(Base64.getDecoder().decode(base64));
            List<JWK> only = List.of(key(spec));
            return (selector, context) -> only; // whatever name a token gives the key
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            throw new IOException(file + " holds no RSA key of at least " + MIN_RSA_BITS
                    + " bits and no EC key: it must begin with -----BEGIN PUBLIC KEY-----");
        }
    }

    private static JWK key(X509EncodedKeySpec spec) throws GeneralSecurityException {
        try {
            RSAPublicKey rsa = (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(spec);
            if (rsa.getModulus().bitLength() < MIN_RSA_BITS) {
                throw new InvalidKeySpecException("too short");
            }
            return new RSAKey.Builder(rsa).build();
        } catch (InvalidKeySpecException e) {
            ECPublicKey ec = (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(spec);
            return new ECKey.Builder(Curve.forECParameterSpec(ec.getParams()), ec).build();
        }
    }
}
