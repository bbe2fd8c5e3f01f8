package dev.concord.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concord.transport.Certificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.util.Base64;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.env.MockEnvironment;

/// Every way to get certificates, keys and tokens wrong, and the one sentence that an operator reads.
class SecuritySettingsErrorsTests {
    @TempDir
    private static Path folder;

    @BeforeAll
    static void makeFiles() throws Exception {
        Certificates authority =
                new Certificates(folder, "authority").sign("one").sign("two");
        authority.writePem("one", folder, "one");
        authority.writePem("two", folder, "two");
        Files.writeString(folder.resolve("text"), "this is no PEM file");
        Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        Files.createSymbolicLink(folder.resolve("loop"), folder.resolve("loop"));
        Files.createDirectory(folder.resolve("directory"));
        ownerOnly("text", "binary");
    }

    private static void ownerOnly(String... names) throws IOException {
        for (String name : names) {
            Files.setPosixFilePermissions(folder.resolve(name), PosixFilePermissions.fromString("rw-------"));
        }
    }

    @Nested
    class ACertificateForClients {
        @Test
        void isTakenWithItsKey() throws IOException {
            NodeSettings settings = read(certificate("one.crt") + key("one.key"));

            assertThat(settings.httpTls()).isPresent();
            assertThat(settings.advertisedUrl()).startsWith("https://");
        }

        @Test
        void isRefusedWithoutItsKey() {
            refuses(
                    certificate("one.crt"),
                    "http_tls_certificate_file is set without http_tls_key_file: TLS needs both");
        }

        @Test
        void isRefusedWithTheKeyOfAnother() {
            refuses(
                    3,
                    certificate("one.crt") + key("two.key"),
                    "http_tls_key_file names " + folder.resolve("two.key")
                            + ", which is not the key of the certificate in " + folder.resolve("one.crt")
                            + ": give the two that were made for each other");
        }

        @Test
        void isRefusedIfItDoesNotExist() {
            refuses(
                    certificate("nothing.crt") + key("one.key"),
                    "http_tls_certificate_file names " + folder.resolve("nothing.crt")
                            + ", which does not exist: give a PEM file");
        }

        @Test
        void isRefusedIfItIsAFolder() {
            refuses(
                    certificate("directory") + key("one.key"),
                    "http_tls_certificate_file names " + folder.resolve("directory")
                            + ", which is a folder: give a PEM file");
        }

        @Test
        void isRefusedIfItIsLargerThanAnyCertificate() throws IOException {
            Files.writeString(folder.resolve("huge.crt"), "x".repeat(PemFiles.MAX_BYTES + 1));
            refuses(
                    certificate("huge.crt") + key("one.key"),
                    "http_tls_certificate_file names " + folder.resolve("huge.crt")
                            + ", which is too large for a certificate or a key");
        }

        @ParameterizedTest
        @ValueSource(strings = {"loop", "binary"})
        void isRefusedIfItCannotBeRead(String file) {
            refuses(
                    certificate(file) + key("one.key"),
                    "http_tls_certificate_file names " + folder.resolve(file)
                            + ", which cannot be read: give a PEM file, readable for this user");
        }

        @ParameterizedTest
        @ValueSource(strings = {"text", "one.key"})
        void isRefusedIfTheFileHoldsSomethingElse(String file) {
            refuses(
                    certificate(file) + key("one.key"),
                    "http_tls_certificate_file names " + folder.resolve(file)
                            + ", which holds no certificate: give a PEM file with -----BEGIN CERTIFICATE-----");
        }

        @ParameterizedTest
        @ValueSource(strings = {"text", "one.crt"})
        void isRefusedIfTheKeyIsNone(String file) throws IOException {
            ownerOnly(file);
            refuses(
                    3,
                    certificate("one.crt") + key(file),
                    "http_tls_key_file names " + folder.resolve(file)
                            + ", which holds no private key, or one with a password: give a PEM file with"
                            + " -----BEGIN PRIVATE KEY-----");
        }

        @Test
        void isRefusedIfOthersMayReadTheKey() throws IOException {
            Path open = folder.resolve("open.key");
            Files.copy(folder.resolve("one.key"), open);
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));

            refuses(
                    3,
                    certificate("one.crt") + key("open.key"),
                    "http_tls_key_file is unsafe: " + open + " can be read by every user of this machine: chmod 600 "
                            + open);
        }

        private static String certificate(String name) {
            return "http_tls_certificate_file: " + folder.resolve(name) + "\n";
        }

        private static String key(String name) {
            return "http_tls_key_file: " + folder.resolve(name) + "\n";
        }
    }

    @Test
    void aCertificateForPeersNeedsAnAuthority() {
        String own = "peer_tls_certificate_file: " + folder.resolve("one.crt") + "\npeer_tls_key_file: "
                + folder.resolve("one.key") + "\n";

        refuses(own, "peer_tls_certificate_file is set without peer_tls_ca_file: TLS needs both");
        refuses(
                4,
                own + "peer_tls_ca_file: " + folder.resolve("text") + "\n",
                "peer_tls_ca_file names " + folder.resolve("text")
                        + ", which holds no certificate: give a PEM file with -----BEGIN CERTIFICATE-----");
    }

    @Nested
    class SignedTokens {
        private static final String CLAIMS = "jwt_issuer: https://login.example\njwt_audience: concord\n";

        private static String key(String name) {
            return "jwt_public_key_file: " + folder.resolve(name) + "\n";
        }

        @Test
        void areRefusedWithAKeyFileAndAnAddressOfKeys() {
            refuses(
                    key("text") + "jwt_jwk_set_uri: https://login.example/keys\n" + CLAIMS,
                    "jwt_public_key_file and jwt_jwk_set_uri are both set: remove one of them");
        }

        @Test
        void areRefusedWithoutAnIssuer() {
            refuses(
                    "jwt_jwk_set_uri: https://login.example/keys\njwt_audience: concord\n",
                    "jwt_jwk_set_uri is set without jwt_issuer: say what the tokens for this cluster have in this claim");
        }

        @Test
        void areRefusedWithoutAnAudience() {
            refuses(
                    key("text") + "jwt_issuer: https://login.example\n",
                    "jwt_public_key_file is set without jwt_audience: say what the tokens for this cluster have in this"
                            + " claim");
        }

        @ParameterizedTest
        @ValueSource(strings = {"jwt_issuer", "jwt_audience", "jwt_role_claim"})
        void areRefusedWithoutAnyKey(String claim) {
            refuses(
                    claim + ": something\n",
                    claim + " is set without a key: add jwt_jwk_set_uri or jwt_public_key_file");
        }

        @ParameterizedTest
        @ValueSource(strings = {"login.example", "file:///etc/keys.json", "/etc/keys.json", "https://", "ht tp://x"})
        void areRefusedIfTheAddressOfKeysIsNone(String uri) {
            refuses(
                    "jwt_jwk_set_uri: \"" + uri + "\"\n" + CLAIMS,
                    "jwt_jwk_set_uri is \"" + uri + "\": give a URL such as https://login.example.org/keys; for a file"
                            + " there is jwt_public_key_file");
        }

        @ParameterizedTest
        @ValueSource(strings = {"nothing", "loop"})
        void areRefusedIfTheKeyFileCannotBeRead(String file) {
            refuses(
                    key(file) + CLAIMS,
                    "jwt_public_key_file names " + folder.resolve(file)
                            + ", which cannot be read: give a PEM file with -----BEGIN PUBLIC KEY-----");
        }

        @ParameterizedTest
        @ValueSource(strings = {"text", "binary", "one.key", "one.crt", "short.pub"})
        void areRefusedIfTheKeyFileHoldsSomethingElse(String file) throws Exception {
            KeyPairGenerator weak = KeyPairGenerator.getInstance("RSA");
            weak.initialize(1024);
            Files.writeString(
                    folder.resolve("short.pub"),
                    "-----BEGIN PUBLIC KEY-----\n"
                            + Base64.getEncoder()
                                    .encodeToString(
                                            weak.generateKeyPair().getPublic().getEncoded())
                            + "\n-----END PUBLIC KEY-----\n");

            refuses(
                    key(file) + CLAIMS,
                    "jwt_public_key_file cannot be used: " + folder.resolve(file)
                            + " holds no RSA key of at least 2048 bits and no EC key: it must begin with"
                            + " -----BEGIN PUBLIC KEY-----");
        }
    }

    @Nested
    class TheFileOfTokens {
        @ParameterizedTest
        @ValueSource(strings = {"nothing", "loop"})
        void isRefusedIfItCannotBeRead(String file) {
            refuses(
                    "client_tokens_file: " + folder.resolve(file) + "\n",
                    "client_tokens_file names " + folder.resolve(file)
                            + ", which cannot be read: make it with concord token create --file "
                            + folder.resolve(file));
        }

        @Test
        void isRefusedIfItIsAFolder() {
            refuses(
                    "client_tokens_file: " + folder.resolve("directory") + "\n",
                    "client_tokens_file names " + folder.resolve("directory") + ", which is a folder: name a file");
        }

        @Test
        void isRefusedByTheLineThatIsWrong() {
            assertThatThrownBy(() -> read("client_tokens_file: " + folder.resolve("text") + "\n"))
                    .isInstanceOf(SettingsException.class)
                    .hasMessageMatching("\\S+node.yml, line 2: client_tokens_file cannot be used: \\S+text, line 1: "
                            + "it is not NAME ROLE .+; concord token create makes such lines\\.");
        }
    }

    private static void refuses(String yaml, String sentence) {
        refuses(2, yaml, sentence);
    }

    private static void refuses(int line, String yaml, String sentence) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(SettingsException.class)
                .hasMessage(folder.resolve("node.yml") + ", line " + line + ": " + sentence + ".");
    }

    private static NodeSettings read(String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("node.yml"), "node_id: 1\n" + yaml);
        return SettingsEnvironment.settings(new MockEnvironment().withProperty("concord.config", file.toString()));
    }
}
