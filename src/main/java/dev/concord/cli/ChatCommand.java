package dev.concord.cli;

import dev.concord.cli.chat.ChatScreen;
import dev.concord.cli.chat.PlainChat;
import dev.concord.client.ChatSession;
import dev.concord.client.ClusterSurvey;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `concord chat`: the terminal client.
@Command(
        name = "chat",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Chats in this terminal. When the node fails it goes on with the next: what you send is "
                + "kept until a majority has it on disk, and nothing is lost or seen twice. /help inside. "
                + "In a pipe each line of the input is a message, and each message a line of the output.",
        footer = {
            "",
            "Exit codes: 0 left, 1 refused or something is not known to be stored, 2 wrong usage,",
            "3 no node reachable. NO_COLOR is honoured.",
            "",
            "Examples:",
            "  concord chat --as ada",
            "  concord chat --node https://chat.example:8443 --room ops --token-file ~/.concord-token"
        })
final class ChatCommand implements Callable<Integer> {
    private static final int LONGEST_NAME = 64;

    @Mixin
    private final NodesOption nodes = new NodesOption();

    @Option(names = "--room", paramLabel = "ROOM", description = "room to begin with (default general)")
    private String room = "general";

    @Option(names = "--as", paramLabel = "NAME", description = "who speaks (default: the name of the user)")
    private String name = System.getProperty("user.name", "somebody");

    @Option(names = "--plain", description = "lines instead of a full screen, as in a pipe")
    private boolean plain;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Terminal terminal;

    ChatCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!ChatSession.isRoom(room)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--room takes small letters, digits, '.', '_' and '-', at most 64, not \"" + room + "\"");
        }
        if (name.isBlank() || name.length() > LONGEST_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw new ParameterException(spec.commandLine(), "--as takes a name of 1 to 64 characters");
        }
        ClusterSurvey survey = ClusterSurvey.of(nodes.nodes());
        if (survey.views().isEmpty()) {
            String why = survey.failures().values().iterator().next();
            if (why.contains("unauthenticated")) {
                throw new CommandFailedException(
                        CommandFailedException.FAILED, why + ": name the file of your token with --token-file.");
            }
            throw CommandFailedException.unreachable(nodes.text(), why);
        }
        return plain || !terminal.isScreen() ? lines() : screen();
    }

    private int lines() throws IOException {
        int open = new PlainChat(terminal.out(), terminal.err(), message -> MessageLine.of(message, false))
                .run(nodes.nodes(), name, room, terminal.in());
        if (open > 0) {
            throw new CommandFailedException(
                    CommandFailedException.FAILED,
                    open + " of your messages are not known to be stored; look with concord tail.");
        }
        return 0;
    }

    private int screen() throws IOException, InterruptedException {
        StatusTable table = new StatusTable(false);
        String why =
                ChatScreen.run(new ChatScreen.Options(nodes.nodes(), name, room, terminal.hasColours(), table::render));
        if (!why.isEmpty()) {
            throw new CommandFailedException(CommandFailedException.FAILED, why + ".");
        }
        return 0;
    }
}
