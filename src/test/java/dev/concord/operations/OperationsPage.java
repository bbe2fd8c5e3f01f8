package dev.concord.operations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// `docs/OPERATIONS.md`, as tests read it.
public final class OperationsPage {
    private static final Path FILE = Path.of("docs", "OPERATIONS.md");

    private final List<String> lines;

    public OperationsPage() {
        try {
            lines = Files.readAllLines(FILE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The rows of all tables of a section, each as its cells without the back-quotes, heads left out.
    public List<List<String>> rows(String section) {
        List<String> body = section(section);
        return body.stream()
                .filter(line -> line.startsWith("| `"))
                .map(line -> Arrays.stream(line.substring(1).split("\\|"))
                        .map(cell -> cell.replace("`", "").trim())
                        .toList())
                .toList();
    }

    private List<String> section(String title) {
        int start = lines.indexOf("## " + title);
        if (start < 0) {
            throw new AssertionError(FILE + " has no section " + title);
        }
        List<String> rest = lines.subList(start + 1, lines.size());
        return rest.stream().takeWhile(line -> !line.startsWith("## ")).toList();
    }

    /// The anchors of all headings, as the usual renderers of Markdown make them.
    public Set<String> anchors() {
        return lines.stream()
                .filter(line -> line.matches("#{2,4} .*"))
                .map(line -> line.replaceFirst("#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{Alnum} -]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }
}
