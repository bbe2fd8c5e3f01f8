package dev.concord.cli;

import dev.concord.client.ClusterSurvey;
import dev.concord.client.ClusterView;
import dev.concord.client.NodeApi;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;

/// What `concord doctor` looks at in running nodes: whether they are one cluster, and agree on the time of day.
final class ClusterChecks {
    /// Times of messages come from the leader's clock; beyond this they look odd after a change of leaders.
    static final long SKEW_MS = 2_000;

    private ClusterChecks() {}

    static List<Finding> of(ClusterSurvey survey, Function<String, NodeApi> node, boolean asked) {
        List<Finding> findings = new ArrayList<>();
        if (survey.views().isEmpty()) {
            String text = "no node runs here, so clocks and ids were not compared";
            return List.of(
                    asked
                            ? Finding.fail(
                                    "cluster",
                                    "no node answers at those URLs",
                                    "start them, or name others with --node")
                            : Finding.ok("cluster", text));
        }
        ids(survey.views(), findings);
        survey.views().keySet().forEach(url -> findings.add(clock(url, node.apply(url))));
        survey.failures().forEach((url, why) -> {
            if (asked || isMember(url, survey)) {
                findings.add(Finding.warn("cluster", url + " does not answer: " + why, "start it, or see its log"));
            }
        });
        return findings;
    }

    private static boolean isMember(String url, ClusterSurvey survey) {
        return survey.views().values().stream()
                .flatMap(view -> view.members().stream())
                .anyMatch(member -> member.url().equals(url));
    }

    static void ids(Map<String, ClusterView> views, List<Finding> findings) {
        Map<Long, String> urls = new HashMap<>();
        Map<String, String> clusters = new HashMap<>();
        views.forEach((url, view) -> {
            String other = urls.putIfAbsent(view.node(), url);
            if (other != null) {
                findings.add(Finding.fail(
                        "cluster",
                        other + " and " + url + " both say they are node " + view.node(),
                        "stop one of them and give it an id and a folder of its own"));
            }
            clusters.putIfAbsent(view.clusterId(), url);
        });
        if (clusters.size() > 1) {
            findings.add(Finding.fail(
                    "cluster",
                    "these nodes are of different clusters: " + String.join(", ", clusters.values()),
                    "see seed_nodes; a node with old data of another cluster needs an empty folder"));
        } else {
            findings.add(Finding.ok("cluster", views.size() + (views.size() == 1 ? " node answers" : " nodes answer")));
        }
    }

    private static Finding clock(String url, NodeApi node) {
        try {
            OptionalLong ahead = node.clockAheadMs();
            return ahead.isEmpty()
                    ? Finding.ok("clock", url + " does not tell its time")
                    : clock(url, ahead.getAsLong());
        } catch (IOException e) {
            return Finding.warn("clock", url + " did not tell its time: " + e.getMessage(), "see its log");
        }
    }

    static Finding clock(String url, long aheadMs) {
        String text = Math.abs(aheadMs) < 1_000
                ? "the clock of " + url + " agrees with this machine"
                : "the clock of " + url + " is " + Math.abs(aheadMs) / 1_000 + " s "
                        + (aheadMs > 0 ? "ahead of" : "behind") + " this machine";
        return Math.abs(aheadMs) <= SKEW_MS
                ? Finding.ok("clock", text)
                : Finding.warn("clock", text, "have both set by NTP (timedatectl set-ntp true)");
    }
}
