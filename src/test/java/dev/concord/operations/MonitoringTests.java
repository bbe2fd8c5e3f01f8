package dev.concord.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class MonitoringTests {
    /// Prometheus's own judgement. Without its tool there is none; CI must have it.
    @Test
    void everyRuleFiresInItsCaseAndIsSilentOtherwise() throws Exception {
        Promtool.isNeeded();
        assertThat(Promtool.run("check", "rules", Monitoring.RULES.toString())).contains("SUCCESS");
        assertThat(Promtool.run("test", "rules", Monitoring.RULE_TESTS.toString()))
                .contains("SUCCESS");
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
}
