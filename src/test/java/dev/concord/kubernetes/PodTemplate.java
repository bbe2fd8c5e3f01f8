package dev.concord.kubernetes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecretVolumeSource;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the StatefulSet makes of its template for one pod, by the rules of Kubernetes: names, variables,
/// ports, volumes. Everything is read from the manifests.
public final class PodTemplate {
    public static final String NAMESPACE = "default";

    private static final Pattern REFERENCE = Pattern.compile("\\$\\(([A-Za-z_][A-Za-z0-9_]*)\\)");

    private final StatefulSet set;
    private final ConfigMap config;

    public PodTemplate(Manifests manifests) {
        set = manifests.the(StatefulSet.class);
        config = manifests.the(ConfigMap.class);
    }

    public int replicas() {
        return set.getSpec().getReplicas();
    }

    public PodSpec pod() {
        return set.getSpec().getTemplate().getSpec();
    }

    public Container container() {
        if (pod().getContainers().size() != 1) {
            throw new IllegalStateException("one container a pod");
        }
        return pod().getContainers().getFirst();
    }

    public String podName(int ordinal) {
        return set.getMetadata().getName() + "-" + ordinal;
    }

    /// The name that the headless Service gives a pod, as others of the same namespace call it.
    public String dnsName(int ordinal) {
        return podName(ordinal) + "." + set.getSpec().getServiceName();
    }

    /// The variables of a pod, beside those of the image.
    public Map<String, String> environment(int ordinal) {
        Map<String, String> environment = new LinkedHashMap<>();
        for (EnvFromSource source : container().getEnvFrom()) {
            if (!source.getConfigMapRef().getName().equals(config.getMetadata().getName())) {
                throw new IllegalStateException("no such ConfigMap: " + source);
            }
            environment.putAll(config.getData());
        }
        for (EnvVar variable : container().getEnv()) {
            environment.put(variable.getName(), value(variable, ordinal, environment));
        }
        return environment;
    }

    private String value(EnvVar variable, int ordinal, Map<String, String> before) {
        if (variable.getValueFrom() == null) {
            return REFERENCE
                    .matcher(variable.getValue())
                    .replaceAll(found -> Matcher.quoteReplacement(before.getOrDefault(found.group(1), found.group())));
        }
        return switch (variable.getValueFrom().getFieldRef().getFieldPath()) {
            case "metadata.name" -> podName(ordinal);
            case "metadata.namespace" -> NAMESPACE;
            default -> throw new IllegalStateException("not known here: " + variable);
        };
    }

    public int port(String name) {
        return container().getPorts().stream()
                .filter(port -> port.getName().equals(name))
                .map(ContainerPort::getContainerPort)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no port is called " + name));
    }

    /// A port that is given by number or by name.
    public int port(IntOrString port) {
        return port.getStrVal() == null ? port.getIntVal() : port(port.getStrVal());
    }

    /// Where a volume is in the container.
    public String mountPath(String volume) {
        return container().getVolumeMounts().stream()
                .filter(mount -> mount.getName().equals(volume))
                .map(VolumeMount::getMountPath)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("volume " + volume + " is not mounted"));
    }

    /// The volumes that last as long as the pod does and no longer.
    public List<String> emptyDirs() {
        return pod().getVolumes().stream()
                .filter(volume -> volume.getEmptyDir() != null)
                .map(Volume::getName)
                .toList();
    }

    /// The volume with the secret.
    public Volume secretVolume() {
        return pod().getVolumes().stream()
                .filter(volume -> volume.getSecret() != null)
                .findFirst()
                .orElseThrow();
    }

    public SecretVolumeSource secret() {
        return secretVolume().getSecret();
    }

    /// The volumes that each pod has of its own and keeps.
    public List<String> claims() {
        return set.getSpec().getVolumeClaimTemplates().stream()
                .map(claim -> claim.getMetadata().getName())
                .toList();
    }
}
