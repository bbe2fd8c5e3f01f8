package dev.concord.cli;

import dev.concord.client.Draft;
import dev.concord.client.MessageSender;
import dev.concord.client.Reference;
import dev.concord.client.SendResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `concord send`: puts messages in and prints the seq of each.
@Command(
        name = "send",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Sends a message, or each line of standard input as one, and prints the number it got. "
                + "A number is printed only after a majority of the nodes has the message on disk.",
        footer = {
            "",
            "Exit codes: 0 all sent, 1 refused or unknown, 2 wrong usage, 3 no node reachable.",
            "",
            "Examples:",
            "  concord send --as ada Hello everyone",
            "  tail -f app.log | concord send --as app --room logs",
            "  concord send --as ada --edit 42 Hello everybody",
            "  concord send --as ada --delete 42"
        })
final class SendCommand implements Callable<Integer> {
    @Mixin
    private final NodesOption nodes = new NodesOption();

    @Option(names = "--room", paramLabel = "ROOM", description = "room to send to (default general)")
    private @Nullable String room;

    @Option(names = "--as", paramLabel = "NAME", description = "who speaks (default: the name of the user)")
    private String sender = System.getProperty("user.name", "somebody");

    @Option(names = "--id", paramLabel = "ID", description = "id of the message; the same id is stored only once")
    private @Nullable String id;

    @ArgGroup(exclusive = true, multiplicity = "0..1")
    private @Nullable Meant meant;

    /// The message that is meant, at most one.
    private static final class Meant {
        @Option(names = "--reply", paramLabel = "SEQ", description = "answer this message")
        private long reply;

        @Option(names = "--edit", paramLabel = "SEQ", description = "give this message of yours a new text")
        private long edit;

        @Option(names = "--delete", paramLabel = "SEQ", description = "take this message of yours back")
        private long delete;

        private Reference reference() {
            if (delete != 0) {
                return new Reference(Reference.Kind.DELETE, delete);
            }
            return edit != 0 ? new Reference(Reference.Kind.EDIT, edit) : new Reference(Reference.Kind.REPLY, reply);
        }
    }

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "how long to go on trying (default 15)")
    private int timeoutSeconds = 15;

    @Parameters(paramLabel = "TEXT", description = "the message; without it, the lines of standard input")
    private List<String> words = new ArrayList<>();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Terminal terminal;
    private long sent;
    private long refused;
    private long lineNumber;
    private long startedAt;

    SendCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        MessageSender to = new MessageSender(nodes.nodes(), Duration.ofSeconds(Math.max(1, timeoutSeconds)));
        Reference reference = meant == null ? null : meant.reference();
        boolean isDelete = reference != null && reference.kind() == Reference.Kind.DELETE;
        if (reference != null) {
            requireSense(reference, isDelete);
        }
        if (isDelete || !words.isEmpty()) {
            String own = id == null ? UUID.randomUUID().toString() : id;
            report(to.send(new Draft(own, room, sender, String.join(" ", words), reference)), "");
            return 0;
        }
        if (id != null) {
            throw new ParameterException(spec.commandLine(), "--id needs a TEXT: one id belongs to one message");
        }
        sendLines(to);
        return refused == 0 ? 0 : CommandFailedException.FAILED;
    }

    private void requireSense(Reference reference, boolean isDelete) {
        String option = "--" + reference.kind().field();
        if (reference.seq() < 1) {
            throw new ParameterException(spec.commandLine(), option + " takes the number of a message");
        }
        if (isDelete != words.isEmpty()) {
            throw new ParameterException(spec.commandLine(), option + (isDelete ? " takes no TEXT" : " needs a TEXT"));
        }
    }

    /// Takes what is there, sends it in one go, and comes back for more: single lines at once, many together.
    private void sendLines(MessageSender to) throws IOException {
        startedAt = System.nanoTime();
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(terminal.in(), StandardCharsets.UTF_8), 1 << 16);
        List<Draft> drafts = new ArrayList<>();
        List<Long> numbers = new ArrayList<>();
        String line = lines.readLine();
        while (line != null) {
            int characters = 0;
            while (line != null) {
                lineNumber++;
                if (!line.isBlank()) {
                    drafts.add(Draft.of(room, sender, line));
                    numbers.add(lineNumber);
                    characters += line.length();
                }
                boolean full = drafts.size() == MessageSender.MAX_BULK_MESSAGES
                        || characters > MessageSender.MAX_BULK_CHARACTERS;
                if (full || !lines.ready()) {
                    break;
                }
                line = lines.readLine();
            }
            to.sendAll(drafts, (position, result) -> reportLine(result, numbers.get(position)));
            terminal.out().flush();
            terminal.progress(sent + " sent, " + perSecond() + "/s");
            drafts.clear();
            numbers.clear();
            line = line == null ? null : lines.readLine();
        }
        terminal.endProgress();
    }

    private long perSecond() {
        long millis = Math.max(1, (System.nanoTime() - startedAt) / 1_000_000);
        return sent * 1000 / millis;
    }

    /// A line that is refused does not stop those behind it; anything else does.
    private void reportLine(SendResult result, long number) {
        if (result instanceof SendResult.Refused no && !no.problem().retryable()) {
            refused++;
            terminal.endProgress();
            terminal.err().println("concord: line " + number + " is refused (" + no.problem() + ").");
            return;
        }
        report(result, "line " + number + ": ");
    }

    private void report(SendResult result, String which) {
        switch (result) {
            case SendResult.Sent(long seq) -> {
                sent++;
                terminal.out().println(seq);
            }
            case SendResult.Refused(var problem) -> {
                String next = problem.retryable() ? "nothing was stored; try again later" : "nothing was stored";
                throw new CommandFailedException(
                        CommandFailedException.FAILED, which + "refused (" + problem + "): " + next + ".");
            }
            case SendResult.Unknown(String why) ->
                throw new CommandFailedException(
                        CommandFailedException.FAILED,
                        which + "nobody confirmed the message (" + why + "): it may be stored; look with concord tail"
                                + " before you send it again.");
            case SendResult.Unreachable(String why) -> throw CommandFailedException.unreachable(nodes.text(), why);
        }
    }
}
