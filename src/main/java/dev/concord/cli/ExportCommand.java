package dev.concord.cli;

import dev.concord.client.HistoryReader;
import dev.concord.client.Message;
import dev.concord.client.ProblemException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `concord export`: the history as one JSON line a message, complete up to the commit point at the start, or an error.
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Writes the history, one message a line (JSON), up to the last one committed at the start. "
                + "The file appears only when it is complete.",
        footer = {
            "",
            "Exit codes: 0 complete, 1 incomplete or refused, 2 wrong usage, 3 no node reachable.",
            "",
            "Example: concord export --room general -o general.jsonl"
        })
final class ExportCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int MESSAGES_PER_PROGRESS = 5_000;

    @Mixin
    private final NodesOption nodes = new NodesOption();

    @Option(names = "--after", paramLabel = "SEQ", description = "begin behind this message (default 0: the start)")
    private long after;

    @Option(names = "--room", paramLabel = "ROOM", description = "only this room (default: all)")
    private @Nullable String room;

    @Option(names = "-o", paramLabel = "FILE", description = "file to write (default: standard output)")
    private @Nullable Path file;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Terminal terminal;
    private long written;

    ExportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (after < 0) {
            throw new ParameterException(spec.commandLine(), "--after takes the number of a message, 0 for the start");
        }
        HistoryReader history = open();
        if (file == null) {
            read(history, terminal.out());
            return 0;
        }
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(part, StandardCharsets.UTF_8))) {
            read(history, out);
        } catch (CommandFailedException | IOException e) {
            Files.deleteIfExists(part);
            throw e;
        }
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        terminal.err().println(written + " messages written to " + file);
        return 0;
    }

    private HistoryReader open() {
        try {
            return HistoryReader.open(nodes.nodes(), room, after, PATIENCE);
        } catch (ProblemException e) {
            throw new CommandFailedException(CommandFailedException.FAILED, e.problem() + ".");
        } catch (IOException e) {
            throw CommandFailedException.unreachable(nodes.text(), String.valueOf(e.getMessage()));
        }
    }

    private void read(HistoryReader history, PrintWriter out) {
        try {
            history.readAll(new Writer(out, history.upTo()));
            out.flush();
            terminal.endProgress();
            if (out.checkError()) {
                throw new IOException("the output cannot be written");
            }
        } catch (ProblemException e) {
            throw failed(e.problem().toString());
        } catch (IOException e) {
            throw failed(String.valueOf(e.getMessage()));
        }
    }

    private void write(Message message, PrintWriter out, long upTo) throws IOException {
        out.print(message.json());
        out.print('\n');
        if (++written % MESSAGES_PER_PROGRESS == 0) {
            terminal.progress(message.seq() + " of " + upTo);
            if (out.checkError()) {
                throw new IOException("the output cannot be written");
            }
        }
    }

    private final class Writer implements HistoryReader.Sink {
        private final PrintWriter out;
        private final long upTo;

        Writer(PrintWriter out, long upTo) {
            this.out = out;
            this.upTo = upTo;
        }

        @Override
        public void message(Message message) throws IOException {
            write(message, out, upTo);
        }

        @Override
        public void removed(long from, long to) {
            terminal.endProgress();
            terminal.err().println("concord: messages " + from + " to " + to + " were removed by retention");
        }
    }

    private CommandFailedException failed(String why) {
        terminal.endProgress();
        return new CommandFailedException(
                CommandFailedException.FAILED,
                "the export is not complete, " + written + " messages were read (" + why + "): run it again.");
    }
}
