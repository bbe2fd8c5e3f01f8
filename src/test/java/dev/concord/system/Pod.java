package dev.concord.system;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Volume;
import dev.concord.kubernetes.PodTemplate;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecurityContext;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// One pod of the StatefulSet as a container, made of what the manifests say: variables, user, rights, volumes, memory,
/// the name by which others call it. The test is its kubelet: it probes it, and it stops it as the manifests want.
final class Pod {
    private final PodTemplate template;
    private final int ordinal;
    private final int port;
    private final String container;
    private final String token;

    /// A container that is created and started.
    ///
    /// @param command what to run instead of what the image runs; empty for that
    /// @param token what clients of the test show
    /// @param network the name of the network that all pods share
    /// @param volumes what a volume of the manifests is for the engine, by its name
    Pod(
            PodTemplate template,
            int ordinal,
            List<String> command,
            String token,
            String cluster,
            String network,
            Map<String, String> volumes) {
        this.template = template;
        this.ordinal = ordinal;
        this.token = token;
        this.port = ClusterProcesses.freePorts(1)[0];
        CreateContainerCmd create = docker().createContainerCmd(ContainerImage.name())
                .withName(cluster + "-" + template.podName(ordinal))
                .withHostName(template.podName(ordinal))
                .withAliases(template.dnsName(ordinal))
                .withUser(template.pod().getSecurityContext().getRunAsUser() + ":"
                        + template.pod().getSecurityContext().getRunAsGroup())
                .withEnv(template.environment(ordinal).entrySet().stream()
                        .map(variable -> variable.getKey() + "=" + variable.getValue()
                                + (variable.getKey().equals("CONCORD_JAVA_OPTS") ? " " + Program.FAST_START : ""))
                        .toList())
                .withExposedPorts(ExposedPort.tcp(template.port("http")))
                .withHealthcheck(NodeContainer.UNCHECKED) // a kubelet does not read the image's
                .withHostConfig(hostConfig(network, volumes));
        container = (command.isEmpty() ? create : create.withEntrypoint(command))
                .exec()
                .getId();
        docker().startContainerCmd(container).exec();
    }

    private HostConfig hostConfig(String network, Map<String, String> volumes) {
        SecurityContext context = template.container().getSecurityContext();
        List<Bind> binds = new ArrayList<>();
        volumes.forEach(
                (name, volume) -> binds.add(new Bind(volume, new Volume(template.mountPath(name)), isReadOnly(name))));
        Map<String, String> scratch = new HashMap<>();
        template.emptyDirs().forEach(name -> scratch.put(template.mountPath(name), ""));
        return HostConfig.newHostConfig()
                .withNetworkMode(network)
                .withReadonlyRootfs(context.getReadOnlyRootFilesystem())
                .withCapDrop(context.getCapabilities().getDrop().stream()
                        .map(Capability::valueOf)
                        .toArray(Capability[]::new))
                .withSecurityOpts(List.of("no-new-privileges:" + !context.getAllowPrivilegeEscalation()))
                .withGroupAdd(List.of(
                        Long.toString(template.pod().getSecurityContext().getFsGroup())))
                .withMemory(Quantity.getAmountInBytes(
                                template.container().getResources().getLimits().get("memory"))
                        .longValueExact())
                .withTmpFs(scratch)
                .withBinds(binds)
                .withPortBindings(PortBinding.parse("127.0.0.1:" + port + ":" + template.port("http")));
    }

    private AccessMode isReadOnly(String volume) {
        return template.container().getVolumeMounts().stream()
                        .anyMatch(mount -> mount.getName().equals(volume) && Boolean.TRUE.equals(mount.getReadOnly()))
                ? AccessMode.ro
                : AccessMode.rw;
    }

    int id() {
        return ordinal + 1;
    }

    Api api() {
        return api(token);
    }

    Api api(String ofClient) {
        return new Api("http://127.0.0.1:" + port, ofClient);
    }

    /// The address under which the others reach it now.
    String address() {
        return inspect()
                .getNetworkSettings()
                .getNetworks()
                .values()
                .iterator()
                .next()
                .getIpAddress();
    }

    boolean isRunning() {
        return Boolean.TRUE.equals(inspect().getState().getRunning());
    }

    private InspectContainerResponse inspect() {
        return docker().inspectContainerCmd(container).exec();
    }

    /// Waits until the pod is ready, within what its startup probe allows, and has been so for a while.
    void awaitAvailable(int minReadySeconds) {
        Probe startup = template.container().getStartupProbe();
        ClusterProcesses.await(
                template.podName(ordinal) + " has started",
                Duration.ofSeconds((long) startup.getPeriodSeconds() * startup.getFailureThreshold()),
                () -> succeeds(startup));
        Probe readiness = template.container().getReadinessProbe();
        Probe liveness = template.container().getLivenessProbe();
        long[] since = {0};
        ClusterProcesses.await(template.podName(ordinal) + " is ready for " + minReadySeconds + " s", () -> {
            if (!succeeds(liveness)) {
                throw new AssertionError(template.podName(ordinal) + " would be killed:\n" + output());
            }
            if (!succeeds(readiness)) {
                since[0] = 0;
            } else if (since[0] == 0) {
                since[0] = System.nanoTime();
            }
            return since[0] != 0 && System.nanoTime() - since[0] >= TimeUnit.SECONDS.toNanos(minReadySeconds);
        });
    }

    boolean isReady() {
        return succeeds(template.container().getReadinessProbe());
    }

    private boolean succeeds(Probe probe) {
        try {
            return template.port(probe.getHttpGet().getPort()) == template.port("http")
                    && api("").get(probe.getHttpGet().getPath()).status() < 400;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /// What a stop did.
    ///
    /// @param preStop what the hook printed
    /// @param inTime whether all of it fitted into the grace period
    record End(String preStop, long exitCode, boolean inTime) {}

    /// Stops the pod as a kubelet does: the hook, then SIGTERM, then, when the grace period is over, SIGKILL.
    ///
    /// @param unrouted called when no client is sent here any more, as late as the hook allows
    End terminate(Runnable unrouted) {
        long grace = template.pod().getTerminationGracePeriodSeconds();
        long start = System.nanoTime();
        String said = exec(template.container()
                .getLifecycle()
                .getPreStop()
                .getExec()
                .getCommand()
                .toArray(String[]::new));
        unrouted.run();
        long left = grace - TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
        docker().stopContainerCmd(container)
                .withTimeout(Math.toIntExact(Math.max(left, 1)))
                .exec();
        boolean inTime = System.nanoTime() - start < TimeUnit.SECONDS.toNanos(grace);
        Long exit = inspect().getState().getExitCodeLong();
        return new End(said, exit == null ? -1 : exit, inTime);
    }

    /// Runs a command in the container, as `kubectl exec` does, and returns what it printed.
    String exec(String... command) {
        var exec = docker().execCreateCmd(container)
                .withAttachStdout(true)
                .withAttachStderr(true)
                .withCmd(command)
                .exec();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        collect(docker().execStartCmd(exec.getId()).exec(new Collector(text)));
        return text.toString(StandardCharsets.UTF_8);
    }

    String output() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        collect(docker().logContainerCmd(container)
                .withStdOut(true)
                .withStdErr(true)
                .exec(new Collector(text)));
        return text.toString(StandardCharsets.UTF_8);
    }

    void remove() {
        docker().removeContainerCmd(container).withForce(true).exec();
    }

    private static void collect(Collector collector) {
        try {
            if (!collector.awaitCompletion(2, TimeUnit.MINUTES)) {
                throw new AssertionError("the container says no end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static DockerClient docker() {
        return NodeContainer.docker();
    }

    private static final class Collector extends ResultCallback.Adapter<Frame> {
        private final ByteArrayOutputStream text;

        Collector(ByteArrayOutputStream text) {
            this.text = text;
        }

        @Override
        public void onNext(Frame frame) {
            text.writeBytes(frame.getPayload());
        }
    }
}
