package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The completion in the shells themselves, as the program of the jar prints it.
@NeedsPrograms({NeedsPrograms.Program.TMUX, NeedsPrograms.Program.ZSH, NeedsPrograms.Program.FISH})
class CompletionIT {
    @TempDir
    private Path folder;

    @BeforeEach
    void install() throws IOException {
        for (String shell : List.of("zsh", "fish")) {
            Files.writeString(
                    folder.resolve("concord." + shell),
                    Cli.run("completion", shell).output());
        }
    }

    private List<String> fish(String line) {
        Shell shell = new Shell(folder, Map.of("HOME", folder.toString()));
        String offered = shell.run("fish", "--no-config", "-c", "source concord.fish; complete -C '" + line + "'");
        return offered.lines().map(one -> one.split("\t", 2)[0]).toList();
    }

    @Test
    void fishOffersCommandsOptionsAndWords() {
        assertThat(fish("concord ver")).containsExactly("verify");
        assertThat(fish("concord ")).contains("up", "chat", "status").doesNotContain("train", "create");
        assertThat(fish("concord send --re")).containsExactly("--reply");
        assertThat(fish("concord status --exit")).containsExactly("--exit-when-healthy");
        assertThat(fish("concord status -o ")).contains("json", "table");
        assertThat(fish("concord completion ")).containsExactly("bash", "fish", "zsh");
        assertThat(fish("concord token ")).containsExactly("create");
        assertThat(fish("concord token create --ro")).containsExactly("--role");
        assertThat(fish("concord up --re")).isEmpty();
    }

    /// A person at a zsh, who presses Tab.
    @Test
    void zshOffersCommandsAndOptions() {
        try (Tmux terminal = new Tmux(folder, 100, 30)) {
            terminal.line("env HOME=. ZDOTDIR=. PS1='z%%h> ' zsh -f -i");
            terminal.awaitSeen("z%h>");
            terminal.line("source concord.zsh; echo done");
            terminal.awaitSeen("\ndone");

            tabbed(terminal, "concord ver", "concord verify");
            tabbed(terminal, "concord send --repl", "concord send --reply");
            tabbed(terminal, "concord status --exit", "concord status --exit-when-healthy");
            terminal.type("concord ");
            terminal.key("Tab");
            terminal.awaitSeen("completion", "watch", "doctor");
            assertThat(terminal.screen()).doesNotContain("train");
        }
    }

    private static void tabbed(Tmux terminal, String typed, String completed) {
        terminal.type(typed);
        terminal.key("Tab");
        terminal.awaitSeen(completed);
        terminal.key("C-u");
        terminal.awaitGone(typed);
    }
}
