package dev.concord.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/// How every benchmark prints what it found: as a table for people, or as a JSON array with exact numbers.
final class BenchReport {
    @Option(names = "-o", paramLabel = "FORMAT", description = "table (the default) or json")
    private OutputFormat format = OutputFormat.TABLE;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    /// Refuses a format that does not suit, before anything is measured.
    void check() {
        format.only(spec.commandLine(), OutputFormat.TABLE, OutputFormat.JSON);
    }

    void print(Terminal terminal, Columns table, List<Map<String, Object>> rows) {
        print(terminal, table, rows, "");
    }

    /// @param note a sentence below the table; none if empty
    void print(Terminal terminal, Columns table, List<Map<String, Object>> rows, String note) {
        check();
        if (format == OutputFormat.JSON) {
            terminal.out().println(JsonMapper.builder().build().writeValueAsString(rows));
        } else {
            terminal.out().print(table.render());
            if (!note.isEmpty()) {
                terminal.out().println(note);
            }
            terminal.out().flush();
        }
    }

    static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String grouped(double number) {
        return grouped(Math.round(number));
    }

    static String fixed(double number, int digits) {
        return String.format(Locale.ROOT, "%,.*f".replace("*", Integer.toString(digits)), number);
    }

    /// Bytes in whole millions; a dash for what is not known.
    static String megabytes(long bytes) {
        return bytes < 0 ? "-" : grouped(bytes / 1e6);
    }

    static double rounded(double number) {
        return Math.round(number * 1000) / 1000.0;
    }
}
