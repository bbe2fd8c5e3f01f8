package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node on an address that other machines reach.
class InsecureIT {
    @TempDir
    private Path folder;

    @Test
    void isRefusedWithOneSentence() {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 1, "http_host: 0.0.0.0")) {
            NodeProcess node = cluster.start().node(1);

            assertThat(node.awaitExit(60)).isEqualTo(2);
            assertThat(node.output().lines()).singleElement().asString().contains("http_host is 0.0.0.0, where");
        }
    }

    @Test
    void saysSoEverywhereWhenSomebodyInsists() throws Exception {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 1, "http_host: 0.0.0.0", "insecure: true")) {
            NodeProcess node = cluster.start().awaitReady().node(1);

            assertThat(node.output()).contains("INSECURE: everybody who reaches 0.0.0.0:");
            assertThat(Cli.run("status", "--node", node.url()).output()).contains("\nINSECURE: everybody");
            assertThat(Cli.run("status", "--node", node.url(), "-o", "json").output())
                    .contains("\"access\":\"INSECURE\"");
        }
    }
}
