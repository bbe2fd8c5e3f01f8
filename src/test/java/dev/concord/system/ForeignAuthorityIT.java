package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.transport.Certificates;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node that has the cluster secret, and a certificate that another authority has signed.
class ForeignAuthorityIT {
    @TempDir
    private Path folder;

    @Test
    void aNodeWithAForeignCertificateIsRefusedAtBothEndsAndDisturbsNobody() throws Exception {
        Path own = Files.createDirectory(folder.resolve("own"));
        Path foreign = Files.createDirectory(folder.resolve("foreign"));
        new Certificates(own, "authority").sign("node").writePem("node", own, "node");
        new Certificates(foreign, "authority").sign("intruder").writePem("intruder", foreign, "node");
        try (ClusterProcesses cluster = new ClusterProcesses(
                folder,
                3,
                "peer_tls_certificate_file: " + own.resolve("node.crt"),
                "peer_tls_key_file: " + own.resolve("node.key"),
                "peer_tls_ca_file: " + own.resolve("ca.crt"),
                "bootstrap: true",
                "cluster_secret_file: " + folder.resolve("cluster.secret"))) {
            NodeProcess intruder = cluster.node(3);
            String good = Files.readString(intruder.config());
            // it trusts the others, so that it is they who refuse it
            Files.writeString(
                    intruder.config(),
                    good.replace(own + "/node.", foreign + "/node.").replace("bootstrap: true", "bootstrap: false"));
            Files.writeString(
                    cluster.node(1).config(),
                    Files.readString(cluster.node(1).config()).replace("bootstrap: true", "bootstrap: false"));

            cluster.start();
            ClusterProcesses.await(
                    "the two true nodes have a leader",
                    () -> cluster.api(1).cluster().leader() == 2
                            && cluster.api(2).cluster().leader() == 2);
            for (NodeProcess node : cluster.all().subList(0, 2)) {
                ClusterProcesses.await(
                        "node " + node.id() + " says whom it does not let in",
                        () -> node.output().contains("No link from 127.0.0.1: TLS failed"));
            }
            ClusterProcesses.await(
                    "the foreign node says why it has no links",
                    () -> intruder.output()
                            .lines()
                            .filter(line -> line.contains("No link"))
                            .anyMatch(line -> line.contains("certificate")));

            assertThat(Cli.run("send", "--node", cluster.node(1).url(), "--as", "ada", "hello")
                            .output())
                    .isEqualToIgnoringNewLines("1");
            assertThat(cluster.api(3).cluster().leader()).isZero();
            long term = cluster.api(1).cluster().term();

            intruder.terminate();
            Files.writeString(intruder.config(), good.replace("bootstrap: true", "bootstrap: false"));
            intruder.start();
            ClusterProcesses.await(
                    "with a certificate of the own authority it belongs to them",
                    () -> cluster.api(3).newestSeq() >= 1);
            assertThat(term).as("no election was held for the foreign node").isLessThanOrEqualTo(2);
        }
    }
}
