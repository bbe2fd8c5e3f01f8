package dev.concord.cli;

import dev.concord.bench.Target;
import dev.concord.client.ClusterSurvey;
import dev.concord.client.ClusterView;
import dev.concord.client.NodeApi;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `--node URL`, as often as wanted: which nodes a command talks to.
final class NodesOption {
    /// Where `concord up` puts three nodes, and where a node without any configuration is.
    static final String DEFAULT =
            "http://127.0.0.1:8081,http://127.0.0.1:8082,http://127.0.0.1:8083,http://127.0.0.1:8080";

    private static final String VARIABLE = "CONCORD_NODES";

    @Option(
            names = "--node",
            paramLabel = "URL",
            description = "a node; repeat for others to go to when it fails (default: $" + VARIABLE
                    + ", else http://127.0.0.1:8081 to 8083, then 8080)")
    private List<String> urls = new ArrayList<>();

    @Mixin
    private ClientIdentity identity = new ClientIdentity();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    /// Whether the person named nodes, here or in the environment.
    boolean isGiven() {
        return !urls.isEmpty() || !System.getenv().getOrDefault(VARIABLE, "").isBlank();
    }

    List<NodeApi> nodes() {
        return urls().stream().map(identity::node).toList();
    }

    /// Another node of the same cluster, asked by the same client.
    NodeApi node(String url) {
        return identity.node(url);
    }

    /// Where load for this node goes.
    Target target(String url) {
        return identity.target(url);
    }

    /// What the best-informed node says of the cluster.
    ClusterView cluster() {
        ClusterSurvey survey = ClusterSurvey.of(nodes());
        return survey.best()
                .orElseThrow(() -> CommandFailedException.unreachable(
                        text(), survey.failures().values().iterator().next()));
    }

    /// The node that leads this cluster, asked by the same client.
    NodeApi leader(ClusterView view) {
        return view.members().stream()
                .filter(member -> member.id() == view.leader())
                .map(member -> node(member.url()))
                .findFirst()
                .orElseThrow(() -> new CommandFailedException(
                        CommandFailedException.FAILED, "nobody leads now: see concord status."));
    }

    /// For error messages.
    String text() {
        return urls().stream().map(url -> url.replace("http://", "")).collect(Collectors.joining(", "));
    }

    private List<String> urls() {
        List<String> given = urls;
        if (given.isEmpty()) {
            String variable = System.getenv().getOrDefault(VARIABLE, "");
            given = Arrays.asList((variable.isBlank() ? DEFAULT : variable).split("[,\\s]+", -1));
        }
        return given.stream()
                .filter(url -> !url.isBlank())
                .map(url -> url(spec, url))
                .distinct()
                .toList();
    }

    /// The base URL that a person meant.
    static String url(CommandSpec spec, String text) {
        String url = text.contains("://") ? text : "http://" + text;
        while (url.endsWith("/")) {
            url = url.substring(0, url.length() - 1);
        }
        try {
            URI uri = URI.create(url);
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            // the same answer as for any other text
        }
        CommandLine line = spec.commandLine();
        throw new ParameterException(line, "\"" + text + "\" is no node: give a URL such as http://127.0.0.1:8081");
    }
}
