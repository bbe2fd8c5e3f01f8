package dev.concord.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class CommandLineTests {
    @Nested
    class Help {
        @Test
        void listsWhatWorks() {
            CommandRun run = CommandRun.of("--help");

            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).contains("up ", "node ", "status ", "send ", "tail ", "export ", "verify ");
        }

        @ParameterizedTest
        @ValueSource(strings = {"up", "node", "status", "send", "tail", "export", "verify", "watch"})
        void ofEachCommandHasAnExample(String command) {
            CommandRun run = CommandRun.of(command, "--help");

            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).containsPattern("Examples?:").contains("concord " + command);
            assertThat(run.err()).isEmpty();
        }

        /// Each element of a description is broken into lines by itself: a long one leaves a short line in the middle.
        @Test
        void flowsOverItsLines() {
            Queue<CommandLine> commands = new ArrayDeque<>(List.of(CommandRun.commandLine()));
            while (!commands.isEmpty()) {
                CommandLine command = commands.remove();
                commands.addAll(command.getSubcommands().values());
                String[] description = command.getCommandSpec().usageMessage().description();
                assertThat(description.length == 1 || Stream.of(description).allMatch(line -> line.length() <= 80))
                        .as(command.getCommandName())
                        .isTrue();
            }
        }

        @Test
        void ofNodeExplainsTheSettings() {
            assertThat(CommandRun.of("node", "--help").out())
                    .contains("--node-id=VALUE", "--leader-timeout-ms=VALUE", "at least three heartbeats");
        }

        @Test
        void neverOffersToTypeASecret() {
            assertThat(CommandRun.of("node", "--help").out()).doesNotContain("--cluster-secret=");
        }
    }

    @Test
    void eachCommandIsMadeAloneUnderItsOwnName() {
        Map<String, CommandLine> all = CommandRun.commandLine().getSubcommands();

        assertThat(all).hasSizeGreaterThan(20);
        all.forEach((name, command) -> {
            assertThat(command.getCommandSpec()
                            .userObject()
                            .getClass()
                            .getAnnotation(Command.class)
                            .name())
                    .isEqualTo(name);
            assertThat(CommandRun.commandLine(name).getSubcommands().keySet())
                    .isEqualTo(name.equals("completion") ? all.keySet() : Set.of(name));
        });
        assertThat(CommandRun.commandLine("stauts").getSubcommands().keySet()).isEqualTo(all.keySet());
    }

    @Nested
    class WrongUsage {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "tail --colour          | --colour",
                    "tail -n many           | 'many' is not an int",
                    "tail -n 1001           | -n takes 0 to 1000; for more, use concord export",
                    "tail --after -1        | --after takes the number of a message",
                    "tail -o table          | -o takes text or json, not table",
                    "status -o text         | -o takes table or json, not text",
                    "export --after x       | 'x' is not a long",
                    "status --node alpha:b  | \"alpha:b\" is no node: give a URL such as http://127.0.0.1:8081",
                    "up --nodes 10          | --nodes takes 1 to 9",
                    "up --http-base 5002    | --http-base and --peer-base overlap",
                    "node --nod-id 4        | --nod-id",
                    "send --id x            | --id needs a TEXT",
                    "send --edit 4          | --edit needs a TEXT",
                    "send --delete 4 no     | --delete takes no TEXT",
                    "send --reply -1 yes    | --reply takes the number of a message",
                    "watch --timeout 0      | --timeout takes seconds",
                    "status --exit-when-healthy --timeout 0 | --timeout takes seconds",
                    "status --timeout 5     | --timeout belongs to --exit-when-healthy",
                    "chat --as 1234567890123456789012345678901234567890123456789012345678901234x | --as takes a name of 1 to 64",
                    "watch -o text          | -o takes table or json, not text",
                    "stauts                 | there is no command stauts; did you mean status",
                })
        void isOneLineWithTheNextStepAndCode2(String line, String expected) {
            CommandRun run = CommandRun.of(line.split(" +", -1));

            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.err()).contains(expected).endsWith("--help)\n").startsWith("concord: ");
            assertThat(run.err().lines()).hasSize(1);
            assertThat(run.out()).isEmpty();
        }
    }

    @Nested
    class WithoutACommand {
        @Test
        void theJarRunsANode() {
            assertThat(ConcordCommand.withCommand()).containsExactly("node");
        }

        @Test
        void optionsAreThoseOfANode() {
            assertThat(ConcordCommand.withCommand("--config", "a.yml")).containsExactly("node", "--config", "a.yml");
        }

        @Test
        void helpIsTheHelpOfAll() {
            assertThat(List.of(ConcordCommand.withCommand("--help"))).containsExactly("--help");
        }
    }
}
