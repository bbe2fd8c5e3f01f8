package dev.concord.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MonitoringTests {
    private static final String PROMTOOL = "promtool";

    /// Prometheus's own judgement. Without its tool there is none; CI must have it.
    @Test
    void everyRuleFiresInItsCaseAndIsSilentOtherwise() throws Exception {
        boolean there = Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, PROMTOOL)));
        if (!"true".equals(System.getenv("CI"))) {
            assumeTrue(there, "promtool is not installed (Debian package prometheus): the rules were not tested");
        }
        assertThat(there).as("promtool on the PATH of CI").isTrue();
        assertThat(promtool("check", "rules", Monitoring.RULES.toString())).contains("SUCCESS");
        assertThat(promtool("test", "rules", Monitoring.RULE_TESTS.toString())).contains("SUCCESS");
    }

    private static String promtool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(PROMTOOL));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @Test
    void everyRuleHasACaseInWhichItFires() throws IOException {
        String tests = Files.readString(Monitoring.RULE_TESTS);
        assertThat(Monitoring.rules()).isNotEmpty().allSatisfy(rule -> {
            assertThat(tests).as("a case that fires").contains("- alertname: " + rule.name() + "\n");
            assertThat(tests).as("the healthy case").contains("{alertname: " + rule.name() + ", eval_time: 15m}");
        });
    }

    @Test
    void everyRuleSaysWhatToDoAndWhereMoreIsWritten() {
        OperationsPage page = new OperationsPage();
        assertThat(Monitoring.rules()).isNotEmpty().allSatisfy(rule -> {
            assertThat(rule.labels().path("severity").asString()).isIn("warning", "critical");
            assertThat(rule.annotations().path("summary").asString()).isNotEmpty();
            assertThat(rule.annotations().path("description").asString()).contains(". ");
            String[] runbook = rule.annotations().path("runbook_url").asString().split("#");
            assertThat(runbook[0]).isEqualTo("docs/OPERATIONS.md");
            assertThat(runbook[1]).as(rule.name()).isIn(page.anchors());
        });
    }

    @Test
    void metricsAreFoundInExpressions() {
        assertThat(Monitoring.metricsIn(
                        "max by (job, x) (rate(a_total{b=\"c d\"}[5m])) > 1e9 and on (job) (e_seconds:sum == 0)"))
                .containsExactly("a_total", "e_seconds:sum");
        assertThat(Monitoring.metricsIn(
                        "histogram_quantile(0.99, sum by (le) (rate(x_bucket{a=~\"$a\"}[$__i]))) or up"))
                .containsExactly("x_bucket");
    }

    @Test
    void theDashboardAsksThroughAVariableAndNotAFixedSource() throws IOException {
        assertThat(Files.readString(Monitoring.DASHBOARD))
                .contains("\"uid\": \"${datasource}\"")
                .doesNotContain("localhost");
        assertThat(Monitoring.panelExpressions()).hasSizeGreaterThan(30);
    }
}
