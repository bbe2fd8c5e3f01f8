package dev.concord.cli.chat;

import dev.concord.client.ChatSession;
import dev.concord.client.ClusterSurvey;
import dev.concord.client.ClusterView;
import dev.concord.client.Draft;
import dev.concord.client.OutboxFullException;
import dev.concord.client.Presence;
import dev.concord.client.Reference;
import dev.concord.client.Reference.Kind;
import dev.concord.client.RoomSummary;
import dev.concord.client.Timeline.Post;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a typed line means: a message, or a command that begins with a slash. Two slashes begin a message with one.
final class ChatCommands {
    private final ChatState state;
    private final ChatSession session;
    private final InputLine input;
    private final Consumer<String> show;
    private final Consumer<Supplier<Runnable>> background;
    private final Function<ClusterView, String> table;
    private final Completion completion;

    /// What the next message will be to another one.
    private @Nullable Reference reference;

    /// @param show shows a room, and joins it before if need be
    /// @param background does what may take time, and then what it returned on the thread of the screen
    ChatCommands(
            ChatState state,
            ChatSession session,
            InputLine input,
            Consumer<String> show,
            Consumer<Supplier<Runnable>> background,
            Function<ClusterView, String> table) {
        this.state = state;
        this.session = session;
        this.input = input;
        this.show = show;
        this.background = background;
        this.table = table;
        this.completion = new Completion(state);
    }

    String prompt() {
        Reference about = reference;
        return about == null ? "#" + state.room().name() + " ❯ " : about.kind().field() + " #" + about.seq() + " ❯ ";
    }

    void complete() {
        input.insert(completion.of(input.beforeCursor()));
    }

    /// @return whether a reply or an edit was under way, and is no more
    boolean cancel() {
        Reference about = reference;
        if (about != null && about.kind() == Kind.EDIT) {
            input.clear();
        }
        reference = null;
        return about != null;
    }

    /// @return whether the person wants to leave
    boolean run(String line) {
        if (line.startsWith("//")) {
            say(line.substring(1));
        } else if (line.startsWith("/")) {
            int space = line.indexOf(' ');
            String argument = space < 0 ? "" : line.substring(space + 1).strip();
            String name =
                    (space < 0 ? line : line.substring(0, space)).substring(1).toLowerCase(Locale.ROOT);
            Optional<ChatWord> word = ChatWord.of(name);
            if (word.isEmpty()) {
                notice(Style.BAD, "there is no /" + name + ChatWord.near(name) + " (see /help)");
            }
            return word.isPresent() && run(word.get(), argument);
        } else if (!line.isBlank()) {
            say(line);
        }
        return false;
    }

    private boolean run(ChatWord word, String argument) {
        switch (word) {
            case HELP -> notice(Style.PLAIN, ChatWord.help());
            case JOIN -> join(argument);
            case LEAVE -> leave(argument);
            case ROOMS -> rooms();
            case WHO -> who();
            case NODES -> nodes();
            case REPLY -> relate(Kind.REPLY, argument);
            case EDIT -> relate(Kind.EDIT, argument);
            case DELETE -> relate(Kind.DELETE, argument);
            case CLEAR -> state.room().clearNotices();
            case QUIT -> {
                return true;
            }
        }
        return false;
    }

    // --- messages

    private void say(String text) {
        send(text, reference);
        reference = null;
    }

    private void send(String text, @Nullable Reference about) {
        try {
            state.room().forgetUnreadLine();
            session.send(Draft.of(state.room().name(), state.me(), text).about(about));
        } catch (OutboxFullException e) {
            notice(Style.BAD, String.valueOf(e.getMessage()));
            input.replace(text);
        }
    }

    /// `/reply 42 yes`, `/reply 42` and then the text, or `/reply yes` to the newest message of somebody else.
    private void relate(Kind relation, String argument) {
        String first = argument.split("\\s", 2)[0].replaceFirst("^#", "");
        boolean named = first.matches("\\d{1,15}");
        Optional<Post> meant = named ? state.room().timeline().post(Long.parseLong(first)) : newest(relation);
        String text = named ? argument.replaceFirst("^#?\\d+\\s*", "") : argument;
        if (meant.isEmpty()) {
            notice(Style.BAD, named ? "message #" + first + " is not here" : "there is no message for that here");
        } else if (relation == Kind.DELETE) {
            send("", new Reference(relation, meant.get().seq()));
        } else if (!text.isEmpty()) {
            send(text, new Reference(relation, meant.get().seq()));
        } else {
            reference = new Reference(relation, meant.get().seq());
            input.replace(relation == Kind.EDIT ? meant.get().text() : "");
        }
    }

    private Optional<Post> newest(Kind relation) {
        boolean own = relation != Kind.REPLY;
        return state.room().timeline().posts().reversed().stream()
                .filter(post -> post.message().sender().equals(state.me()) == own && !post.deleted())
                .findFirst();
    }

    // --- rooms and people

    private void join(String argument) {
        String room = argument.replaceFirst("^#", "");
        if (ChatSession.isRoom(room)) {
            show.accept(room);
        } else {
            notice(Style.BAD, "a room is named with small letters, digits, '.', '_' and '-', as in /join ops");
        }
    }

    private void leave(String argument) {
        String room = argument.isEmpty() ? state.room().name() : argument.replaceFirst("^#", "");
        if (state.leave(room)) {
            session.leave(room);
        } else {
            notice(
                    Style.BAD,
                    state.isJoined(room) ? "this is your only room; /quit leaves" : "you are not in #" + room);
        }
    }

    private void rooms() {
        ask(
                () -> {
                    List<RoomSummary> rooms =
                            new ArrayList<>(session.nodes().getFirst().rooms());
                    completion.rooms(rooms.stream().map(RoomSummary::room).toList());
                    rooms.sort(Comparator.comparingLong(RoomSummary::lastSeq).reversed());
                    return rooms.stream()
                            .limit(30)
                            .map(room -> "#" + room.room() + "  " + room.count() + " messages")
                            .collect(Collectors.joining("\n"));
                },
                "there is no room yet: say something, and there is one");
    }

    private void who() {
        ask(
                () -> session.nodes()
                        .getFirst()
                        .presence()
                        .map(this::people)
                        .orElse("the nodes do not tell who is connected; see concord upgrade"),
                "nobody is here");
    }

    private String people(Presence presence) {
        return presence.people().stream()
                .map(person -> person.name() + "  in " + rooms(person) + "  at node "
                        + person.nodes().stream().map(String::valueOf).collect(Collectors.joining(", ")))
                .collect(Collectors.joining("\n"));
    }

    private static String rooms(Presence.Person person) {
        return person.rooms().isEmpty()
                ? "no room"
                : person.rooms().stream()
                        .map(room -> room.equals(Presence.ALL_ROOMS) ? "all rooms" : "#" + room)
                        .collect(Collectors.joining(" "));
    }

    private void nodes() {
        ask(() -> ClusterSurvey.of(session.nodes()).best().map(table).orElse(""), "no node answers");
    }

    private interface Question {
        String ask() throws IOException;
    }

    /// Asks a node something, and shows the answer when it comes.
    private void ask(Question question, String otherwise) {
        RoomView room = state.room();
        background.accept(() -> {
            try {
                String answer = question.ask();
                return () -> room.notice(Style.PLAIN, answer.isBlank() ? otherwise : answer.strip());
            } catch (IOException e) {
                return () -> room.notice(Style.BAD, "the node does not answer: " + e.getMessage());
            }
        });
    }

    private void notice(Style style, String text) {
        state.room().notice(style, text);
    }
}
