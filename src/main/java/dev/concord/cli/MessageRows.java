package dev.concord.cli;

import dev.concord.bench.Measurement;
import dev.concord.cli.BenchOptions.Outcome;
import dev.concord.cli.chat.HarmlessText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The rows of a benchmark that sends messages: how many were acknowledged, how long that took, what it cost the
/// servers. The same columns whether the load was closed (messages in flight) or open (messages in a second).
final class MessageRows {
    private final String field;
    private final Columns table;
    private final List<Map<String, Object>> rows = new ArrayList<>();
    private @Nullable String refusal;

    /// @param title of the column that says how large the load was
    /// @param field the same in JSON
    MessageRows(String title, String field) {
        this.field = field;
        this.table = new Columns(
                "MODE", title, "ACKNOWLEDGED/S", "P50 ms", "P99 ms", "P99.9 ms", "MAX ms", "CPU µs", "REFUSED");
    }

    void add(String mode, int load, Outcome outcome, Measurement measurement) {
        Measurement.Window result = outcome.window();
        table.row(
                mode,
                BenchReport.grouped(load),
                BenchReport.grouped(result.rate()),
                BenchReport.fixed(result.millis(50), 2),
                BenchReport.fixed(result.millis(99), 2),
                BenchReport.fixed(result.millis(99.9), 2),
                BenchReport.fixed(result.maxMillis(), 2),
                BenchReport.fixed(outcome.cpuMicros(), 1),
                BenchReport.grouped(result.refused()));
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("mode", mode);
        row.put(field, load);
        row.put("acknowledged", result.acknowledged());
        row.put("acknowledgedPerSecond", Math.round(result.rate()));
        row.put("p50Ms", BenchReport.rounded(result.millis(50)));
        row.put("p99Ms", BenchReport.rounded(result.millis(99)));
        row.put("p999Ms", BenchReport.rounded(result.millis(99.9)));
        row.put("maxMs", BenchReport.rounded(result.maxMillis()));
        row.put("cpuMicrosPerMessage", BenchReport.rounded(outcome.cpuMicros()));
        row.put("refused", result.refused());
        row.put("notCounted", outcome.notCounted());
        rows.add(row);
        refusal = refusal == null ? measurement.refusal() : refusal;
    }

    /// Prints the rows.
    ///
    /// @return the exit code
    /// @throws CommandFailedException afterwards, with the first refusal, if there was any
    int print(BenchOptions options, Terminal terminal) {
        options.print(terminal, table, rows);
        if (refusal != null) {
            throw new CommandFailedException(
                    CommandFailedException.FAILED, "not everything was acknowledged: " + HarmlessText.line(refusal));
        }
        return 0;
    }
}
