package dev.concord.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.access.AccessMode;
import dev.concord.access.AccessToken;
import dev.concord.access.Role;
import dev.concord.access.TokenFile;
import dev.concord.access.TokenLine;
import dev.concord.config.NodeSettings;
import dev.concord.config.Setting;
import dev.concord.config.SettingsEnvironment;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.support.SystemEnvironmentPropertySourceEnvironmentPostProcessor;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import tools.jackson.databind.JsonNode;

/// What the manifests say fits together, and fits what the application and its image say of themselves.
class ManifestTests {
    private static final Path DOCKERFILE = Path.of("Dockerfile");
    private static final Pattern VARIABLE = Pattern.compile("CONCORD_[A-Z_0-9]+");

    private final Manifests manifests = Manifests.ofRepository();
    private final StatefulSet set = manifests.the(StatefulSet.class);
    private final PodTemplate template = new PodTemplate(manifests);
    private final Map<String, String> labels =
            set.getSpec().getTemplate().getMetadata().getLabels();

    @TempDir
    private Path folder;

    @Nested
    class TheApplication {
        /// The variables as the node itself reads them, after those of the image.
        @Test
        void readsAValidConfigurationFromThePodsOfTheSet() throws IOException {
            List<String> all = IntStream.range(0, template.replicas())
                    .mapToObj(template::dnsName)
                    .toList();
            for (int ordinal = 0; ordinal < template.replicas(); ordinal++) {
                NodeSettings settings = settings(ordinal);
                String own = template.dnsName(ordinal);

                assertThat(settings.nodeId().value()).isEqualTo(ordinal + 1);
                assertThat(settings.address().host()).isEqualTo(own);
                assertThat(settings.address().port()).isEqualTo(template.port("peers"));
                assertThat(settings.bind().host()).isEqualTo("0.0.0.0");
                assertThat(settings.http().host()).isEqualTo("0.0.0.0");
                assertThat(settings.http().port()).isEqualTo(template.port("http"));
                assertThat(settings.advertisedUrl())
                        .isEqualTo("http://" + own + "." + PodTemplate.NAMESPACE + ":" + template.port("http"));
                assertThat(settings.logDir()).isEqualTo(Path.of(template.mountPath("data")));
                assertThat(settings.bootstrap()).isEmpty();
                assertThat(settings.access()).as("nobody without a token").isEqualTo(AccessMode.TOKENS);
                assertThat(settings.seedNodes())
                        .extracting(seed -> seed.address().host())
                        .containsExactlyElementsOf(
                                all.stream().filter(name -> !name.equals(own)).toList());
                assertThat(settings.seedNodes())
                        .allSatisfy(seed -> assertThat(seed.address().port()).isEqualTo(template.port("peers")))
                        .allSatisfy(
                                seed -> assertThat(template.dnsName(seed.id().value() - 1))
                                        .isEqualTo(seed.address().host()));
            }
        }

        @Test
        void letsAPodThatIsAddedLaterJoinOnly() throws IOException {
            NodeSettings settings = settings(template.replicas());

            assertThat(settings.bootstrap()).contains(false);
            assertThat(settings.seedNodes()).hasSize(template.replicas());
        }

        @Test
        void knowsEveryVariable() throws IOException {
            List<String> known = Stream.of(Setting.values())
                    .map(setting -> "CONCORD_" + setting.key().toUpperCase(Locale.ROOT))
                    .toList();
            List<String> launcher = VARIABLE.matcher(Files.readString(Path.of("src/main/docker/concord")))
                    .results()
                    .map(MatchResult::group)
                    .toList();
            List<String> commands = VARIABLE.matcher(
                            Files.readString(Path.of("src/main/java/dev/concord/cli/ClientIdentity.java")))
                    .results()
                    .map(MatchResult::group)
                    .toList();

            assertThat(template.environment(0).keySet())
                    .allSatisfy(name -> assertThat(known.contains(name)
                                    || launcher.contains(name)
                                    || commands.contains(name)
                                    || name.equals("POD_NAMESPACE"))
                            .as(name)
                            .isTrue());
        }

        @Test
        void findsTheSecretWhereItIsMounted() {
            for (String variable :
                    List.of("CONCORD_CLUSTER_SECRET_FILE", "CONCORD_CLIENT_TOKENS_FILE", "CONCORD_TOKEN_FILE")) {
                assertThat(template.environment(0).get(variable))
                        .as(variable)
                        .startsWith(template.mountPath(template.secretVolume().getName()) + "/");
            }
            assertThat(template.secret().getDefaultMode())
                    .as("read by the group that fsGroup gives it, changed by nobody")
                    .isEqualTo(0440);
        }

        @Test
        void hasTheHealthGroupsThatAreProbed() throws IOException {
            JsonNode health = Manifests.documents(Path.of("src/main/resources/application.yml"))
                    .getFirst()
                    .path("management")
                    .path("endpoint.health");
            assertThat(path(template.container().getStartupProbe())).isEqualTo("/actuator/health/liveness");
            assertThat(path(template.container().getLivenessProbe())).isEqualTo("/actuator/health/liveness");
            assertThat(path(template.container().getReadinessProbe())).isEqualTo("/actuator/health/readiness");
            assertThat(health.path("group").path("liveness.include").asString())
                    .as("only the process")
                    .isEqualTo("livenessState");
            assertThat(health.path("group").path("readiness.include").asString())
                    .contains("recovery");
        }

        private String path(Probe probe) {
            HTTPGetAction get = probe.getHttpGet();
            assertThat(template.port(get.getPort())).isEqualTo(template.port("http"));
            return get.getPath();
        }
    }

    @Nested
    class TheImage {
        @Test
        void runsAsTheUserOfThePod() throws IOException {
            Matcher user = Pattern.compile("(?m)^USER (\\d+):(\\d+)$").matcher(Files.readString(DOCKERFILE));
            assertThat(user.find()).isTrue();

            var context = template.pod().getSecurityContext();
            assertThat(context.getRunAsUser()).isEqualTo(Long.parseLong(user.group(1)));
            assertThat(context.getRunAsGroup()).isEqualTo(Long.parseLong(user.group(2)));
            assertThat(context.getFsGroup()).isEqualTo(Long.parseLong(user.group(2)));
        }

        @Test
        void keepsItsDataInTheVolumeOfThePod() throws IOException {
            assertThat(template.claims()).containsExactly("data");
            assertThat(Files.readString(DOCKERFILE)).contains("VOLUME " + template.mountPath("data"));
            assertThat(imageEnvironment()).containsEntry("CONCORD_LOG_DIR", template.mountPath("data"));
        }

        @Test
        void writesNowhereButToVolumes() {
            assertThat(template.emptyDirs()).extracting(template::mountPath).containsExactly("/tmp");
        }
    }

    /// The Pod Security Standard "restricted", to which a namespace may be bound.
    @Nested
    class ThePod {
        @Test
        void hasNoRights() {
            var pod = template.pod();
            var context = pod.getSecurityContext();
            assertThat(context.getRunAsNonRoot()).isTrue();
            assertThat(context.getRunAsUser()).isPositive();
            assertThat(context.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
            assertThat(pod.getAutomountServiceAccountToken()).isFalse();
            assertThat(pod.getHostNetwork()).isNull();
            assertThat(pod.getVolumes()).allMatch(volume -> volume.getEmptyDir() != null || volume.getSecret() != null);

            var container = template.container().getSecurityContext();
            assertThat(container.getAllowPrivilegeEscalation()).isFalse();
            assertThat(container.getReadOnlyRootFilesystem()).isTrue();
            assertThat(container.getCapabilities().getDrop()).containsExactly("ALL");
            assertThat(container.getCapabilities().getAdd()).isEmpty();
            assertThat(container.getPrivileged()).isNull();
        }

        /// 30 s of drain, a few for proxies, and what Spring gives each phase of a stop.
        @Test
        void hasTimeToEndWell() {
            String command = String.join(
                    " ",
                    template.container().getLifecycle().getPreStop().getExec().getCommand());
            Matcher times = Pattern.compile("--wait (\\d+)s; sleep (\\d+)$").matcher(command);
            assertThat(times.find()).as(command).isTrue();

            long before = Long.parseLong(times.group(1)) + Long.parseLong(times.group(2));
            assertThat(template.pod().getTerminationGracePeriodSeconds()).isGreaterThanOrEqualTo(before + 30);
        }

        @Test
        void isSpreadOverMachinesAndZones() {
            assertThat(template.pod().getTopologySpreadConstraints())
                    .allSatisfy(spread -> assertThat(spread.getLabelSelector().getMatchLabels())
                            .isEqualTo(labels))
                    .extracting(spread -> spread.getTopologyKey() + " " + spread.getWhenUnsatisfiable())
                    .containsExactly(
                            "kubernetes.io/hostname DoNotSchedule", "topology.kubernetes.io/zone ScheduleAnyway");
        }
    }

    @Nested
    class TheSelectors {
        @Test
        void allMeetThePodsOfTheSet() {
            Map<String, String> selector = set.getSpec().getSelector().getMatchLabels();
            assertThat(labels).containsAllEntriesOf(selector);
            assertThat(manifests
                            .the(PodDisruptionBudget.class)
                            .getSpec()
                            .getSelector()
                            .getMatchLabels())
                    .isEqualTo(selector);
            assertThat(manifests
                            .the(NetworkPolicy.class)
                            .getSpec()
                            .getPodSelector()
                            .getMatchLabels())
                    .isEqualTo(selector);
            for (String service : List.of("concord", "concord-peers")) {
                assertThat(manifests.the(Service.class, service).getSpec().getSelector())
                        .isEqualTo(selector);
            }
        }

        @Test
        void letAServiceReachTheContainersPorts() {
            Service clients = manifests.the(Service.class, "concord");
            assertThat(clients.getSpec().getPorts())
                    .extracting(ServicePort::getName)
                    .containsExactly("http");
            Service peers = manifests.the(Service.class, set.getSpec().getServiceName());
            assertThat(peers.getSpec().getClusterIP()).isEqualTo("None");
            assertThat(peers.getSpec().getPublishNotReadyAddresses())
                    .as("nodes meet before they are ready")
                    .isTrue();
            for (Service service : List.of(clients, peers)) {
                for (ServicePort port : service.getSpec().getPorts()) {
                    assertThat(template.port(port.getTargetPort()))
                            .as(port.getName())
                            .isEqualTo(port.getPort());
                }
            }
        }

        @Test
        void keepThePeerPortForNodes() {
            var rules = manifests.the(NetworkPolicy.class).getSpec().getIngress();
            var peers = rules.stream()
                    .filter(rule -> rule.getPorts().stream()
                            .anyMatch(port -> template.port(port.getPort()) == template.port("peers")))
                    .toList();

            assertThat(peers).hasSize(1);
            assertThat(peers.getFirst().getFrom()).singleElement().satisfies(from -> {
                assertThat(from.getPodSelector().getMatchLabels()).isEqualTo(labels);
                assertThat(from.getNamespaceSelector()).isNull();
                assertThat(from.getIpBlock()).isNull();
            });
            assertThat(rules).allSatisfy(rule -> assertThat(rule.getPorts()).isNotEmpty());
        }

        @Test
        void letPrometheusFindEveryNode() {
            ServiceMonitor monitor = Manifests.read(Path.of("k8s/monitoring")).the(ServiceMonitor.class);
            Service peers = manifests.the(Service.class, "concord-peers");

            assertThat(peers.getMetadata().getLabels())
                    .containsAllEntriesOf(monitor.getSpec().getSelector().getMatchLabels());
            assertThat(manifests.the(Service.class, "concord").getMetadata().getLabels())
                    .as("each node once")
                    .doesNotContainEntry("app.kubernetes.io/component", "peers");
            assertThat(monitor.getSpec().getEndpoints()).singleElement().satisfies(endpoint -> {
                assertThat(peers.getSpec().getPorts())
                        .extracting(ServicePort::getName)
                        .contains(endpoint.getPort());
                assertThat(endpoint.getPath()).isEqualTo("/actuator/prometheus");
                var credentials = endpoint.getAuthorization().getCredentials();
                assertThat(credentials.getName())
                        .as("the Secret of the pods")
                        .isEqualTo(template.secret().getSecretName());
                assertThat(credentials.getKey()).isEqualTo("monitoring-token");
                assertThat(credentials.getOptional()).isTrue();
            });
        }
    }

    @Nested
    class MaintenanceTakes {
        @Test
        void onePodAtATime() {
            var budget = manifests.the(PodDisruptionBudget.class).getSpec();
            assertThat(budget.getMaxUnavailable().getIntVal()).isEqualTo(1);
            assertThat(budget.getMinAvailable()).isNull();
            assertThat(set.getSpec().getPodManagementPolicy()).isEqualTo("Parallel");
            assertThat(set.getSpec().getUpdateStrategy().getType()).isEqualTo("RollingUpdate");
            assertThat(set.getSpec().getUpdateStrategy().getRollingUpdate()).isNull();
            assertThat(set.getSpec().getMinReadySeconds()).isPositive();
        }
    }

    /// What fills the volume of a node before it exists has to be like that node.
    @Nested
    class TheRestoringPod {
        private final Manifests restore = Manifests.read(Path.of("k8s/restore"));
        private final PodSpec pod = restore.the(Pod.class).getSpec();
        private final Container container = pod.getContainers().getFirst();

        @Test
        void isTheNodeThatFoundsTheCluster() throws IOException {
            int founder = template.replicas() - 1;
            Map<String, String> expected = template.environment(founder);
            String name = container.getEnv().stream()
                    .filter(variable -> variable.getName().equals("CONCORD_NODE_NAME"))
                    .map(EnvVar::getValue)
                    .findFirst()
                    .orElseThrow();

            assertThat(name).isEqualTo(template.podName(founder));
            assertThat(settings(founder).foundsTheCluster()).isTrue();
            assertThat(container.getEnvFrom()).isEqualTo(template.container().getEnvFrom());
            assertThat(container.getEnv().stream().skip(1))
                    .containsExactlyElementsOf(
                            template.container().getEnv().stream().skip(1).toList());
            assertThat(expected).containsEntry("CONCORD_NODE_NAME", name);
        }

        @Test
        void hasTheClaimAndTheRightsOfThatNode() {
            PersistentVolumeClaim claim = restore.the(PersistentVolumeClaim.class);
            PersistentVolumeClaim own = set.getSpec().getVolumeClaimTemplates().getFirst();

            assertThat(claim.getMetadata().getName()).isEqualTo("data-" + template.podName(template.replicas() - 1));
            assertThat(claim.getSpec()).isEqualTo(own.getSpec());
            assertThat(claim.getMetadata().getLabels())
                    .isEqualTo(own.getMetadata().getLabels());
            assertThat(pod.getSecurityContext()).isEqualTo(template.pod().getSecurityContext());
            assertThat(container.getSecurityContext())
                    .isEqualTo(template.container().getSecurityContext());
            assertThat(container.getVolumeMounts())
                    .isEqualTo(template.container().getVolumeMounts());
            assertThat(container.getImage()).isEqualTo(template.container().getImage());
            assertThat(restore.the(Pod.class).getMetadata().getLabels())
                    .as("no Service sends clients here")
                    .isEmpty();
        }
    }

    @Test
    void noSecretIsInTheFolder() throws IOException {
        for (Path file : Manifests.files(Path.of("k8s"))) {
            assertThat(Files.readString(file)).as(file.toString()).doesNotContain("kind: Secret");
        }
    }

    private NodeSettings settings(int ordinal) throws IOException {
        Map<String, Object> variables = new HashMap<>(imageEnvironment());
        variables.putAll(template.environment(ordinal));
        variables.replace(
                "CONCORD_CLUSTER_SECRET_FILE", folder.resolve("cluster-secret").toString());
        Path tokens = folder.resolve("clients.tokens");
        if (Files.notExists(tokens)) {
            TokenFile.append(tokens, TokenLine.of("admin", Role.ADMIN, AccessToken.random(), Instant.MAX));
        }
        variables.replace("CONCORD_CLIENT_TOKENS_FILE", tokens.toString());
        StandardEnvironment environment = new StandardEnvironment();
        String name = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
        environment.getPropertySources().replace(name, new SystemEnvironmentPropertySource(name, variables));
        new SystemEnvironmentPropertySourceEnvironmentPostProcessor()
                .postProcessEnvironment(environment, new SpringApplication());
        return SettingsEnvironment.settings(environment);
    }

    /// The variables that the Dockerfile sets.
    private static Map<String, String> imageEnvironment() throws IOException {
        Map<String, String> variables = new HashMap<>();
        Matcher variable = Pattern.compile("(?m)^(?:ENV| {3,}) *([A-Z_]+)=(\\S+)(?: \\\\)?$")
                .matcher(Files.readString(DOCKERFILE));
        while (variable.find()) {
            variables.put(variable.group(1), variable.group(2));
        }
        return variables;
    }
}
