package dev.concord.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/// The text of a token, and what is kept of it.
///
/// It carries 256 random bits, so it cannot be guessed, and its SHA-256 cannot be turned back by trying: a slow hash,
/// which makes the guessing of passwords dear, would only make each request dear. A prefix lets scanners for leaked
/// secrets recognise it.
public final class AccessToken {
    static final String PREFIX = "concord_";

    private AccessToken() {}

    /// A new token. It is not kept anywhere.
    public static String random() {
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(SecretFile.randomBytes());
    }

    /// What a token file holds of a token: 64 hexadecimal digits.
    public static String hash(String token) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
