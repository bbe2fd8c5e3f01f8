package dev.concord.transport;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// An authority made for one test, and certificates that it signs; by the keytool of the JDK.
public final class Certificates {
    private static final char[] PASSWORD = "password".toCharArray();

    private final Path store;

    public Certificates(Path folder, String name) throws IOException {
        store = folder.resolve(name + ".p12");
        keytool("-alias", "authority", "-dname", "CN=authority " + name, "-ext", "bc:c");
    }

    /// Signs a new certificate for this machine.
    public Certificates sign(String alias) throws IOException {
        keytool(
                "-alias",
                alias,
                "-dname",
                "CN=" + alias,
                "-signer",
                "authority",
                "-ext",
                "san=ip:127.0.0.1,dns:localhost");
        return this;
    }

    private void keytool(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-genkeypair",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD),
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "2"));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException("keytool: " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private KeyStore load() throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        return keys;
    }

    /// A context that shows one certificate, and trusts those of an authority.
    public SSLContext context(String alias, Certificates trusted) throws IOException, GeneralSecurityException {
        KeyStore shown = KeyStore.getInstance("PKCS12");
        shown.load(null, null);
        KeyStore all = load();
        shown.setKeyEntry(alias, all.getKey(alias, PASSWORD), PASSWORD, all.getCertificateChain(alias));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(shown, PASSWORD);
        KeyStore authorities = KeyStore.getInstance("PKCS12");
        authorities.load(null, null);
        authorities.setCertificateEntry("authority", trusted.load().getCertificate("authority"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(authorities);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    /// Writes `NAME.crt`, `NAME.key` and `ca.crt` in PEM into a folder.
    public void writePem(String alias, Path folder, String name) throws IOException, GeneralSecurityException {
        KeyStore all = load();
        StringBuilder chain = new StringBuilder();
        for (Certificate certificate : all.getCertificateChain(alias)) {
            chain.append(pem("CERTIFICATE", certificate.getEncoded()));
        }
        Path key = folder.resolve(name + ".key");
        Files.writeString(key, pem("PRIVATE KEY", all.getKey(alias, PASSWORD).getEncoded()));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(folder.resolve(name + ".crt"), chain);
        Files.writeString(
                folder.resolve("ca.crt"),
                pem("CERTIFICATE", all.getCertificate("authority").getEncoded()));
    }

    private static String pem(String kind, byte[] content) {
        return "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + kind
                + "-----\n";
    }
}
