package dev.concord.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Every rule of `docs/PROTOCOL.md` is met by the simulation, in one case at least, or `docs/FAILURES.md`
/// says which test shows it.
class RuleTableTests {
    private static final Pattern RULE = Pattern.compile("^\\| ([FERCPXDMSTV]\\d+) \\|", Pattern.MULTILINE);

    @Test
    void everyRuleIsMetOrShownElsewhere() throws IOException {
        Set<String> met =
                Arrays.stream(RuleCase.values()).map(RuleCase::rule).collect(Collectors.toCollection(TreeSet::new));
        Set<String> elsewhere = rulesOf("FAILURES.md");
        Set<String> all = new TreeSet<>(met);
        all.addAll(elsewhere);

        assertThat(rulesOf("PROTOCOL.md")).hasSizeGreaterThan(70).isEqualTo(all);
        assertThat(met).doesNotContainAnyElementsOf(elsewhere);
    }

    private static Set<String> rulesOf(String page) throws IOException {
        return RULE.matcher(Files.readString(Path.of("docs", page)))
                .results()
                .map(rule -> rule.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
