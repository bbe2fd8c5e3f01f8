package dev.concord.system;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Volume;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.utility.DockerImageName;

/// One node in a container, with the faults that a container can suffer. Peers meet in a private network; clients come
/// through a published port in another, so that a node that is cut off from its peers can still be asked.
final class NodeContainer {
    /// No health check by the engine, which starts a Java every five seconds: the tests ask for themselves.
    static final HealthCheck UNCHECKED = new HealthCheck().withTest(List.of("NONE"));

    private static final String ALL_NODES = "1@node1:5001,2@node2:5001,3@node3:5001";

    private final int id;
    private final int port;
    private final String cluster;
    private final String name;
    private final String secretVolume;
    private final Network peers;
    private Started container;

    NodeContainer(int id, int port, String cluster, Network peers) {
        this.id = id;
        this.port = port;
        this.cluster = cluster;
        this.name = cluster + "-node" + id;
        this.secretVolume = cluster + "-secret";
        this.peers = peers;
        this.container = new Started();
    }

    int id() {
        return id;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /// SIGKILL: no last words, no flush. The volume stays.
    void kill() {
        docker().killContainerCmd(container.getContainerId()).exec();
    }

    /// SIGTERM, and time to end well.
    long stop() {
        docker().stopContainerCmd(container.getContainerId()).withTimeout(30).exec();
        Long exit = state().getExitCodeLong();
        return exit == null ? -1 : exit;
    }

    /// Starts the same container again; its address among the peers may be another.
    void start() {
        docker().startContainerCmd(container.getContainerId()).exec();
    }

    void pause() {
        docker().pauseContainerCmd(container.getContainerId()).exec();
    }

    void unpause() {
        docker().unpauseContainerCmd(container.getContainerId()).exec();
    }

    void disconnect() {
        docker().disconnectFromNetworkCmd()
                .withNetworkId(peers.getId())
                .withContainerId(container.getContainerId())
                .exec();
    }

    void reconnect() {
        docker().connectToNetworkCmd()
                .withNetworkId(peers.getId())
                .withContainerId(container.getContainerId())
                .withContainerNetwork(new ContainerNetwork().withAliases("node" + id))
                .exec();
    }

    /// The address that its peers see.
    String address() {
        return Objects.requireNonNull(docker().inspectContainerCmd(container.getContainerId())
                .exec()
                .getNetworkSettings()
                .getNetworks()
                .get(cluster)
                .getIpAddress());
    }

    /// Takes the container and its volume away, and starts a new one with nothing.
    void replace() {
        remove();
        container = new Started();
        container.start();
    }

    void create() {
        container.start();
    }

    void remove() {
        container.stop();
        docker().removeVolumeCmd(name).exec();
    }

    boolean isAlive() {
        ContainerState state = state();
        return Boolean.TRUE.equals(state.getRunning()) && !Boolean.TRUE.equals(state.getPaused());
    }

    String output() {
        return container.getLogs();
    }

    private ContainerState state() {
        return docker().inspectContainerCmd(container.getContainerId()).exec().getState();
    }

    static DockerClient docker() {
        return org.testcontainers.DockerClientFactory.instance().client();
    }

    private final class Started extends GenericContainer<Started> {
        Started() {
            super(DockerImageName.parse(ContainerImage.name()));
            withNetwork(peers);
            withNetworkAliases("node" + id);
            withEnv("CONCORD_NODE_ID", Integer.toString(id));
            withEnv("CONCORD_HOST", "node" + id);
            withEnv("CONCORD_BIND_HOST", "0.0.0.0");
            withEnv("CONCORD_SEED_NODES", ALL_NODES);
            withEnv("CONCORD_ADVERTISED_URL", url());
            withEnv("CONCORD_INSECURE", "true");
            withEnv("CONCORD_CLUSTER_SECRET_FILE", "/secret/cluster");
            withEnv("CONCORD_JAVA_OPTS", "-Xmx256m " + Program.FAST_START);
            withCreateContainerCmdModifier(command -> {
                command.withName(name).withHealthcheck(UNCHECKED);
                command.getHostConfig()
                        .withReadonlyRootfs(true)
                        .withTmpFs(Map.of("/tmp", ""))
                        .withPortBindings(PortBinding.parse("127.0.0.1:" + port + ":8080"))
                        .withBinds(new Bind(name, new Volume("/data")), new Bind(secretVolume, new Volume("/secret")));
            });
        }

        /// The private network leads nowhere else, so ports are published in this one.
        @Override
        protected void containerIsCreated(String containerId) {
            docker().connectToNetworkCmd()
                    .withNetworkId("bridge")
                    .withContainerId(containerId)
                    .exec();
        }
    }
}
