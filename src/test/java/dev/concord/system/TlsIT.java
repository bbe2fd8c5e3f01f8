package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.transport.Certificates;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two nodes that speak TLS to each other and to their clients.
class TlsIT {
    @TempDir
    private Path folder;

    @Test
    void aClusterRunsInsideTlsAndTakesARenewedCertificate() throws Exception {
        Certificates authority =
                new Certificates(folder, "authority").sign("first").sign("renewed");
        authority.writePem("first", folder, "node");
        String files = folder.resolve("node").toString();
        String ca = folder.resolve("ca.crt").toString();
        Path secret = folder.resolve("cluster.secret");
        try (ClusterProcesses cluster = new ClusterProcesses(
                folder,
                2,
                "http_tls_certificate_file: " + files + ".crt",
                "http_tls_key_file: " + files + ".key",
                "peer_tls_certificate_file: " + files + ".crt",
                "peer_tls_key_file: " + files + ".key",
                "peer_tls_ca_file: " + ca,
                "cluster_secret_file: " + secret)) {
            NodeProcess node = cluster.start().node(1);
            URI url = URI.create(node.url());
            String secure = "https://127.0.0.1:" + url.getPort();

            ClusterProcesses.await(
                    "both nodes are healthy",
                    () -> Cli.run("status", "--node", secure, "--ca-file", ca).status() == 0);
            assertThat(Cli.run("send", "--node", secure, "--ca-file", ca, "--as", "ada", "hello")
                            .output())
                    .isEqualToIgnoringNewLines("1");
            String chat =
                    String.join(" ", Cli.command("chat", "--plain", "--node", secure, "--ca-file", ca, "--as", "ada"));
            assertThat(new Shell(folder, Map.of()).run("bash", "-c", "echo over TLS | " + chat))
                    .contains("#1 ada: hello", "#2 ada: over TLS");
            assertThat(Cli.run("status", "--node", secure).status())
                    .as("without trust in the authority")
                    .isEqualTo(3);

            Map<String, String> settings = Map.of(
                    "CONCORD_HTTP_PORT", "" + url.getPort(), "CONCORD_HTTP_TLS_CERTIFICATE_FILE", files + ".crt");
            assertThat(Cli.run(settings, "health").status())
                    .as("the health check of a container")
                    .isZero();

            SSLContext client = authority.context("first", authority);
            assertThat(shown(client, url.getPort())).isEqualTo("CN=first");
            Path staging = Files.createDirectory(folder.resolve("staging"));
            authority.writePem("renewed", staging, "node");
            for (String end : new String[] {".key", ".crt"}) {
                Files.move(
                        staging.resolve("node" + end),
                        folder.resolve("node" + end),
                        StandardCopyOption.REPLACE_EXISTING);
            }
            ClusterProcesses.await(
                    "the renewed certificate is shown",
                    () -> shown(client, url.getPort()).equals("CN=renewed"));
            ClusterProcesses.await("links take it too", () -> node.output().contains("Took the renewed certificate"));
        }
    }

    private static String shown(SSLContext client, int port) {
        try (SSLSocket socket =
                (SSLSocket) client.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
