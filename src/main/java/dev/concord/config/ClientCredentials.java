package dev.concord.config;

import dev.concord.access.TokenFile;
import dev.concord.access.UnsafeFileException;
import dev.concord.web.security.IssuerKeys;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Looks at what proves who a client is before the node starts, so that the error names where the setting was written.
final class ClientCredentials {
    private ClientCredentials() {}

    static void checkTokens(Path file) {
        try {
            refuseFolder(Setting.CLIENT_TOKENS_FILE, file);
            TokenFile.open(file);
        } catch (UnsafeFileException e) {
            throw new InvalidSettingException(Setting.CLIENT_TOKENS_FILE.key(), "cannot be used: " + e.getMessage());
        } catch (IOException e) {
            throw new InvalidSettingException(
                    Setting.CLIENT_TOKENS_FILE.key(),
                    "names " + file + ", which cannot be read: make it with concord token create --file " + file);
        }
    }

    static void checkKey(Path file) {
        refuseFolder(Setting.JWT_PUBLIC_KEY_FILE, file);
        if (!Files.isReadable(file)) {
            throw new InvalidSettingException(
                    Setting.JWT_PUBLIC_KEY_FILE.key(),
                    "names " + file + ", which cannot be read: give a PEM file with -----BEGIN PUBLIC KEY-----");
        }
        try {
            IssuerKeys.in(file);
        } catch (IOException e) {
            throw new InvalidSettingException(Setting.JWT_PUBLIC_KEY_FILE.key(), "cannot be used: " + e.getMessage());
        }
    }

    /// @return what to warn of, if anything
    static Optional<String> checkUri(String text) {
        try {
            URI uri = URI.create(text);
            String host = uri.getHost();
            if (host != null && "https".equals(uri.getScheme())) {
                return Optional.empty();
            }
            if (host != null && "http".equals(uri.getScheme())) {
                return Loopback.is(host)
                        ? Optional.empty()
                        : Optional.of(
                                "jwt_jwk_set_uri is not https: whoever changes what crosses the network could make"
                                        + " tokens");
            }
        } catch (IllegalArgumentException e) {
            // the same answer as for any other text
        }
        throw new InvalidSettingException(
                Setting.JWT_JWK_SET_URI.key(),
                "is \"" + text + "\": give a URL such as https://login.example.org/keys; for a file there is"
                        + " jwt_public_key_file");
    }

    private static void refuseFolder(Setting setting, Path file) {
        if (Files.isDirectory(file)) {
            throw new InvalidSettingException(setting.key(), "names " + file + ", which is a folder: name a file");
        }
    }
}
