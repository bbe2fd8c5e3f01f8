package dev.concord.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The completion, asked for in a real bash; the other shells are asked in `CompletionIT`.
class CompletionTests {
    @TempDir
    private Path folder;

    @Test
    void bashCompletesCommands() throws Exception {
        assertThat(completions("concord", "")).contains("up", "chat", "status", "watch", "doctor", "verify");
        assertThat(completions("concord", "ver")).containsExactly("verify");
    }

    @Test
    void bashCompletesTheOptionsOfACommand() throws Exception {
        assertThat(completions("concord", "send", "--re")).containsExactly("--reply");
        assertThat(completions("concord", "chat", "--")).contains("--node", "--room", "--as");
        assertThat(completions("concord", "node", "--http")).contains("--http-port", "--http-host");
    }

    @Test
    void fishIsToldTheSame() {
        assertThat(CommandRun.of("completion", "fish").out())
                .contains(
                        "-n __fish_use_subcommand -a chat -d ",
                        "'__fish_seen_subcommand_from send' -l reply -r -F",
                        "'__fish_seen_subcommand_from token; and not __fish_seen_subcommand_from create' -a create -d ")
                .doesNotContain("-a train");
    }

    @Test
    void anotherShellIsRefusedWithTheKnownOnes() {
        CommandRun run = CommandRun.of("completion", "tcsh");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).containsIgnoringCase("bash").containsIgnoringCase("fish");
    }

    /// What bash offers for the last of these words.
    private List<String> completions(String... words) throws IOException, InterruptedException {
        Path script = folder.resolve("completion.bash");
        Files.writeString(script, CommandRun.of("completion", "bash").out());
        StringBuilder array = new StringBuilder();
        for (String word : words) {
            array.append(" '").append(word).append('\'');
        }
        String program = "source " + script + "\nCOMP_WORDS=(" + array + ")\nCOMP_CWORD=" + (words.length - 1)
                + "\nCOMP_LINE=\"${COMP_WORDS[*]}\"\nCOMP_POINT=${#COMP_LINE}\n_complete_concord 2>/dev/null\n"
                + "printf '%s\\n' \"${COMPREPLY[@]}\"\n";
        Process bash = new ProcessBuilder("bash", "-c", program)
                .redirectErrorStream(true)
                .start();
        bash.getOutputStream().close();
        String output = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).as(output).isZero();
        return output.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }
}
