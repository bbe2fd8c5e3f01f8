package dev.concord.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// One of the searches in `model/`: a configuration of TLC, with what it says of itself in its comments.
///
/// @param file its configuration
/// @param refutes the rules of which each, left out, must make it find a violation
/// @param whole whether all of it is searched in every build; else only up to the violation, without a rule
record Search(Path file, List<String> refutes, boolean whole) {
    static final Path FOLDER = Path.of("model");
    private static final String REFUTES = "\\* Refutes: ";
    private static final String LONG = "\\* Long: ";

    /// All searches, by name.
    static List<Search> all() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".cfg"))
                    .sorted()
                    .map(Search::read)
                    .toList();
        }
    }

    private static Search read(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            List<String> refutes = lines.stream()
                    .filter(line -> line.startsWith(REFUTES))
                    .flatMap(line -> Stream.of(line.substring(REFUTES.length()).split(" ")))
                    .toList();
            return new Search(file, refutes, lines.stream().noneMatch(line -> line.startsWith(LONG)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String name() {
        return file.getFileName().toString().replace(".cfg", "");
    }

    /// The configuration with one rule left out.
    String without(String rule) throws IOException {
        String text = Files.readString(file);
        String broken = text.replace("Broken = \"none\"", "Broken = \"" + rule + "\"");
        if (broken.equals(text)) {
            throw new IllegalStateException(file + " has no line Broken = \"none\"");
        }
        return broken;
    }

    @Override
    public String toString() {
        return name();
    }
}
