package dev.concord.system;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.utility.DockerImageName;

/// A cluster of containers in a private network, each with a volume of its own, and one for the secret that they share.
final class ContainerCluster implements TestCluster, AutoCloseable {
    private final String name = "concord-it-" + UUID.randomUUID().toString().substring(0, 8);
    private final Network peers = Network.builder()
            .createNetworkCmdModifier(command -> command.withName(name).withInternal(true))
            .build();
    private final GenericContainer<?> stranger = new GenericContainer<>(DockerImageName.parse(ContainerImage.name()));
    private final List<NodeContainer> nodes = new ArrayList<>();

    ContainerCluster(int count) {
        try {
            for (int id = 1; id <= count; id++) {
                join();
            }
            awaitVoters(count);
        } catch (RuntimeException | AssertionError e) {
            System.err.println(output());
            close();
            throw e;
        }
    }

    /// Starts one more node, empty, under the next id.
    NodeContainer join() {
        int id = nodes.size() + 1;
        NodeContainer node = new NodeContainer(id, ClusterProcesses.freePorts(1)[0], name, peers);
        nodes.add(node);
        node.create();
        return node;
    }

    NodeContainer node(int id) {
        return nodes.get(id - 1);
    }

    @Override
    public int size() {
        return nodes.size();
    }

    @Override
    public Api api(int id) {
        return new Api(node(id).url());
    }

    @Override
    public List<Integer> livingIds() {
        return nodes.stream()
                .filter(NodeContainer::isAlive)
                .map(NodeContainer::id)
                .toList();
    }

    /// Puts somebody else into the network, at the first free address.
    void addStranger() {
        stranger.withNetwork(peers)
                .withCreateContainerCmdModifier(
                        command -> command.withName(name + "-stranger").withEntrypoint("sleep", "3600"))
                .start();
    }

    /// Waits until all living nodes see `count` voters and a leader.
    void awaitVoters(int count) {
        for (int id : livingIds()) {
            ClusterProcesses.await("node " + id + " sees " + count + " voters", () -> {
                Api.Cluster view = api(id).cluster();
                return view.leader() != 0 && view.members().size() == count && view.allVoters();
            });
        }
    }

    /// Waits until node `at` sees another leader than `old`, and returns it.
    int awaitLeaderOtherThan(int old, int at) {
        ClusterProcesses.await("node " + at + " sees another leader than " + old, () -> {
            int leader = api(at).cluster().leader();
            return leader != 0 && leader != old;
        });
        return api(at).cluster().leader();
    }

    @Override
    public void awaitLevel(long seq) {
        ClusterProcesses.await(
                "all living nodes have committed message " + seq,
                () -> livingIds().stream().allMatch(id -> api(id).newestSeq() >= seq));
    }

    /// What all nodes have printed.
    String output() {
        StringBuilder text = new StringBuilder();
        for (NodeContainer node : nodes) {
            text.append("--- node ").append(node.id()).append('\n').append(node.output());
        }
        return text.toString();
    }

    @Override
    public void close() {
        nodes.forEach(NodeContainer::remove);
        stranger.stop();
        NodeContainer.docker().removeVolumeCmd(name + "-secret").exec();
        peers.close();
    }
}
