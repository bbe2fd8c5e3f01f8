package dev.concord.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.cli.Finding.Level;
import dev.concord.client.FakeCluster;
import dev.concord.client.FakeNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTests {
    @TempDir
    private Path folder;

    @Test
    void aGoodConfigurationIsFoundGood() throws IOException {
        CommandRun run = CommandRun.of("doctor", "-c", config("a.yml", 1, ports()));

        assertThat(run.out())
                .containsPattern("ok +java")
                .containsPattern("ok +config .*a.yml is the configuration of node 1")
                .containsPattern("ok +ports +port 127.0.0.1:\\d+ is free")
                .containsPattern("ok +ports +http_port 127.0.0.1:\\d+ is free")
                .containsPattern("ok +folder .*can be made")
                .containsPattern("fsync +a sync takes [\\d.]+ ms \\(median\\)");
        assertThat(run.exitCode()).as(run.out()).isZero();
    }

    @Test
    void twoNodesWithTheSameIdOrFolderOrPortFail() throws IOException {
        int[] ports = ports();
        CommandRun run = CommandRun.of("doctor", "-c", config("a.yml", 1, ports), "-c", config("b.yml", 1, ports));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .containsPattern("fail +config .*both have node_id 1 → give each node an id of its own")
                .contains("both have port 127.0.0.1:" + ports[0], "both have http_port", "both have log_dir");
    }

    @Test
    void aPortThatSomebodyHasFailsWithTheWayOut() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int[] ports = {taken.getLocalPort(), ports()[0]};
            CommandRun run = CommandRun.of("doctor", "-c", config("a.yml", 1, ports));

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.out())
                    .containsPattern(
                            "fail +ports +port 127.0.0.1:" + ports[0] + " cannot be had: .* → end the program");
        }
    }

    @Test
    void aWrongConfigurationFailsWithItsOwnWords() throws IOException {
        Path file = folder.resolve("wrong.yml");
        Files.writeString(file, "node_id: 1\nleader_timeout_ms: 10\n");

        CommandRun run = CommandRun.of("doctor", "-c", file.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).containsPattern("fail +config .*wrong.yml.*leader_timeout_ms");
    }

    @Test
    void aFileInPlaceOfAFolderFails() throws IOException {
        Path file = Files.writeString(folder.resolve("data"), "x");

        assertThat(MachineChecks.folder(file).level()).isEqualTo(Level.FAIL);
        assertThat(MachineChecks.folder(folder.resolve("new")).level()).isEqualTo(Level.OK);
    }

    @Test
    void eachJudgementHasItsLimit() {
        assertThat(MachineChecks.java(24, "Java 24").level()).isEqualTo(Level.FAIL);
        assertThat(MachineChecks.java(25, "Java 25").level()).isEqualTo(Level.OK);
        assertThat(MachineChecks.descriptors(1_024).level()).isEqualTo(Level.WARN);
        assertThat(MachineChecks.descriptors(65_536).level()).isEqualTo(Level.OK);
        assertThat(MachineChecks.space(1 << 20).level()).isEqualTo(Level.FAIL);
        assertThat(MachineChecks.space(500L << 20).level()).isEqualTo(Level.WARN);
        assertThat(MachineChecks.space(5L << 30).level()).isEqualTo(Level.OK);
        assertThat(MachineChecks.sync(1, 30, 1).level()).isEqualTo(Level.OK);
        assertThat(MachineChecks.sync(30, 1, 30).level()).isEqualTo(Level.WARN);
        assertThat(ClusterChecks.clock("http://a", 2_001).level()).isEqualTo(Level.WARN);
        assertThat(ClusterChecks.clock("http://a", -2_001).text()).contains("2 s behind");
        assertThat(ClusterChecks.clock("http://a", 900).level()).isEqualTo(Level.OK);
    }

    @Test
    void twoRunningNodesWithOneIdFail() {
        FakeCluster cluster = new FakeCluster();
        try (FakeNode first = new FakeNode(cluster);
                FakeNode second = new FakeNode(cluster)) {
            CommandRun run = CommandRun.of("doctor", "--node", first.url(), "--node", second.url());

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.out())
                    .containsPattern("fail +cluster .*both say they are node 1")
                    .containsPattern("ok +clock .*agrees with this machine");
        }
    }

    @Test
    void aNodeThatIsNotThereFailsWhenItWasAskedFor() {
        FakeNode node = new FakeNode(new FakeCluster());
        node.close();

        assertThat(CommandRun.of("doctor", "--node", node.url()).out())
                .containsPattern("fail +cluster +no node answers");
    }

    private String config(String name, int id, int... ports) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(
                file,
                "node_id: " + id + "\nhost: 127.0.0.1\nport: " + ports[0] + "\nseed_nodes: []\nhttp_port: " + ports[1]
                        + "\nlog_dir: \"" + folder.resolve("data") + "\"\n");
        return file.toString();
    }

    private static int[] ports() throws IOException {
        try (ServerSocket a = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket b = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new int[] {a.getLocalPort(), b.getLocalPort()};
        }
    }
}
