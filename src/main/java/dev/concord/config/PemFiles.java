package dev.concord.config;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.pem.PemContent;

/// Looks into the PEM files that settings name, before anything is started with them, so that the error names the
/// setting and the file. What is read here is not used further: Spring reads the files itself, and again when they
/// change.
final class PemFiles {
    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----");
    /// Larger files hold something else.
    static final int MAX_BYTES = 1 << 20;

    private PemFiles() {}

    /// The first certificate of the file.
    static X509Certificate certificate(Setting setting, Path file) {
        Matcher pem = CERTIFICATE.matcher(text(setting, file));
        try {
            if (pem.find()) {
                byte[] der = Base64.getMimeDecoder().decode(pem.group(1));
                return (X509Certificate)
                        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            }
        } catch (CertificateException | IllegalArgumentException e) {
            // the same answer as for a file without one
        }
        throw new InvalidSettingException(
                setting.key(),
                "names " + file + ", which holds no certificate: give a PEM file with -----BEGIN CERTIFICATE-----");
    }

    static PrivateKey privateKey(Setting setting, Path file) {
        PrivateKey key = null;
        try {
            key = PemContent.of(text(setting, file)).getPrivateKey();
        } catch (IllegalStateException | IllegalArgumentException e) {
            // the same answer as for a file without one
        }
        if (key == null) {
            throw new InvalidSettingException(
                    setting.key(),
                    "names " + file + ", which holds no private key, or one with a password: give a PEM file with"
                            + " -----BEGIN PRIVATE KEY-----");
        }
        return key;
    }

    /// Whether what the key signs is good for the certificate.
    static boolean belong(PrivateKey key, X509Certificate certificate) {
        String algorithm = algorithm(key.getAlgorithm());
        if (algorithm == null) {
            return true; // of a kind that is not known here
        }
        byte[] text = {1};
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static @Nullable String algorithm(String key) {
        return switch (key) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            case "EdDSA", "Ed25519", "Ed448" -> "EdDSA";
            default -> null;
        };
    }

    private static String text(Setting setting, Path file) {
        if (Files.isDirectory(file)) {
            throw new InvalidSettingException(setting.key(), "names " + file + ", which is a folder: give a PEM file");
        }
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new InvalidSettingException(
                        setting.key(), "names " + file + ", which is too large for a certificate or a key");
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new InvalidSettingException(
                    setting.key(), "names " + file + ", which does not exist: give a PEM file");
        } catch (IOException e) {
            throw new InvalidSettingException(
                    setting.key(), "names " + file + ", which cannot be read: give a PEM file, readable for this user");
        }
    }
}
