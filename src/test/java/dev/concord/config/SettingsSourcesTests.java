package dev.concord.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concord.access.AccessMode;
import dev.concord.node.SeedNode;
import dev.concord.protocol.Address;
import dev.concord.protocol.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.support.SystemEnvironmentPropertySourceEnvironmentPostProcessor;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/// Where settings come from, and which source wins.
class SettingsSourcesTests {
    @TempDir
    private Path folder;

    private final ConfigurableEnvironment environment = new StandardEnvironment();

    @Nested
    class WithoutAnyConfiguration {
        @Test
        void aNodeIsAClusterOfOneThatOthersMayJoin() {
            NodeSettings settings = SettingsEnvironment.settings(environment);

            assertThat(settings.nodeId()).isEqualTo(new NodeId(1));
            assertThat(settings.address()).isEqualTo(new Address("127.0.0.1", 5001));
            assertThat(settings.http()).isEqualTo(new Address("127.0.0.1", 8080));
            assertThat(settings.advertisedUrl()).isEqualTo("http://127.0.0.1:8080");
            assertThat(settings.logDir()).isEqualTo(Path.of("data/node-1"));
            assertThat(settings.founding().listSize()).isEqualTo(1);
        }

        @Test
        void theDataFolderFollowsTheNodeId() {
            variables(Map.of("CONCORD_NODE_ID", "7"));

            assertThat(SettingsEnvironment.settings(environment).logDir()).isEqualTo(Path.of("data/node-7"));
        }
    }

    @Nested
    class TheSevenKeysOfAFile {
        @Test
        void areAllANodeNeeds() throws IOException {
            NodeSettings settings = read("""
                    node_id: 2
                    host: 127.0.0.1
                    port: 5002
                    seed_nodes:
                      - {node_id: 1, host: "127.0.0.1", port: 5001}
                      - node_id: 3
                        host: localhost
                        port: 5003
                    heartbeat_interval_ms: 100
                    leader_timeout_ms: 900
                    log_dir: /var/lib/concord
                    """);

            assertThat(settings.nodeId()).isEqualTo(new NodeId(2));
            assertThat(settings.address()).isEqualTo(new Address("127.0.0.1", 5002));
            assertThat(settings.seedNodes())
                    .containsExactly(
                            new SeedNode(new NodeId(1), new Address("127.0.0.1", 5001)),
                            new SeedNode(new NodeId(3), new Address("localhost", 5003)));
            assertThat(settings.logDir()).isEqualTo(Path.of("/var/lib/concord"));
            assertThat(settings.protocol().heartbeat()).isEqualTo(Duration.ofMillis(100));
            assertThat(settings.protocol().leaderTimeout()).isEqualTo(Duration.ofMillis(900));
        }

        @Test
        void leaveEachNodeOfOneMachineAClientPortOfItsOwn() throws IOException {
            NodeSettings settings = read("node_id: 2\nseed_nodes: [{node_id: 1, host: a, port: 5001}]");

            assertThat(settings.http().port()).isEqualTo(8082);
        }

        @Test
        void startTheThreeNodesOfTheRepository() {
            for (int id = 1; id <= 3; id++) {
                String file = "config/node" + id + ".yml";
                ConfigurableEnvironment own = new StandardEnvironment();
                own.getSystemProperties().put("concord.config", file);
                NodeSettings settings = SettingsEnvironment.settings(own);
                own.getSystemProperties().remove("concord.config");

                assertThat(settings.nodeId()).isEqualTo(new NodeId(id));
                assertThat(settings.address().port()).isEqualTo(5000 + id);
                assertThat(settings.http().port()).isEqualTo(8080 + id);
                assertThat(settings.seedNodes()).hasSize(2);
                assertThat(settings.logDir()).isEqualTo(Path.of("data/node-" + id));
            }
        }
    }

    @Nested
    class Overrides {
        @Test
        void environmentVariablesBeatTheFile() throws IOException {
            variables(Map.of("CONCORD_HTTP_PORT", "9001", "CONCORD_BOOTSTRAP", "true"));

            NodeSettings settings = read("node_id: 1\nhttp_port: 8001");

            assertThat(settings.http().port()).isEqualTo(9001);
            assertThat(settings.bootstrap()).isEqualTo(Optional.of(true));
        }

        @Test
        void theCommandLineBeatsTheEnvironment() throws IOException {
            variables(Map.of("CONCORD_HTTP_PORT", "9001"));
            commandLine("--concord.http-port=9002");

            assertThat(read("node_id: 1\nhttp_port: 8001").http().port()).isEqualTo(9002);
        }

        @Test
        void indexedSeedNodesReplaceTheWholeListOfTheFile() throws IOException {
            variables(Map.of(
                    "CONCORD_SEED_NODES_0_NODE_ID", "5",
                    "CONCORD_SEED_NODES_0_HOST", "epsilon",
                    "CONCORD_SEED_NODES_0_PORT", "5005"));

            NodeSettings settings =
                    read("node_id: 1\nseed_nodes: [{node_id: 2, host: a, port: 1}, {node_id: 3, host: b, port: 1}]");

            assertThat(settings.seedNodes()).containsExactly(new SeedNode(new NodeId(5), new Address("epsilon", 5005)));
        }

        @Test
        void theCompactListNamesAllNodesAndLeavesOutTheOwn() {
            variables(Map.of(
                    "CONCORD_NODE_ID", "2",
                    "CONCORD_HOST", "beta",
                    "CONCORD_CLUSTER_SECRET", "3b9f1c77e2d04a58",
                    "CONCORD_SEED_NODES", "1@alpha:5001, 2@beta:5001,3@gamma:5001"));

            assertThat(SettingsEnvironment.settings(environment).seedNodes())
                    .extracting(seed -> seed.id() + "@" + seed.address())
                    .containsExactly("1@alpha:5001", "3@gamma:5001");
        }

        @Test
        void theNameOfAPodGivesItItsIdAndItsPlaceInTheList() {
            pod("concord-0");
            NodeSettings first = SettingsEnvironment.settings(environment);
            assertThat(first.nodeId()).isEqualTo(new NodeId(1));
            assertThat(first.seedNodes())
                    .extracting(seed -> seed.id() + "@" + seed.address())
                    .containsExactly("2@concord-1.concord-peers:5001", "3@concord-2.concord-peers:5001");
            assertThat(first.bootstrap()).isEmpty();

            pod("my-own-concord-2");
            assertThat(SettingsEnvironment.settings(environment).nodeId()).isEqualTo(new NodeId(3));
        }

        /// Five empty pods that start at once with a list of three found one cluster, not two.
        @Test
        void aPodThatTheListDoesNotNameJoins() {
            pod("concord-4");

            NodeSettings settings = SettingsEnvironment.settings(environment);

            assertThat(settings.nodeId()).isEqualTo(new NodeId(5));
            assertThat(settings.seedNodes()).hasSize(3);
            assertThat(settings.bootstrap()).isEqualTo(Optional.of(false));
        }

        private void pod(String name) {
            variables(Map.of(
                    "CONCORD_NODE_NAME",
                    name,
                    "CONCORD_HOST",
                    name + ".concord-peers",
                    "CONCORD_CLUSTER_SECRET",
                    "3b9f1c77e2d04a58",
                    "CONCORD_SEED_NODES",
                    "1@concord-0.concord-peers:5001,2@concord-1.concord-peers:5001,"
                            + "3@concord-2.concord-peers:5001"));
        }

        @Test
        void aServiceLinkOfKubernetesIsNoPort() {
            variables(Map.of("CONCORD_PORT", "tcp://10.0.0.7:5001", "CONCORD_PORT_5001_TCP_ADDR", "10.0.0.7"));

            assertThat(SettingsEnvironment.settings(environment).address().port())
                    .isEqualTo(5001);
        }

        @Test
        void peersAreListenedForAtTheHostUnlessToldOtherwise() {
            variables(Map.of("CONCORD_HOST", "localhost", "CONCORD_PORT", "5007"));
            assertThat(SettingsEnvironment.settings(environment).bind()).isEqualTo(new Address("localhost", 5007));

            variables(Map.of(
                    "CONCORD_HOST", "beta",
                    "CONCORD_BIND_HOST", "0.0.0.0",
                    "CONCORD_CLUSTER_SECRET", "3b9f1c77e2d04a58"));
            NodeSettings settings = SettingsEnvironment.settings(environment);
            assertThat(settings.bind()).isEqualTo(new Address("0.0.0.0", 5001));
            assertThat(settings.address()).isEqualTo(new Address("beta", 5001));
        }

        @Test
        void springListensWhereTheSettingsSay() {
            commandLine("--concord.http-port=9002", "--concord.http-host=0.0.0.0", "--concord.insecure=true");

            new SettingsEnvironment().postProcessEnvironment(environment, new SpringApplication());

            assertThat(environment.getProperty("server.port")).isEqualTo("9002");
            assertThat(environment.getProperty("server.address")).isEqualTo("0.0.0.0");
        }
    }

    @Nested
    class WhoMayComeIn {
        @Test
        void isAskedOfNobodyOnThisMachine() {
            assertThat(SettingsEnvironment.settings(environment).access()).isEqualTo(AccessMode.LOOPBACK);
        }

        @Test
        void isEverybodyOnlyAfterOneWord() {
            variables(Map.of("CONCORD_HTTP_HOST", "0.0.0.0", "CONCORD_INSECURE", "true"));

            assertThat(SettingsEnvironment.settings(environment).access()).isEqualTo(AccessMode.INSECURE);
        }

        @ParameterizedTest
        @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1", "no-such-host.invalid"})
        void isNotLeftOpenToOtherMachines(String host) {
            variables(Map.of("CONCORD_HTTP_HOST", host));

            refuses("environment variable CONCORD_HTTP_HOST: http_host is " + host
                    + ", where other machines reach this node, and it asks its clients for nothing: use 127.0.0.1, name a"
                    + " client_tokens_file, or set insecure: true (CONCORD_INSECURE=true) to let everybody in.");
        }

        @ParameterizedTest
        @ValueSource(strings = {"127.0.0.1", "::1", "localhost", "127.8.9.10"})
        void isAnybodyAtALoopbackAddress(String host) {
            variables(Map.of("CONCORD_HTTP_HOST", host));

            assertThat(SettingsEnvironment.settings(environment).access()).isEqualTo(AccessMode.LOOPBACK);
        }

        @ParameterizedTest
        @ValueSource(strings = {"server.address=0.0.0.0", "management.server.port=9999"})
        void cannotBeSetBehindItsBack(String property) {
            commandLine("--" + property);

            assertThatThrownBy(() ->
                            new SettingsEnvironment().postProcessEnvironment(environment, new SpringApplication()))
                    .isInstanceOf(SettingsException.class)
                    .hasMessageStartingWith(property.substring(0, property.indexOf('=')) + " (");
        }

        @Test
        void peersOfOtherMachinesAreNotWithoutASecret() {
            variables(Map.of("CONCORD_HOST", "192.0.2.1"));

            refuses("environment variable CONCORD_HOST: host is 192.0.2.1, where other machines reach this node, and"
                    + " there is no cluster_secret_file by which nodes know each other: give all nodes the same"
                    + ".");
        }
    }

    @Nested
    class TheAddressForPeers {
        @Test
        void isNotOpenedToOtherMachinesWithoutASecret() {
            variables(Map.of("CONCORD_BIND_HOST", "0.0.0.0"));

            refuses("environment variable CONCORD_BIND_HOST: bind_host is 0.0.0.0, where other machines reach this"
                    + " node, and there is no cluster_secret_file by which nodes know each other: give all nodes the"
                    + " same.");
        }
    }

    @Nested
    class AnErrorNames {
        @Test
        void theEnvironmentVariable() {
            variables(Map.of("CONCORD_LEADER_TIMEOUT_MS", "300"));

            refuses("environment variable CONCORD_LEADER_TIMEOUT_MS: leader_timeout_ms is 300, shorter than three "
                    + "heartbeats of 200 ms: set it to at least 600, or lower heartbeat_interval_ms.");
        }

        @Test
        void theOption() {
            commandLine("--concord.http-port=many");

            refuses("command line --http-port: http_port is \"many\": give a whole number from 1 to 65535.");
        }

        @Test
        void theMistypedOption() {
            commandLine("--concord.htp-port=9001");

            refuses("command line --htp-port: htp_port is no setting: did you mean http_port?");
        }

        @Test
        void theMissingPartOfASeedNode() {
            variables(Map.of("CONCORD_NODE_ID", "1", "CONCORD_SEED_NODES_0_HOST", "alpha"));

            refuses("environment variable CONCORD_SEED_NODES_0_HOST: seed_nodes[0].node_id is missing: "
                    + "each seed node has node_id, host and port.");
        }

        @Test
        void theMalformedSeedNode() {
            variables(Map.of("CONCORD_NODE_ID", "1", "CONCORD_SEED_NODES", "alpha:5001"));

            refuses("environment variable CONCORD_SEED_NODES: seed_nodes has \"alpha:5001\" in it: "
                    + "write each node as id@host:port, such as 2@127.0.0.1:5002.");
        }

        @Test
        void theNodeNameWithoutANumber() {
            variables(Map.of("CONCORD_NODE_NAME", "concord"));

            refuses("environment variable CONCORD_NODE_NAME: node_name is \"concord\": "
                    + "give a name that ends in a number, such as concord-0, or set node_id instead.");
        }

        @Test
        void theNodeNameBesideANodeId() {
            variables(Map.of("CONCORD_NODE_NAME", "concord-0", "CONCORD_NODE_ID", "1"));

            refuses("environment variable CONCORD_NODE_NAME: node_name gives the node its id, and environment variable"
                    + " CONCORD_NODE_ID sets node_id too: remove one of them.");
        }

        @Test
        void theMissingNodeIdBesideSeedNodes() {
            variables(Map.of("CONCORD_SEED_NODES", "1@alpha:5001"));

            refuses("environment variable CONCORD_SEED_NODES: node_id is missing: "
                    + "give this node a number that no other node has.");
        }
    }

    private void refuses(String sentence) {
        assertThatThrownBy(() -> SettingsEnvironment.settings(environment))
                .isInstanceOf(SettingsException.class)
                .hasMessage(sentence);
    }

    private void variables(Map<String, Object> variables) {
        String name = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
        environment.getPropertySources().replace(name, new SystemEnvironmentPropertySource(name, variables));
        SpringApplication application = new SpringApplication();
        new SystemEnvironmentPropertySourceEnvironmentPostProcessor().postProcessEnvironment(environment, application);
    }

    private void commandLine(String... arguments) {
        environment.getPropertySources().addFirst(new SimpleCommandLinePropertySource(arguments));
    }

    private NodeSettings read(String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("node.yml"), yaml);
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource("test", Map.of("concord.config", file.toString())));
        return SettingsEnvironment.settings(environment);
    }
}
