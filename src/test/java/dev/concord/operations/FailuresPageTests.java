package dev.concord.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Every test and invariant that `docs/FAILURES.md` names as a proof is there.
class FailuresPageTests {
    private static final Path PAGE = Path.of("docs/FAILURES.md");
    private static final Pattern NAME = Pattern.compile("`([A-Z][A-Za-z]+)(?:#([a-zA-Z0-9]+))?`");
    private static final List<String> IN_THE_MODEL = List.of("Safe");

    @Test
    void namesTestsThatExist() throws IOException {
        String page = Files.readString(PAGE);
        Map<String, Path> sources = sources();

        assertThat(NAME.matcher(page).results()).hasSizeGreaterThan(40).allSatisfy(name -> {
            if (IN_THE_MODEL.contains(name.group(1))) {
                return;
            }
            assertThat(sources).containsKey(name.group(1));
            if (name.group(2) != null) {
                assertThat(Files.readString(sources.get(name.group(1)))).contains("void " + name.group(2) + "(");
            }
        });
    }

    @Test
    void saysOfEachTrapWhichTestFailsWhenItIsSprung() throws IOException {
        List<String> traps = Files.readAllLines(PAGE).stream()
                .filter(line -> line.matches("\\| \\d+ \\|.*"))
                .toList();

        assertThat(traps)
                .extracting(row -> Integer.parseInt(row.split(" \\| ")[0].substring(2)))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 30).boxed().toList());
        assertThat(traps).allSatisfy(row -> assertThat(row).containsPattern("`[A-Z][A-Za-z]+#[a-zA-Z0-9]+`"));
    }

    @Test
    void saysOfEachPromiseAndFailureWhatShowsIt() throws IOException {
        List<String> rows = Files.readAllLines(PAGE).stream()
                .filter(line ->
                        line.startsWith("| ") && !line.matches("\\| (Promise|What fails|Rule|Defect|#|\\d+) .*"))
                .toList();

        assertThat(rows).hasSizeGreaterThan(25).allSatisfy(row -> {
            String[] cells = row.split(" \\| ");
            assertThat(cells[cells.length - 1]).containsPattern("`[A-Z]|simulation");
        });
    }

    private static Map<String, Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            return files.filter(file -> file.toString().endsWith(".java") && !file.endsWith("package-info.java"))
                    .collect(Collectors.toMap(
                            file -> file.getFileName().toString().replace(".java", ""),
                            Function.identity(),
                            (one, other) -> one));
        }
    }
}
