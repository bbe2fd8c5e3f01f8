package dev.concord.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.env.MockEnvironment;

/// Every way to get a configuration file wrong, and the one sentence that an operator reads.
class SettingsErrorsTests {
    @TempDir
    private Path folder;

    @Nested
    class AKeyIsRefused {
        @Test
        void whenItIsMistyped() {
            refuses(
                    "node_id: 1\nheartbeat_intervall_ms: 200",
                    "line 2: heartbeat_intervall_ms is no setting: " + "did you mean heartbeat_interval_ms?");
        }

        @Test
        void whenItIsAbbreviated() {
            refuses(
                    "node_id: 1\nheartbeat: 200",
                    "line 2: heartbeat is no setting: " + "did you mean heartbeat_interval_ms?");
        }

        @Test
        void whenNothingLikeItExists() {
            assertThatThrownBy(() -> read("node_id: 1\nzookeeper: yes"))
                    .hasMessageContaining("line 2: zookeeper is no setting: the known ones are node_id, host, port,");
        }

        @Test
        void whenItStandsThereTwice() {
            assertThatThrownBy(() -> read("node_id: 1\nport: 5001\nport: 5002"))
                    .hasMessageMatching(
                            "\\S+node.yml, line 3: port stands here a second time, first in \\S+node.yml, line 2: "
                                    + "remove one of them\\.");
        }

        @Test
        void whenASeedNodeHasAnUnknownOne() {
            refuses(
                    "node_id: 1\nseed_nodes:\n  - {node_id: 2, hots: a, port: 5002}",
                    "line 3: seed_nodes[0].hots is no key of a node: did you mean host?");
        }
    }

    @Nested
    class AValueIsRefused {
        @Test
        void whenANumberIsText() {
            refuses("node_id: one", "line 1: node_id is one: write a whole number.");
        }

        @Test
        void whenANumberIsInQuotes() {
            refuses("node_id: \"1\"", "line 1: node_id is 1: write a whole number.");
        }

        @Test
        void whenANumberIsAFraction() {
            refuses(
                    "node_id: 1\nheartbeat_interval_ms: 0.2",
                    "line 2: heartbeat_interval_ms is 0.2: write a whole number.");
        }

        @Test
        void whenATextIsANumber() {
            refuses("node_id: 1\nhost: 127", "line 2: host is 127: write text, in quotes if it looks like a number.");
        }

        @Test
        void whenALogIsToBeSmallerThanTwoOfItsSegments() {
            refuses(
                    "node_id: 1\nretention_size_mib: 64",
                    "line 2: retention_size_mib is 64, less than two segments of 67108864 bytes: whole segments are"
                            + " removed, and never the last; give a larger number, or lower segment_bytes on all nodes.");
        }

        @Test
        void whenARetentionIsNone() {
            refuses(
                    "node_id: 1\nretention_age_minutes: -1",
                    "line 2: retention_age_minutes is -1: give a whole number from 0 to 5270400.");
            refuses("node_id: 1\nretention_size_mib: 1.5", "line 2: retention_size_mib is 1.5: write a whole number.");
            refuses(
                    "node_id: 1\nsegment_bytes: 1000",
                    "line 2: segment_bytes is 1000: give a whole number from 65536 to 1073741824.");
        }

        @Test
        void whenItIsMissing() {
            refuses("node_id: 1\nport:", "line 2: port has no plain value: write a whole number.");
        }

        @Test
        void whenAScalarIsAList() {
            refuses("node_id: 1\nport: [5001]", "line 2: port has no plain value: write a whole number.");
        }

        @Test
        void whenTheListOfSeedNodesIsNone() {
            refuses(
                    "node_id: 1\nseed_nodes: 2",
                    "line 2: seed_nodes has no plain value: write a list of nodes, "
                            + "each {node_id: 2, host: \"127.0.0.1\", port: 5002}.");
        }

        @Test
        void whenASeedNodeIsOnlyAName() {
            refuses(
                    "node_id: 1\nseed_nodes:\n  - alpha:5002",
                    "line 3: seed_nodes[0] is not a node: write {node_id: 2, host: \"127.0.0.1\", port: 5002}.");
        }

        @Test
        void whenASeedNodeIsIncomplete() {
            refuses(
                    "node_id: 1\nseed_nodes:\n  - {node_id: 2, port: 5002}",
                    "line 3: seed_nodes[0] has no host: write {node_id: 2, host: \"127.0.0.1\", port: 5002}.");
        }

        @Test
        void whenAPortDoesNotExist() {
            refuses("node_id: 1\nport: 70000", "line 2: port is 70000: give a whole number from 1 to 65535.");
        }

        @Test
        void whenANumberIsBeyondAllNumbers() {
            refuses(
                    "node_id: 99999999999999999999",
                    "line 1: node_id is \"99999999999999999999\": " + "give a whole number from 1 to 9999.");
        }

        @ParameterizedTest
        @CsvSource({
            "node_id, 1, 9999",
            "port, 1, 65535",
            "heartbeat_interval_ms, 10, 20000",
            "leader_timeout_ms, 1, 60000",
            "max_text_bytes, 1, 31744",
            "submit_timeout_ms, 100, 60000",
            "preempt_stable_ms, 1, 3600000",
            "dedup_window, 1000, 10000000",
            "catchup_bytes_per_second, 65536, 1073741824",
            "disk_reserve_bytes, 0, 2147483647",
            "segment_bytes, 65536, 1073741824",
            "retention_age_minutes, 0, 5270400",
            "retention_size_mib, 0, 1073741824",
            "scrub_interval_ms, 1, 2000000000",
            "scrub_bytes_per_second, 65536, 1073741824",
            "rate_limit_per_client, 0, 10000000",
            "rate_limit_cluster, 0, 10000000",
            "connection_limit_per_client, 0, 1000000"
        })
        void whenANumberIsBelowItsLeastOrAboveItsMost(String key, long least, long most) throws IOException {
            for (long wrong : new long[] {least - 1, most + 1}) {
                assertThatThrownBy(() -> read((key.equals("node_id") ? "" : "node_id: 1\n") + key + ": " + wrong))
                        .isInstanceOf(SettingsException.class)
                        .satisfies(
                                e -> assertThat(String.valueOf(e.getMessage()).replace("\"", ""))
                                        .contains(key + " is " + wrong + ": give a whole number from " + least + " to "
                                                + most));
            }
            for (long right : new long[] {least, most}) {
                assertThat(fault((key.equals("node_id") ? "" : "node_id: 1\n") + key + ": " + right))
                        .doesNotContain("give a whole number");
            }
        }

        @Test
        void whenTheNodeIdIsNotPositive() {
            refuses("node_id: 0", "line 1: node_id is 0: give a whole number from 1 to 9999.");
        }

        @Test
        void whenAHostHasAPort() {
            refuses(
                    "node_id: 1\nhost: http://alpha",
                    "line 2: host is \"http://alpha\": give a host name or an address "
                            + "such as 127.0.0.1, without port.");
        }

        @Test
        void whenTheAdvertisedUrlIsNone() {
            assertThatThrownBy(() -> read("node_id: 1\nadvertised_url: alpha:8080"))
                    .hasMessageContaining("line 2: advertised_url is \"alpha:8080\": give a base URL such as http://");
        }

        @Test
        void whenTheSecretIsShort() {
            refuses(
                    "node_id: 1\ncluster_secret: hunter2",
                    "line 2: cluster_secret is shorter than 16 characters: make one with concord secret.");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "aaaaaaaaaaaaaaaaaaaaaaaa",
                    "changemechangeme",
                    "password12password12",
                    "0123456789abcdef",
                    "abcdefghijklmnopq",
                    "9876543210987654"
                })
        void whenTheSecretIsAPattern(String pattern) {
            refuses(
                    "node_id: 1\ncluster_secret: \"" + pattern + "\"",
                    "line 2: cluster_secret is a pattern that can be guessed: make one with concord secret.");
        }

        @Test
        void whenOtherUsersMayReadTheSecretFile() throws IOException {
            Path file = secret("rw-r--r--");

            refuses(
                    "node_id: 1\ncluster_secret_file: " + file,
                    "line 2: cluster_secret_file is unsafe: " + file
                            + " can be read by every user of this machine: chmod 600 " + file + ".");
        }

        @ParameterizedTest
        @ValueSource(strings = {"rw--w----", "rw-----w-"})
        void whenOtherUsersMayChangeTheSecretFile(String rights) throws IOException {
            Path file = secret(rights);

            refuses(
                    "node_id: 1\ncluster_secret_file: " + file,
                    "line 2: cluster_secret_file is unsafe: " + file + " can be changed by other users: chmod go-w "
                            + file + ".");
        }

        private Path secret(String rights) throws IOException {
            Path file = Files.writeString(folder.resolve("secret"), "3b9f1c77e2d04a58");
            return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
        }

        @Test
        void whenTheSecretFileIsNotThere() {
            assertThatThrownBy(() -> read("node_id: 1\ncluster_secret_file: /nowhere/secret"))
                    .hasMessageContaining(
                            "line 2: cluster_secret_file names /nowhere/secret, which can neither be read nor made:"
                                    + " make it with concord secret");
        }
    }

    @Nested
    class ACombinationIsRefused {
        @Test
        void whenTheTimeoutIsShorterThanThreeHeartbeats() {
            refuses(
                    "node_id: 1\nheartbeat_interval_ms: 200\nleader_timeout_ms: 599",
                    "line 3: leader_timeout_ms is 599, shorter than three heartbeats of 200 ms: set it to at least 600, "
                            + "or lower heartbeat_interval_ms.");
        }

        @Test
        void whenTwoSeedNodesHaveOneId() {
            refuses(
                    "node_id: 1\nseed_nodes:\n- {node_id: 2, host: a, port: 1}\n- {node_id: 2, host: b, port: 1}",
                    "line 4: seed_nodes[1].node_id is 2 a second time: give each node an id of its own.");
        }

        @Test
        void whenTwoSeedNodesHaveOneAddress() {
            refuses(
                    "node_id: 1\nseed_nodes:\n- {node_id: 2, host: a, port: 1}\n- {node_id: 3, host: a, port: 1}",
                    "line 4: seed_nodes[1].port makes a:1 the address of two nodes: each needs its own.");
        }

        @Test
        void whenASeedNodeIsTheNodeItself() {
            refuses(
                    "node_id: 1\nseed_nodes:\n- {node_id: 1, host: a, port: 1}",
                    "line 3: seed_nodes[0].node_id is 1, the id of this node: list only the other nodes, "
                            + "each with an id of its own.");
        }

        @Test
        void whenASeedNodeHasTheAddressOfTheNodeItself() {
            refuses(
                    "node_id: 1\nseed_nodes:\n- {node_id: 2, host: 127.0.0.1, port: 5001}",
                    "line 3: seed_nodes[0].port is the address of this node, 127.0.0.1:5001: each node needs its own.");
        }

        @Test
        void whenClientsAndNodesShareAPort() {
            refuses(
                    "node_id: 1\nport: 5001\nhttp_port: 5001",
                    "line 3: http_port is 5001, which is the port for nodes: choose another.");
        }

        @Test
        void whenThereAreTwoSecrets() {
            refuses(
                    "node_id: 1\ncluster_secret: 3b9f1c77e2d04a58\ncluster_secret_file: f",
                    "line 3: cluster_secret_file and cluster_secret are both set: remove one of them.");
        }

        @Test
        void whenTheClusterWouldBeTooLarge() {
            StringBuilder seeds = new StringBuilder("node_id: 1\nseed_nodes:\n");
            for (int id = 2; id <= NodeSettings.MAX_NODES + 1; id++) {
                seeds.append("- {node_id: " + id + ", host: a, port: " + id + "}\n");
            }
            refuses(seeds.toString(), "line 2: seed_nodes names 9 nodes: a cluster has at most 9, this one included.");
        }
    }

    @Nested
    class ALabIsRefused {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "http://192.0.2.7:8090",
                    "https://127.0.0.1:8090",
                    "http://127.0.0.1:8090/",
                    "http://127.0.0.1",
                    "lab",
                    "http://a@127.0.0.1:8090"
                })
        void whereverItIsNotOnThisMachine(String url) {
            refuses(
                    "node_id: 1\nlab_url: " + url,
                    "line 2: lab_url is \"" + url
                            + "\": a lab is on the machine of its nodes; give an address such as"
                            + " http://127.0.0.1:8090, or remove the line.");
        }

        @Test
        void byANodeThatOtherMachinesReach() {
            refuses(
                    "node_id: 1\nhttp_host: 0.0.0.0\ninsecure: true\nlab_url: http://127.0.0.1:8090",
                    "line 4: lab_url is set, and other machines reach this node at 0.0.0.0: "
                            + "a lab is for the clusters of concord up --lab; remove the line.");
        }

        @Test
        void notWhenAllOfItIsOnThisMachine() throws IOException {
            assertThat(read("node_id: 1\nlab_url: http://localhost:8090").labUrl())
                    .contains("http://localhost:8090");
        }
    }

    @Test
    void thePortToListenOnMayBeAnotherThanTheOneThatOthersUse() throws IOException {
        NodeSettings settings = read("node_id: 1\nport: 5001\nbind_port: 5004");

        assertThat(settings.address().port()).isEqualTo(5001);
        assertThat(settings.bind().port()).isEqualTo(5004);
        refuses("node_id: 1\nbind_port: 70000", "line 2: bind_port is 70000: give a whole number from 1 to 65535.");
    }

    @Nested
    class AFileIsRefused {
        @Test
        void whenItHasNoNodeId() {
            assertThatThrownBy(() -> read("port: 5001"))
                    .hasMessageEndingWith("node.yml: node_id is missing: add a line such as `node_id: 1`.");
        }

        @Test
        void whenItIsEmpty() {
            refuses("", "line 1: the file is empty: write at least `node_id: 1`.");
        }

        @Test
        void whenItIsAList() {
            refuses("- node_id: 1", "line 1: there are no keys: write one `key: value` a line.");
        }

        @Test
        void whenItIsNotYaml() {
            assertThatThrownBy(() -> read("node_id: 1\nseed_nodes: [\nport: }"))
                    .hasMessageMatching(
                            "\\S+node.yml, line 3: this is not YAML \\(.+\\): write one `key: value` a line\\.");
        }

        @Test
        void whenItHasTwoDocuments() {
            refuses("node_id: 1\n---\nnode_id: 2", "line 3: a second document begins: keep the settings in one.");
        }

        @Test
        void whenItDoesNotExist() {
            assertThatThrownBy(() -> readFile(folder.resolve("node9.yml")))
                    .hasMessageEndingWith(
                            "node9.yml does not exist: name a file such as config/node1.yml, or leave --config out.");
        }

        @Test
        void whenItIsAFolder() {
            assertThatThrownBy(() -> readFile(folder))
                    .hasMessageEndingWith(" is a folder: name the YAML file with the settings of the node.");
        }

        @Test
        void whenItIsLargerThanAnySettingsAre() {
            assertThatThrownBy(() -> read("# " + "x".repeat(SettingsFile.MAX_BYTES)))
                    .hasMessageContaining("is larger than " + SettingsFile.MAX_BYTES + " bytes");
        }
    }

    @Test
    void theSecretIsNeverPrinted() throws IOException {
        NodeSettings settings = read("node_id: 1\ncluster_secret: 3b9f1c77e2d04a58");

        assertThat(settings.toString()).doesNotContain("3b9f1c77e2d04a58");
    }

    private void refuses(String yaml, String sentence) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(SettingsException.class)
                .hasMessage(folder.resolve("node.yml") + ", " + sentence);
    }

    private String fault(String yaml) throws IOException {
        try {
            read(yaml);
            return "";
        } catch (SettingsException e) {
            return String.valueOf(e.getMessage()); // such as: no cluster works with that heartbeat
        }
    }

    private NodeSettings read(String yaml) throws IOException {
        return readFile(Files.writeString(folder.resolve("node.yml"), yaml));
    }

    private static NodeSettings readFile(Path file) {
        return SettingsEnvironment.settings(new MockEnvironment().withProperty("concord.config", file.toString()));
    }
}
