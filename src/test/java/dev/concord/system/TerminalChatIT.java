package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `concord chat` as a person uses it: two terminals, real nodes, and a leader that dies while they talk.
///
/// With `-Dscreenshot.update=true` the picture in the documents is made anew.
@NeedsPrograms(NeedsPrograms.Program.TMUX)
class TerminalChatIT {
    private static final Path PICTURE = Path.of("docs/images/chat.txt");

    @TempDir
    private Path folder;

    @Test
    void twoPeopleTalkWhileTheLeaderDies() throws Exception {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3).start().awaitReady();
                Tmux ada = terminal("ada", 100, 24);
                Tmux bob = terminal("bob", 80, 20)) {
            chat(ada, cluster, 3, "ada");
            chat(bob, cluster, 1, "bob");

            ada.line("good morning, @bob 👩‍💻");
            bob.awaitSeen("good morning, @bob 👩‍💻");
            ada.awaitSeen("2 here");
            bob.type("hello ");
            ada.awaitSeen("bob is typing");
            bob.line("世界");
            ada.awaitSeen("hello 世界", "leader 3", "✓");
            ada.line("/who");
            ada.awaitSeen("bob  in #general  at node 1");
            bob.line("/join ops");
            ClusterProcesses.await("bob is seen in both rooms", () -> {
                ada.line("/who");
                return ada.screen().contains("bob  in #general #ops  at node 1");
            });
            bob.line("/leave");
            bob.awaitSeen("#general ❯");
            ada.line("/clear");

            cluster.node(3).kill();
            ada.line("said while nobody led");
            bob.line("me too");
            ada.awaitSeen("said while nobody led", "me too", "leader 2");
            bob.awaitSeen("said while nobody led", "me too");
            ada.awaitGone("not durable yet");

            assertThat(texts(cluster))
                    .hasSize(4)
                    .contains("good morning, @bob 👩‍💻", "hello 世界", "said while nobody led", "me too");
            assertThat(ada.rows().stream().filter(row -> row.contains("said while nobody led")))
                    .hasSize(1);
            picture(ada);
            leave(ada, "C-d");
            leave(bob, "C-c");
        }
    }

    @Test
    void theScreenFitsItselfIntoEverySizeAndLeavesTheTerminalAsItWas() throws Exception {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 1).start().awaitReady();
                Tmux ada = terminal("ada", 100, 24)) {
            ada.line("stty -a > before");
            chat(ada, cluster, 1, "ada");
            ada.line("a text of many words that has to be broken when the window becomes as narrow as a telephone");
            ada.awaitSeen("telephone ✓");

            ada.resize(40, 12);
            ada.awaitSeen("narrow as a");
            assertThat(ada.rows()).hasSize(12);
            assertThat(ada.rows().getLast()).startsWith("#general ❯");
            ada.resize(120, 40);
            ada.awaitSeen("when the window becomes as narrow as a telephone");

            ada.type("half a line");
            ada.key("C-c");
            ada.awaitGone("half a line");
            leave(ada, "C-c");
            assertThat(ada.screen()).doesNotContain("general ❯");
            ada.line("stty -a > after");
            ClusterProcesses.await("the settings are written", () -> size(folder.resolve("ada/after")) > 0);
            assertThat(Files.readAllLines(folder.resolve("ada/after")).subList(1, 3))
                    .isEqualTo(Files.readAllLines(folder.resolve("ada/before")).subList(1, 3));
        }
    }

    @Test
    void historyIsReadWhileScrollingUpAndRoomsAreApart() throws Exception {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 1).start().awaitReady();
                Tmux ada = terminal("ada", 90, 20)) {
            StringBuilder lines = new StringBuilder();
            for (int i = 1; i <= 1_000; i++) {
                lines.append("{\"sender\":\"bob\",\"text\":\"line ").append(i).append(" of history\"}\n");
            }
            cluster.api(1).bulk(lines.toString());
            chat(ada, cluster, 1, "ada");
            ada.awaitSeen("line 1000 of history");

            ClusterProcesses.await("the beginning is reached", () -> {
                ada.key("PPage");
                return ada.screen().contains("the beginning of #general");
            });
            ada.awaitSeen("line 1 of history");
            ada.key("Escape");
            ada.awaitSeen("line 1000 of history");

            StringBuilder flood = new StringBuilder();
            for (int i = 1; i <= 3_000; i++) { // three times what may wait to be shown
                flood.append("{\"sender\":\"bob\",\"text\":\"flood ").append(i).append("\"}\n");
            }
            cluster.api(1).bulk(flood.toString());
            ada.awaitSeen("flood 3000");
            List<String> shown =
                    ada.rows().stream().filter(row -> row.contains("flood ")).toList();
            for (int i = 0; i < shown.size(); i++) {
                assertThat(shown.get(i)).endsWith("flood " + (3_000 - shown.size() + 1 + i));
            }

            ada.line("/join ops");
            ada.awaitSeen("#ops ❯", "the beginning of #ops");
            cluster.api(1).post("{\"sender\":\"bob\",\"text\":\"hey ada, look\"}");
            ada.awaitSeen("#general @1");
            ada.key("C-p");
            ada.awaitSeen("── new", "hey ada, look");
            ada.line("/rooms");
            ada.awaitSeen("#general  4001 messages");
            ada.line("/nodes");
            ada.awaitSeen("healthy");
            ada.line("/jion ops");
            ada.awaitSeen("there is no /jion; did you mean");
        }
    }

    @Test
    void whatIsPastedOrSentByOthersSteersNoTerminal() throws Exception {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 1).start().awaitReady();
                Tmux ada = terminal("ada", 90, 20)) {
            chat(ada, cluster, 1, "ada");
            cluster.api(1).post("{\"sender\":\"eve\\u202e\",\"text\":\"nice \\u202eterminal\"}");
            ada.awaitSeen("nice ·terminal", "eve·");

            ada.paste("two\nlines");
            ada.awaitSeen("two⏎lines");
            ada.key("Enter");
            ada.awaitSeen("│ two", "│ lines ✓");
            assertThat(texts(cluster)).contains("two\nlines");
        }
    }

    /// As in an SSH session, to which the locale of the person's own machine is not passed on.
    @Test
    void whereTheLocaleSaysNothingAllCharactersAreRightAllTheSame() throws Exception {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 1).start().awaitReady();
                Tmux ada = terminal("ada", 90, 20)) {
            List<String> command = new ArrayList<>(List.of("env", "-u", "LANG", "LC_ALL=POSIX"));
            command.addAll(
                    Cli.command("chat", "--as", "ada", "--node", cluster.node(1).url()));
            ada.start(command);
            ada.awaitSeen("#general ❯", "● node 1");

            ada.line("grüße 世界");
            ada.awaitSeen("grüße 世界 ✓");
            assertThat(texts(cluster)).containsExactly("grüße 世界");
            leave(ada, "C-d");
        }
    }

    @Test
    void withoutATerminalItSpeaksInLines() {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3).start().awaitReady()) {
            Shell shell = new Shell(Path.of("").toAbsolutePath(), Map.of());
            String chat = String.join(
                    " ",
                    Cli.command("chat", "--as", "ada", "--node", cluster.node(1).url()));

            String output = shell.run("bash", "-c", "printf 'one\\ntwo\\n' | " + chat + " 2>&1");

            assertThat(texts(cluster)).containsExactly("one", "two");
            assertThat(output).contains("#1 ada: one", "#2 ada: two").doesNotContain("\u001b");
        }
    }

    private Tmux terminal(String name, int width, int height) throws IOException {
        return new Tmux(Files.createDirectories(folder.resolve(name)), width, height);
    }

    private static void chat(Tmux terminal, ClusterProcesses cluster, int node, String name) {
        terminal.start(
                Cli.command("chat", "--as", name, "--node", cluster.node(node).url()));
        terminal.awaitSeen("#general ❯", "● node " + node);
    }

    private static void leave(Tmux terminal, String key) {
        terminal.key(key);
        terminal.awaitEnd();
    }

    private static List<String> texts(ClusterProcesses cluster) {
        return cluster.api(1).history().stream().map(Api.Message::text).toList();
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }

    private static void picture(Tmux terminal) throws IOException {
        if (Boolean.getBoolean("screenshot.update")) {
            Files.createDirectories(PICTURE.getParent());
            Files.writeString(PICTURE, terminal.screen());
        }
    }
}
