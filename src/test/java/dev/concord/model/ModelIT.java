package dev.concord.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every search in `model/` holds for the protocol as it is, and fails for each rule that it says it needs. What takes
/// long is searched as a whole with the Maven profile `model` only.
class ModelIT {
    private static final boolean ALL = Boolean.getBoolean("model.all");
    private static final long MINUTES = ALL ? 240 : 15;

    static List<Search> searches() throws IOException {
        return Search.all().stream().filter(search -> ALL || search.whole()).toList();
    }

    static Stream<Arguments> mutants() throws IOException {
        return Search.all().stream().flatMap(search -> search.refutes().stream().map(rule -> arguments(search, rule)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("searches")
    @DisplayName("the protocol as it is")
    void holds(Search search) throws IOException, InterruptedException {
        Tlc.Verdict verdict = Tlc.search(search.name(), Files.readString(search.file()), MINUTES);

        assertThat(verdict.exitCode()).as(verdict.output()).isEqualTo(Tlc.HOLDS);
        assertThat(verdict.output()).contains("No error has been found", "0 states left on queue");
    }

    @ParameterizedTest(name = "{1}, found by {0}")
    @MethodSource("mutants")
    @DisplayName("without a rule")
    void isRefuted(Search search, String rule) throws IOException, InterruptedException {
        Tlc.Verdict verdict = Tlc.search(search.name() + "-" + rule, search.without(rule), MINUTES);

        assertThat(verdict.exitCode()).as(verdict.output()).isEqualTo(Tlc.VIOLATED);
        assertThat(verdict.names("Safe")).as(verdict.output()).isTrue();
    }

    @Test
    void eachRuleThatCanBeLeftOutIsMissedByASearch() throws IOException {
        String model = Files.readString(Search.FOLDER.resolve("Concord.tla"));
        List<String> rules = Pattern.compile("\"([A-Z]\\d+-[a-z-]+)\"")
                .matcher(model)
                .results()
                .map((MatchResult match) -> match.group(1))
                .distinct()
                .toList();

        assertThat(Search.all().stream().flatMap(search -> search.refutes().stream()))
                .containsExactlyInAnyOrderElementsOf(new TreeSet<>(rules));
    }
}
