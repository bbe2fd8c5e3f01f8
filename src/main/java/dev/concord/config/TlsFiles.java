package dev.concord.config;

import dev.concord.access.FileRights;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The PEM files of one certificate. Spring watches them, and takes renewed ones without a restart.
///
/// @param certificate the certificate, with those between it and its authority behind it
/// @param key the private key
/// @param authority whose certificates are trusted; only for peers
public record TlsFiles(Path certificate, Path key, Optional<Path> authority) {
    /// The names of the bundles that Spring makes of the files.
    static final String HTTP_BUNDLE = "concord-http";

    static final String PEER_BUNDLE = "concord-peer";

    /// @param names the settings of the files, for errors
    /// @param notices gets what to warn of
    static TlsFiles checked(TlsFiles files, List<Setting> names, List<String> notices) {
        X509Certificate shown = PemFiles.certificate(names.get(0), files.certificate);
        PrivateKey key = PemFiles.privateKey(names.get(1), files.key);
        files.authority.ifPresent(file -> PemFiles.certificate(names.get(2), file));
        if (!PemFiles.belong(key, shown)) {
            throw new InvalidSettingException(
                    names.get(1).key(),
                    "names " + files.key + ", which is not the key of the certificate in " + files.certificate
                            + ": give the two that were made for each other");
        }
        if (shown.getNotAfter().toInstant().isBefore(Instant.now())) {
            notices.add("The certificate in " + files.certificate + " has ended at "
                    + shown.getNotAfter().toInstant() + ": renew it");
        }
        try {
            FileRights.checkSecret(files.key).ifPresent(notices::add);
        } catch (IOException e) {
            throw new InvalidSettingException(names.get(1).key(), "is unsafe: " + e.getMessage());
        }
        return files;
    }

    /// Describes the bundle to Spring.
    void describe(String bundle, Map<String, Object> properties) {
        String prefix = "spring.ssl.bundle.pem." + bundle + ".";
        properties.put(prefix + "keystore.certificate", "file:" + certificate);
        properties.put(prefix + "keystore.private-key", "file:" + key);
        authority.ifPresent(file -> properties.put(prefix + "truststore.certificate", "file:" + file));
        properties.put(prefix + "reload-on-update", true);
        properties.put("spring.ssl.bundle.watch.file.quiet-period", "1s");
    }
}
