package dev.concord.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.concord.protocol.CanonicalWriter;
import dev.concord.protocol.ChainHash;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.PeerMessage.Chat;
import dev.concord.protocol.PeerMessage.ChatAck;
import dev.concord.protocol.PeerMessage.ChatResult;
import dev.concord.protocol.PeerMessage.ChatStatus;
import dev.concord.protocol.PeerMessage.Election;
import dev.concord.protocol.PeerMessage.ElectionReason;
import dev.concord.protocol.PeerMessage.SeqChat;
import dev.concord.protocol.Term;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Section 5 as bytes, and what T1 says is refused.
class PeerMessageCodecTests {
    private static final NodeId SENDER = Wire.SENDER;
    private static final Term TERM = new Term(7);

    @Nested
    class EveryMessage {
        static List<Class<?>> types() {
            return RandomMessages.types();
        }

        @ParameterizedTest
        @MethodSource("types")
        void isReadAsItWasWritten(Class<?> type) throws Exception {
            long seed = System.nanoTime();
            RandomMessages messages = new RandomMessages(seed);
            for (int i = 0; i < 300; i++) {
                PeerMessage message = messages.next(type);

                assertThat(Wire.read(Wire.write(message)))
                        .as("seed %d, round %d", seed, i)
                        .containsExactly(message);
            }
        }

        @ParameterizedTest
        @MethodSource("types")
        void isSafeToReadWhenAnyByteIsDamaged(Class<?> type) {
            long seed = System.nanoTime();
            Random random = new Random(seed);
            RandomMessages messages = new RandomMessages(seed);
            for (int i = 0; i < 300; i++) {
                byte[] bytes = Wire.write(messages.next(type));
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                try {
                    assertThat(Wire.read(bytes))
                            .as("seed %d, round %d", seed, i)
                            .isNotEmpty();
                } catch (ViolationException expected) {
                    assertThat(expected.violation()).isNotNull();
                }
            }
        }

        @ParameterizedTest
        @MethodSource("types")
        void isRefusedWhenAFieldIsMissingOrAdded(Class<?> type) {
            PeerMessage message = new RandomMessages(1).next(type);
            String line = new String(Wire.write(message), StandardCharsets.UTF_8);

            assertViolation(Violation.BAD_FIELD, line.replaceFirst("\"term\":\\d+,", ""));
            assertViolation(Violation.BAD_FIELD, line.replaceFirst("\"term\":", "\"extra\":1,\"term\":"));
        }
    }

    @Test
    void theHeaderLineHasTheNamesOfTheSpecification() {
        LogEntry entry = LogEntry.noop(new LogPosition(TERM, 10), 0, SENDER, ChainHash.ZERO);
        SeqChat message = new SeqChat(TERM, SENDER, 9, new Term(6), ChainHash.ZERO, 8, List.of(entry));

        assertThat(new String(Wire.write(message), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"type\":\"SEQ_CHAT\",\"from\":2,\"term\":7,\"leader_id\":2,\"prev_index\":9,\"prev_term\":6,"
                                + "\"prev_hash\":\"00000000000000000000000000000000\",\"count\":1,\"commit_index\":8}\n"
                                + entry + "\n");
    }

    @Nested
    class ALineIsRefused {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "\n",
                    "[1]\n",
                    "{}\n",
                    "{\"type\":\"ELECTION\"\n",
                    "{\"type\":\"ELECTION\",\"from\":2,\"from\":2,\"term\":7,\"round\":1,\"reason\":\"SUSPECT\"}\n",
                    "{\"type\":\"ELECTION\",\"from\":2,\"term\":7,\"round\":NaN,\"reason\":\"SUSPECT\"}\n",
                    "{\"type\":\"ELECTION\",\"from\":2,\"term\":7,\"round\":1,\"reason\":\"SUSPECT\"}{}\n",
                    "{\"type\":\"ELECTION\",\"from\":2,\"term\":7,\"round\":1,\"reason\":\"\\ud800\"}\n",
                    "{\"type\":\"ELECTION\",\"from\":2,\"term\":7,\"round\":1,\"reason\":\"SUSPECT\"}",
                    "{\"x\":{\"x\":{\"x\":{\"x\":{\"x\":{\"x\":{\"x\":{\"x\":{\"x\":{\"x\":{\"x\":{\"x\":{\"x\":{\"x\":{\"x\":"
                            + "{\"x\":{\"x\":1}}}}}}}}}}}}}}}}}\n",
                })
        void whenItIsNotStrictJson(String line) {
            assertViolation(Violation.NOT_JSON, line);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"-1", "9007199254740992", "1e3", "1.0", "\"1\"", "null", "true", "99999999999999999999"})
        void whenANumberIsNoneOrOutOfRange(String number) {
            String line =
                    "{\"type\":\"ELECTION\",\"from\":2,\"term\":7,\"round\":" + number + ",\"reason\":\"SUSPECT\"}\n";

            assertThatExceptionOfType(ViolationException.class).isThrownBy(() -> Wire.read(utf8(line)));
        }

        @Test
        void whenItsTypeIsUnknown() {
            assertViolation(Violation.UNKNOWN_TYPE, "{\"type\":\"GOSSIP\",\"from\":2,\"term\":7}\n");
        }

        @Test
        void whenATextIsLongerThanAnyIs() {
            String longest = "x".repeat(TransportLimits.MAX_TEXT_LENGTH);

            assertViolation(Violation.UNKNOWN_TYPE, "{\"type\":\"" + longest + "\",\"from\":2,\"term\":7}\n");
            assertViolation(Violation.BAD_FIELD, "{\"type\":\"" + longest + "x\",\"from\":2,\"term\":7}\n");
        }

        @Test
        void whenItSpeaksForAnotherNode() {
            assertViolation(
                    Violation.WRONG_SENDER,
                    "{\"type\":\"ELECTION\",\"from\":3,\"term\":7,\"round\":1,\"reason\":\"SUSPECT\"}\n");
        }

        @Test
        void whenItIsLongerThanALineMayBe() {
            byte[] atLimit = electionOfLength(TransportLimits.MAX_LINE_BYTES);
            byte[] beyond = electionOfLength(TransportLimits.MAX_LINE_BYTES + 1);

            assertThat(atLimit).hasSize(TransportLimits.MAX_LINE_BYTES + 1);
            assertThatExceptionOfType(ViolationException.class)
                    .isThrownBy(() -> Wire.read(beyond))
                    .returns(Violation.TOO_LARGE, ViolationException::violation);
        }

        @Test
        void butNotWhenItIsJustAsLongAsItMayBe() throws Exception {
            assertThat(Wire.read(electionOfLength(TransportLimits.MAX_LINE_BYTES)))
                    .containsExactly(new Election(TERM, 1, ElectionReason.SUSPECT));
        }

        /// White space is no field, so a line can be made as long as one likes.
        private byte[] electionOfLength(int length) {
            String start = "{\"type\":\"ELECTION\",\"from\":2,\"term\":7,\"round\":1,";
            String end = "\"reason\":\"SUSPECT\"}";
            return utf8(start + " ".repeat(length - start.length() - end.length()) + end + "\n");
        }
    }

    @Nested
    class AListOfLines {
        private final ChatBody body = ChatBody.of("1", "", "general", "ada", "hello");

        @Test
        void isRefusedWhenItAnnouncesTooMany() {
            assertViolation(
                    Violation.TOO_LARGE,
                    "{\"type\":\"CHAT\",\"from\":2,\"term\":7,\"stream\":1,\"first\":1,\"after_seq\":0,\"count\":"
                            + (TransportLimits.MAX_COUNT + 1) + "}\n");
        }

        @Test
        void mayLeaveOpenWhatItsSenderKnewToBeCommitted() throws Exception {
            Chat chat = new Chat(TERM, 1, 1, -1, List.of(body));

            assertThat(Wire.read(Wire.write(chat))).containsExactly(chat);
        }

        @Test
        void isRefusedWhenItIsShorterThanAnnounced() {
            byte[] bytes = Wire.write(new Chat(TERM, 1, 1, 0, List.of(body, body)));

            assertThatExceptionOfType(ViolationException.class)
                    .isThrownBy(() -> Wire.read(Arrays.copyOf(bytes, bytes.length - body.length() - 3)))
                    .returns(Violation.NOT_JSON, ViolationException::violation);
        }

        @Test
        void isRefusedWhenOneByteOfAnEntryIsWrong() {
            LogEntry entry = LogEntry.chat(new LogPosition(TERM, 1), 1, 0, body, ChainHash.ZERO);
            String lines = new String(
                    Wire.write(new SeqChat(TERM, SENDER, 0, Term.ZERO, ChainHash.ZERO, 0, List.of(entry))),
                    StandardCharsets.UTF_8);

            assertViolation(Violation.BAD_LINE, lines.replace("hello", "hullo"));
        }

        @Test
        void isNotWrittenWhenItHasTooManyLines() {
            Chat chat = new Chat(TERM, 1, 1, 0, Collections.nCopies(TransportLimits.MAX_COUNT + 1, body));

            assertThatIllegalArgumentException().isThrownBy(() -> Wire.write(chat));
        }

        @Test
        void isNotWrittenWhenItIsTooLongAndLeavesTheOthersAlone() throws Exception {
            ChatBody large = ChatBody.of("1", "", "general", "ada", "x".repeat(60_000));
            Chat chat =
                    new Chat(TERM, 1, 1, 0, Collections.nCopies(1 + TransportLimits.MAX_MESSAGE_BYTES / 60_000, large));
            Election election = new Election(TERM, 1, ElectionReason.SUSPECT);
            CanonicalWriter out = new CanonicalWriter(16);
            PeerMessageWriter writer = new PeerMessageWriter(SENDER, out);

            writer.write(election);
            assertThatIllegalArgumentException().isThrownBy(() -> writer.write(chat));
            writer.write(election);

            assertThat(Wire.read(Arrays.copyOf(out.array(), out.length()))).containsExactly(election, election);
        }

        @Test
        void ofResultsTravelsInSeveralMessagesWhenItIsLong() throws Exception {
            List<ChatResult> results = new ArrayList<>();
            for (int i = 0; i <= TransportLimits.MAX_RESULTS; i++) {
                results.add(new ChatResult(i, 1, ChatStatus.COMMITTED, i, i, TERM, List.of(SENDER)));
            }

            assertThat(Wire.read(Wire.write(new ChatAck(TERM, 1, results))))
                    .containsExactly(
                            new ChatAck(TERM, 1, results.subList(0, TransportLimits.MAX_RESULTS)),
                            new ChatAck(TERM, 1, List.of(results.getLast())));
        }
    }

    private static void assertViolation(Violation violation, String lines) {
        assertThatExceptionOfType(ViolationException.class)
                .isThrownBy(() -> Wire.read(utf8(lines)))
                .returns(violation, ViolationException::violation);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
