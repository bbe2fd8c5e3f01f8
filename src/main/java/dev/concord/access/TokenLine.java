package dev.concord.access;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Pattern;

/// One line of a token file: `ci writer sha256:9f86… expires=2027-01-01T00:00:00Z`.
///
/// @param name whom the token stands for; two lines may share it, which is how a token is replaced without a gap
/// @param hash SHA-256 of the token in hexadecimal digits
/// @param expiresAt [Instant#MAX] for never
public record TokenLine(String name, Role role, String hash, Instant expiresAt) {
    private static final String HASH_PREFIX = "sha256:";
    private static final String EXPIRES_PREFIX = "expires=";
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern SPACE = Pattern.compile("\\s+");

    public TokenLine {
        if (!Caller.NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "\"" + name + "\" is no name: it has 1 to 64 letters, digits and any of . _ - @ : |");
        }
        if (!HASH.matcher(hash).matches()) {
            throw new IllegalArgumentException("the hash is not sha256: and 64 hexadecimal digits");
        }
    }

    /// The line for a new token.
    public static TokenLine of(String name, Role role, String token, Instant expiresAt) {
        return new TokenLine(name, role, AccessToken.hash(token), expiresAt);
    }

    /// @throws IllegalArgumentException saying what is wrong with the line
    static TokenLine parse(String line) {
        String[] parts = SPACE.split(line.strip(), -1);
        if (parts.length < 3 || parts.length > 4 || !parts[2].startsWith(HASH_PREFIX)) {
            throw new IllegalArgumentException("it is not NAME ROLE sha256:HASH [expires=TIME]");
        }
        Role role = Role.of(parts[1])
                .orElseThrow(() ->
                        new IllegalArgumentException("\"" + parts[1] + "\" is no role: it is reader, writer or admin"));
        Instant expiresAt = parts.length == 3 ? Instant.MAX : time(parts[3]);
        return new TokenLine(
                parts[0], role, parts[2].substring(HASH_PREFIX.length()).toLowerCase(Locale.ROOT), expiresAt);
    }

    private static Instant time(String text) {
        try {
            if (text.startsWith(EXPIRES_PREFIX)) {
                return Instant.parse(text.substring(EXPIRES_PREFIX.length()));
            }
        } catch (DateTimeException e) {
            // the same answer as for any other text
        }
        throw new IllegalArgumentException("\"" + text + "\" is not expires=2027-01-01T00:00:00Z");
    }

    /// As it stands in the file.
    @Override
    public String toString() {
        String line = name + ' ' + role.text() + ' ' + HASH_PREFIX + hash;
        return expiresAt.equals(Instant.MAX) ? line : line + ' ' + EXPIRES_PREFIX + expiresAt;
    }
}
