package dev.concord.operations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// The files of `monitoring/`: alert rules and dashboard, and the metrics that their expressions name.
public final class Monitoring {
    public static final Path RULES = Path.of("monitoring", "alerts.yml");
    static final Path RULE_TESTS = Path.of("monitoring", "alerts_test.yml");
    static final Path DASHBOARD = Path.of("monitoring", "grafana", "dashboards", "concord.json");

    private static final Pattern NAME = Pattern.compile("(?<![\\w$])[a-zA-Z_:][\\w:]*(?!\\w)(?!\\s*\\()");
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset");
    /// Made by Prometheus itself.
    private static final Set<String> OF_PROMETHEUS = Set.of("up", "ALERTS");

    private Monitoring() {}

    /// One alert rule.
    record Rule(String name, String expression, JsonNode labels, JsonNode annotations) {}

    static List<Rule> rules() {
        List<Rule> rules = new ArrayList<>();
        for (JsonNode group : new YAMLMapper().readTree(text(RULES)).get("groups")) {
            for (JsonNode rule : group.get("rules")) {
                rules.add(new Rule(
                        rule.path("alert").asString(),
                        rule.path("expr").asString(),
                        rule.path("labels"),
                        rule.path("annotations")));
            }
        }
        return rules;
    }

    /// The names of all alerts.
    public static Set<String> ruleNames() {
        return rules().stream().map(Rule::name).collect(Collectors.toCollection(TreeSet::new));
    }

    /// Every expression of the dashboard: panels, annotations.
    static List<String> panelExpressions() {
        JsonNode dashboard = new JsonMapper().readTree(text(DASHBOARD));
        return dashboard.findValuesAsString("expr");
    }

    /// Every expression of rules and dashboard.
    public static List<String> expressions() {
        List<String> all =
                new ArrayList<>(rules().stream().map(Rule::expression).toList());
        all.addAll(panelExpressions());
        return all;
    }

    /// The names of metrics in an expression of PromQL.
    public static Set<String> metricsIn(String expression) {
        String bare = expression
                .replaceAll("\"[^\"]*\"", "")
                .replaceAll("\\{[^}]*}", "")
                .replaceAll("\\[[^]]*]", "")
                .replaceAll("\\b(by|on|without|ignoring|group_left|group_right)\\s*\\([^)]*\\)", "");
        Set<String> names = new TreeSet<>();
        Matcher matcher = NAME.matcher(bare);
        while (matcher.find()) {
            if (!WORDS.contains(matcher.group())
                    && !OF_PROMETHEUS.contains(matcher.group())
                    && !matcher.group().matches("e\\d+")) {
                names.add(matcher.group());
            }
        }
        return names;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
