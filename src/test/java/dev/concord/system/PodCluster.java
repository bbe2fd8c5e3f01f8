package dev.concord.system;

import com.github.dockerjava.api.command.CreateContainerResponse;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import dev.concord.kubernetes.MadeSecret;
import dev.concord.kubernetes.Manifests;
import dev.concord.kubernetes.PodTemplate;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import org.testcontainers.containers.Network;

/// The StatefulSet of the manifests, played with containers: the test is its controller, the kubelet of its
/// pods, and the Service before them.
final class PodCluster implements TestCluster, AutoCloseable {
    private final String name = "concord-k8s-" + UUID.randomUUID().toString().substring(0, 8);
    private final Manifests manifests = Manifests.ofRepository();
    private final PodTemplate template = new PodTemplate(manifests);
    private final Network network = Network.builder()
            .createNetworkCmdModifier(command -> command.withName(name))
            .build();
    private final Map<Integer, Pod> pods = new TreeMap<>();
    private final List<String> volumes = new ArrayList<>();
    private final List<String> squatters = new ArrayList<>();
    /// The pods to which the Service sends clients, by node id.
    private final Map<Integer, Pod> endpoints = new ConcurrentSkipListMap<>();

    private final Map<String, String> secret;
    private final String secretVolume = volume("secret");

    /// @param home an empty folder for `kubectl`
    PodCluster(Path home) {
        network.getId();
        secret = new TreeMap<>(MadeSecret.make(home));
        mountSecret();
    }

    /// Puts the secret where the pods see it as a kubelet does: of root, for the group that fsGroup names, and replaced
    /// by a change of name.
    private void mountSecret() {
        StringBuilder script = new StringBuilder("umask 077");
        secret.forEach((key, text) -> script.append(" && echo ")
                .append(Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)))
                .append(" | base64 -d > /v/.new && chown 0:%1$d /v/.new && chmod 0%2$o /v/.new && mv /v/.new /v/")
                .append(key));
        script.append(" && chown 0:%1$d /v && chmod 0750 /v");
        asRoot(secretVolume, script.toString(), template.secret().getDefaultMode());
    }

    /// What the Secret holds under a key.
    String secret(String key) {
        return secret.get(key);
    }

    /// Adds a line to the tokens in the Secret, as `k8s/README.md` says.
    void letIn(String tokenLine) {
        secret.merge("clients.tokens", tokenLine + "\n", String::concat);
        mountSecret();
    }

    PodTemplate template() {
        return template;
    }

    Pod pod(int ordinal) {
        return pods.get(ordinal);
    }

    /// Starts a pod, with a new claim if it has none yet. It gets clients once it is ready.
    Pod start(int ordinal) {
        return start(ordinal, List.of());
    }

    /// Starts the pod of `k8s/restore`, which holds the claim of the founding node. That it is like that node
    /// in all but its command, `ManifestTests` shows.
    Pod startRestoring() {
        return start(
                size() - 1,
                Manifests.read(Path.of("k8s/restore"))
                        .the(io.fabric8.kubernetes.api.model.Pod.class)
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getCommand());
    }

    private Pod start(int ordinal, List<String> command) {
        Map<String, String> mounts =
                new HashMap<>(Map.of(template.secretVolume().getName(), secretVolume));
        for (String claim : template.claims()) {
            String volume = name + "-" + claim + "-" + ordinal;
            if (!volumes.contains(volume)) {
                // A new file system as a kubelet hands it over: not empty, of root, for the group that fsGroup names.
                asRoot(
                        volume(claim + "-" + ordinal),
                        "mkdir -m 0700 /v/lost+found && chown 0:%1$d /v && chmod 2775 /v",
                        0);
            }
            mounts.put(claim, volume);
        }
        Pod pod = new Pod(template, ordinal, command, secret("admin-token"), name, name, mounts);
        pods.put(ordinal, pod);
        return pod;
    }

    /// Waits until the controller would go on to the next pod, and lets clients in.
    void awaitAvailable(int ordinal) {
        Pod pod = pods.get(ordinal);
        pod.awaitAvailable(manifests.the(StatefulSet.class).getSpec().getMinReadySeconds());
        endpoints.put(pod.id(), pod);
    }

    /// Stops a pod. Somebody else gets its address, as happens in a cluster.
    Pod.End stop(int ordinal) {
        Pod pod = pods.remove(ordinal);
        try {
            return pod.terminate(() -> endpoints.remove(pod.id()));
        } finally {
            pod.remove();
            CreateContainerResponse squatter = NodeContainer.docker()
                    .createContainerCmd(ContainerImage.name())
                    .withEntrypoint("sleep", "infinity")
                    .withHostConfig(HostConfig.newHostConfig().withNetworkMode(name))
                    .exec();
            squatters.add(squatter.getId());
            NodeContainer.docker().startContainerCmd(squatter.getId()).exec();
        }
    }

    /// Takes all pods away, at once, and their claims with them.
    void takeAllWithTheirClaims() {
        List.copyOf(pods.keySet()).forEach(this::take);
        for (String volume : List.copyOf(volumes)) {
            if (!volume.equals(secretVolume)) {
                NodeContainer.docker().removeVolumeCmd(volume).exec();
                volumes.remove(volume);
            }
        }
    }

    /// Takes a pod away, without asking it.
    void take(int ordinal) {
        Pod pod = pods.remove(ordinal);
        endpoints.remove(pod.id());
        pod.remove();
    }

    private String volume(String suffix) {
        String volume = name + "-" + suffix;
        NodeContainer.docker().createVolumeCmd().withName(volume).exec();
        volumes.add(volume);
        return volume;
    }

    /// Runs a script as the machine would, with a volume at `/v`.
    private void asRoot(String volume, String script, int mode) {
        CreateContainerResponse helper = NodeContainer.docker()
                .createContainerCmd(ContainerImage.name())
                .withUser("0:0")
                .withEntrypoint("/bin/sh", "-ec")
                .withCmd(script.formatted(template.pod().getSecurityContext().getFsGroup(), mode))
                .withHostConfig(HostConfig.newHostConfig()
                        .withNetworkMode("none")
                        .withBinds(new Bind(volume, new Volume("/v"))))
                .exec();
        try {
            NodeContainer.docker().startContainerCmd(helper.getId()).exec();
            int status = NodeContainer.docker()
                    .waitContainerCmd(helper.getId())
                    .exec(new WaitContainerResultCallback())
                    .awaitStatusCode();
            if (status != 0) {
                throw new IllegalStateException("preparing " + volume + " ended with " + status);
            }
        } finally {
            NodeContainer.docker()
                    .removeContainerCmd(helper.getId())
                    .withForce(true)
                    .exec();
        }
    }

    @Override
    public int size() {
        return template.replicas();
    }

    /// Where the Service sends a client that was with node `id`: there, as long as it is ready, else to another.
    @Override
    public Api api(int id) {
        Pod pod = endpoints.getOrDefault(id, endpoints.values().iterator().next());
        return pod.api();
    }

    @Override
    public List<Integer> livingIds() {
        return List.copyOf(endpoints.keySet());
    }

    @Override
    public void awaitLevel(long seq) {
        ClusterProcesses.await(
                "all pods have committed message " + seq,
                () -> endpoints.values().stream().allMatch(pod -> pod.api().newestSeq() >= seq));
    }

    /// Waits until every pod sees a leader, and as many voters as there are pods.
    void awaitVoters(int count) {
        for (Pod pod : pods.values()) {
            ClusterProcesses.await("node " + pod.id() + " sees " + count + " voters", () -> {
                Api.Cluster view = pod.api().cluster();
                return view.leader() != 0 && view.members().size() == count && view.allVoters();
            });
        }
    }

    String output() {
        StringBuilder text = new StringBuilder();
        pods.values()
                .forEach(pod ->
                        text.append("--- node ").append(pod.id()).append('\n').append(pod.output()));
        return text.toString();
    }

    @Override
    public void close() {
        pods.values().forEach(Pod::remove);
        squatters.forEach(id ->
                NodeContainer.docker().removeContainerCmd(id).withForce(true).exec());
        volumes.forEach(volume -> NodeContainer.docker().removeVolumeCmd(volume).exec());
        network.close();
    }
}
