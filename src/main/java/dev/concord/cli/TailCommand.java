package dev.concord.cli;

import dev.concord.client.HistoryReader;
import dev.concord.client.Message;
import dev.concord.client.MessageTail;
import dev.concord.client.ProblemException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `concord tail`: the end of the conversation, and then everything that follows.
@Command(
        name = "tail",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Prints the last messages, then every new one as it is committed. "
                + "When the node fails it goes on with the next, without a gap and without repeating any.",
        footer = {
            "",
            "Exit codes: 0 done, 1 refused, 2 wrong usage, 3 no node reachable.",
            "",
            "Examples:",
            "  concord tail",
            "  concord tail --room general --after 42 -o json | jq .text"
        })
final class TailCommand implements Callable<Integer> {
    /// More than one page is history: `export` reads it.
    static final int MAX_COUNT = 1_000;

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @Mixin
    private final NodesOption nodes = new NodesOption();

    @Option(names = "-n", paramLabel = "COUNT", description = "messages to begin with (default 10, at most 1000)")
    private int count = 10;

    @Option(names = "--after", paramLabel = "SEQ", description = "begin behind this message instead")
    private @Nullable Long after;

    @Option(
            names = {"-f", "--follow"},
            description = "go on with new messages, which is the default")
    private boolean follow;

    @Option(names = "--no-follow", description = "end at the last message")
    private boolean noFollow;

    @Option(names = "--room", paramLabel = "ROOM", description = "only this room (default: all)")
    private @Nullable String room;

    @Option(names = "-o", paramLabel = "FORMAT", description = "text (the default) or json")
    private OutputFormat format = OutputFormat.TEXT;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Terminal terminal;

    TailCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (count < 0 || count > MAX_COUNT) {
            throw new ParameterException(
                    spec.commandLine(), "-n takes 0 to " + MAX_COUNT + "; for more, use concord export");
        }
        if (after != null && after < 0) {
            throw new ParameterException(spec.commandLine(), "--after takes the number of a message, 0 for the start");
        }
        if (follow && noFollow) {
            throw new ParameterException(spec.commandLine(), "--follow and --no-follow exclude each other");
        }
        OutputFormat printed = format.only(spec.commandLine(), OutputFormat.TEXT, OutputFormat.JSON);
        try {
            if (after != null && noFollow) {
                HistoryReader.open(nodes.nodes(), room, after, PATIENCE).readAll(new Printer(printed));
            } else {
                tail(printed);
            }
            return 0;
        } catch (ProblemException e) {
            throw new CommandFailedException(CommandFailedException.FAILED, e.problem() + ".");
        } catch (IOException e) {
            throw CommandFailedException.unreachable(nodes.text(), String.valueOf(e.getMessage()));
        }
    }

    private void tail(OutputFormat printed) throws IOException, ProblemException {
        MessageTail tail = new MessageTail(nodes.nodes(), room);
        if (after != null) {
            tail.startAfter(after);
        } else {
            for (Message message : tail.newest(count)) {
                print(message, printed);
            }
        }
        if (!noFollow) {
            tail.follow(new Printer(printed));
        }
    }

    private void print(Message message, OutputFormat printed) {
        String line = printed == OutputFormat.JSON
                ? message.json()
                : MessageLine.of(message, room == null, terminal.hasColours());
        terminal.out().println(line);
    }

    private final class Printer implements MessageTail.Follower, HistoryReader.Sink {
        private final OutputFormat printed;

        Printer(OutputFormat printed) {
            this.printed = printed;
        }

        @Override
        public void message(Message message) {
            print(message, printed);
        }

        @Override
        public void removed(long from, long to) {
            terminal.err().println("concord: messages " + from + " to " + to + " were removed by retention");
        }

        @Override
        public void lost(String why) {
            terminal.err().println("concord: lost " + why + "; trying the next node");
        }

        @Override
        public void resumed(String url) {
            terminal.err().println("concord: resumed at " + url);
        }

        /// The reader has gone away (`concord tail | head`).
        @Override
        public boolean isDone() {
            return terminal.out().checkError();
        }
    }
}
