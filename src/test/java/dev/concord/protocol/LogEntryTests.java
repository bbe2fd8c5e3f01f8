package dev.concord.protocol;

import static dev.concord.protocol.Examples.AT;
import static dev.concord.protocol.Examples.member;
import static dev.concord.protocol.Examples.peers;
import static dev.concord.protocol.Examples.position;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// The one line of bytes that an entry is, everywhere (section 3).
class LogEntryTests {
    private static final long MAX_NUMBER = (1L << 53) - 1;

    /// Hashes and checksums of these lines were computed by another program.
    @Nested
    class TheLine {
        private final String chat =
                "{\"index\":9,\"term\":3,\"kind\":\"chat\",\"seq\":7,\"at\":\"2026-11-22T07:30:00.123Z\","
                        + "\"id\":\"k1\",\"user\":\"\",\"room\":\"general\",\"sender\":\"ada\",\"text\":\"héllo\","
                        + "\"hash\":\"36e9fcbaa48144ae056d769cf0e44a26\",\"crc\":\"9f174722\"}";
        private final String noop = "{\"index\":1,\"term\":1,\"kind\":\"noop\",\"at\":\"2026-11-22T07:30:00.000Z\","
                + "\"leader_id\":3,\"hash\":\"f073e1349b09425ff5730edbfa2b1ffb\",\"crc\":\"f1b8405e\"}";
        private final String config = "{\"index\":2,\"term\":1,\"kind\":\"config\",\"at\":\"2026-11-22T07:30:00.000Z\","
                + "\"voters\":[{\"node_id\":1,\"store_id\":\"00000000-0000-0000-0000-000000000001\","
                + "\"host\":\"node1\",\"port\":5001,\"url\":\"http://node1:8080\"}],\"learners\":[],"
                + "\"removed\":[{\"node_id\":2,\"store_id\":\"00000000-0000-0000-0000-000000000002\"}],"
                + "\"dedup_window\":200000,"
                + "\"hash\":\"2bb3e8928413194f9bddfbe10a64f2bf\",\"crc\":\"6dbb2308\"}";

        @Test
        void ofAMessageHoldsItsPlaceThenTheClientsWordsThenHashAndChecksum() {
            ChatBody body = ChatBody.of("k1", "", "general", "ada", "héllo");

            assertThat(LogEntry.chat(position(3, 9), 7, AT + 123, body, ChainHash.ZERO))
                    .hasToString(chat);
        }

        @Test
        void isTheSameMessageToWhoMadeItAndToWhoReadsIt() {
            ChatBody body = ChatBody.of("k1", "u", "general", "ada", "héllo", new Reference(Reference.Kind.REPLY, 5));

            LogEntry made = LogEntry.chat(position(3, 9), 7, AT + 123, body, ChainHash.ZERO);
            LogEntry read = LogEntry.parse(made.line());

            assertThat(made).usingRecursiveComparison().isEqualTo(read);
            assertThat(made.body().text()).isEqualTo("héllo");
        }

        @Test
        void ofAReplyEditOrDeleteEndsItsBodyWithWhatItIsMeantFor() {
            assertThat(chat("héllo", Reference.Kind.REPLY))
                    .endsWith("\"text\":\"héllo\",\"reply\":5,"
                            + "\"hash\":\"92eb303b294d232a00a9a136eeb0c34a\",\"crc\":\"68aab839\"}");
            assertThat(chat("héllo", Reference.Kind.EDIT))
                    .endsWith("\"text\":\"héllo\",\"edit\":5,"
                            + "\"hash\":\"78f23e7d36857aacd309447d8654572d\",\"crc\":\"3e43bf2c\"}");
            assertThat(chat("", Reference.Kind.DELETE))
                    .endsWith("\"text\":\"\",\"delete\":5,"
                            + "\"hash\":\"43bf3235c0cc06fa98e93304ef5f35ff\",\"crc\":\"7db7fb0d\"}");
        }

        private String chat(String text, Reference.Kind kind) {
            ChatBody body = ChatBody.of("k1", "", "general", "ada", text, new Reference(kind, 5));
            return LogEntry.chat(position(3, 9), 7, AT + 123, body, ChainHash.ZERO)
                    .toString();
        }

        @Test
        void ofANoopNamesTheLeader() {
            assertThat(LogEntry.noop(position(1, 1), AT, new NodeId(3), ChainHash.ZERO))
                    .hasToString(noop);
        }

        @Test
        void ofAConfigurationListsVotersLearnersAndTheRemoved() {
            Configuration configuration = new Configuration(peers(1), List.of(), List.of(member(2)), 200_000, 1);

            assertThat(LogEntry.config(position(1, 2), AT, configuration, ChainHash.ZERO))
                    .hasToString(config);
        }

        @Test
        void isReadBackToWhatWasWritten() {
            LogEntry entry = parse(chat);

            assertThat(entry.position()).isEqualTo(position(3, 9));
            assertThat(entry.seq()).isEqualTo(7);
            assertThat(entry.atMillis()).isEqualTo(AT + 123);
            assertThat(entry.body().text()).isEqualTo("héllo");
            assertThat(entry.hash()).hasToString("36e9fcbaa48144ae056d769cf0e44a26");
            assertThat(parse(noop).leader()).isEqualTo(new NodeId(3));
            assertThat(parse(config).configuration())
                    .isEqualTo(new Configuration(peers(1), List.of(), List.of(member(2)), 200_000, 1));
        }

        @Test
        void takesOneByteMoreInAFileForItsLineFeed() {
            assertThat(parse(noop).sizeInBytes()).isEqualTo(noop.length() + 1);
        }
    }

    @Nested
    class Damage {
        @Test
        void ofAnySingleBitIsNoticed() {
            History history = new History();
            history.noop(1, 3);
            history.config(1, Examples.voters(1, 2, 3));
            history.chat(1, ChatBody.of("k", "ada", "general", "ada", "\"quoted\" \\ ünd \uD83D\uDE00\n"));
            history.chat(1, ChatBody.of("e", "", "general", "ada", "new", new Reference(Reference.Kind.EDIT, 12)));
            history.chat(1, ChatBody.of("d", "", "general", "ada", "", new Reference(Reference.Kind.DELETE, 1)));
            for (LogEntry entry : history.entries()) {
                for (int bit = 0; bit < entry.line().length * 8; bit++) {
                    byte[] damaged = entry.line().clone();
                    damaged[bit / 8] ^= (byte) (1 << bit % 8);

                    assertThat(isAccepted(damaged, history.hashAt(entry.index() - 1)))
                            .as("bit %s of %s", bit, entry)
                            .isFalse();
                }
            }
        }

        @Test
        void ofTheHistoryBeforeItIsNoticedByTheHash() {
            History history = new History();
            history.chat(1, "a");
            LogEntry second = history.chat(1, "b");
            History other = new History();
            other.chat(1, "A");

            assertThat(second.follows(history.hashAt(1))).isTrue();
            assertThat(second.follows(other.hashAt(1))).isFalse();
        }

        @Test
        void byCuttingTheLineShortIsNoticed() {
            byte[] line = new History().chat(1, "a").line();
            for (int length = 0; length < line.length; length++) {
                byte[] torn = java.util.Arrays.copyOf(line, length);

                assertThatThrownBy(() -> LogEntry.parse(torn)).isInstanceOf(MalformedEntryException.class);
            }
        }

        private boolean isAccepted(byte[] line, ChainHash previous) {
            try {
                return LogEntry.parse(line).follows(previous);
            } catch (MalformedEntryException e) {
                return false;
            }
        }
    }

    /// One spelling per entry: a line may carry a good checksum and still not be what Concord writes.
    @Nested
    class AnotherSpellingIsRefused {
        @Test
        void ofANumber() {
            refuses("{\"index\":09,\"term\":3,\"kind\":\"noop\",\"at\":\"2026-11-22T07:30:00.000Z\",\"leader_id\":3");
        }

        @Test
        void ofANumberBeyondWhatJsonCarriesExactly() {
            refuses("{\"index\":9007199254740992,\"term\":3,\"kind\":\"noop\",\"at\":\"2026-11-22T07:30:00.000Z\","
                    + "\"leader_id\":3");
        }

        @Test
        void ofANodeIdThatIsNoInt() {
            refuses("{\"index\":9,\"term\":3,\"kind\":\"noop\",\"at\":\"2026-11-22T07:30:00.000Z\","
                    + "\"leader_id\":4294967299");
            refuses("{\"index\":9,\"term\":3,\"kind\":\"noop\",\"at\":\"2026-11-22T07:30:00.000Z\","
                    + "\"leader_id\":2147483648");
        }

        @Test
        void ofATime() {
            refuses("{\"index\":9,\"term\":3,\"kind\":\"noop\",\"at\":\"2026-11-31T07:30:00.000Z\",\"leader_id\":3");
            refuses("{\"index\":9,\"term\":3,\"kind\":\"noop\",\"at\":\"2026-11-22 07:30:00.000Z\",\"leader_id\":3");
        }

        @Test
        void withWhiteSpace() {
            refuses("{\"index\": 9,\"term\":3,\"kind\":\"noop\",\"at\":\"2026-11-22T07:30:00.000Z\",\"leader_id\":3");
        }

        @Test
        void withAKeyMore() {
            refuses("{\"index\":9,\"term\":3,\"kind\":\"noop\",\"at\":\"2026-11-22T07:30:00.000Z\",\"leader_id\":3,"
                    + "\"more\":1");
        }

        @Test
        void ofAKindThatThisVersionDoesNotKnow() {
            refuses("{\"index\":9,\"term\":3,\"kind\":\"edit\",\"at\":\"2026-11-22T07:30:00.000Z\"");
        }

        @Test
        void ofAStoreId() {
            refuses(config("{\"node_id\":1,\"store_id\":\"0-0-0-0-1\",\"host\":\"a\",\"port\":5001,\"url\":\"\"}"));
            refuses(config("{\"node_id\":1,\"store_id\":\"A0000000-0000-0000-0000-000000000001\","
                    + "\"host\":\"a\",\"port\":5001,\"url\":\"\"}"));
        }

        @Test
        void ofAPort() {
            refuses(config("{\"node_id\":1,\"store_id\":\"00000000-0000-0000-0000-000000000001\","
                    + "\"host\":\"a\",\"port\":70000,\"url\":\"\"}"));
        }

        @Test
        void ofTheOrderOfVoters() {
            String one = "{\"node_id\":1,\"store_id\":\"00000000-0000-0000-0000-000000000001\","
                    + "\"host\":\"a\",\"port\":5001,\"url\":\"\"}";
            String two = one.replace("\"node_id\":1", "\"node_id\":2");
            LogEntry.parse(sealed(config(one + "," + two)));

            refuses(config(two + "," + one));
        }

        private String config(String voters) {
            return "{\"index\":9,\"term\":3,\"kind\":\"config\",\"at\":\"2026-11-22T07:30:00.000Z\",\"voters\":["
                    + voters + "],\"learners\":[],\"removed\":[],\"dedup_window\":200000";
        }

        private void refuses(String start) {
            assertThatThrownBy(() -> LogEntry.parse(sealed(start))).isInstanceOf(MalformedEntryException.class);
        }

        /// The line with the hash and checksum that belong to it.
        private byte[] sealed(String start) {
            byte[] head = start.getBytes(StandardCharsets.UTF_8);
            String line = start + ",\"hash\":\"" + ChainHash.of(ChainHash.ZERO, head, 0, head.length) + "\"";
            CRC32C crc = new CRC32C();
            crc.update(line.getBytes(StandardCharsets.UTF_8));
            return (line + ",\"crc\":\"" + String.format("%08x", crc.getValue()) + "\"}")
                    .getBytes(StandardCharsets.UTF_8);
        }
    }

    @Nested
    class AnyText {
        @Test
        void comesBackAsItWas() {
            for (long seed = 0; seed < 300; seed++) {
                String text = randomText(new SplittableRandom(seed));
                ChatBody body = ChatBody.of(text, text, "general", text, text, randomReference(text, seed));

                LogEntry entry = LogEntry.parse(LogEntry.chat(position(1, 1), 1, AT, body, ChainHash.ZERO)
                        .line());

                assertThat(entry.body().text()).as("seed %s", seed).isEqualTo(text);
                assertThat(entry.body()).as("seed %s", seed).isEqualTo(body);
            }
        }

        private Reference randomReference(String text, long seed) {
            SplittableRandom random = new SplittableRandom(seed);
            long seq = 1 + random.nextLong(random.nextBoolean() ? 100 : MAX_NUMBER);
            return switch (random.nextInt(3)) {
                case 0 -> null;
                case 1 -> new Reference(text.isEmpty() ? Reference.Kind.DELETE : Reference.Kind.EDIT, seq);
                default -> new Reference(text.isEmpty() ? Reference.Kind.DELETE : Reference.Kind.REPLY, seq);
            };
        }

        private String randomText(SplittableRandom random) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(40); i > 0; i--) {
                switch (random.nextInt(6)) {
                    case 0 -> text.append((char) random.nextInt(0x20));
                    case 1 -> text.append(random.nextBoolean() ? '"' : '\\');
                    case 2 -> text.appendCodePoint(0x1F600 + random.nextInt(80));
                    case 3 -> text.append((char) (0x80 + random.nextInt(0x2000)));
                    default -> text.append((char) (0x20 + random.nextInt(0x60)));
                }
            }
            return text.toString();
        }
    }

    @Nested
    class TheLargestLine {
        @Test
        void holdsTheLargestMessageWithTheLargestNumbers() {
            int around = ChatBody.of("", "", "", "", "").length();
            Reference far = new Reference(Reference.Kind.DELETE, MAX_NUMBER);
            int referring = ChatBody.of("", "", "", "", "", far).length() - around;
            String longest = "x".repeat(ChatBody.MAX_BYTES - around - referring + 2); // edit is two letters shorter
            ChatBody largest = ChatBody.of("", "", "", "", longest, new Reference(Reference.Kind.EDIT, MAX_NUMBER));
            assertThat(largest.length()).isEqualTo(ChatBody.MAX_BYTES);

            LogEntry entry = LogEntry.chat(position(MAX_NUMBER, MAX_NUMBER), MAX_NUMBER, AT, largest, ChainHash.ZERO);

            assertThat(entry.line().length).isLessThanOrEqualTo(LogEntry.MAX_LINE_BYTES);
        }

        @Test
        void holdsAConfigurationOfAllVotersACanBe() {
            Configuration full = Examples.voters(1, 2, 3, 4, 5, 6, 7, 8, 9);

            assertThat(LogEntry.config(position(1, 1), AT, full, ChainHash.ZERO).configuration())
                    .isEqualTo(full);
        }

        @Test
        void isALimitThatIsChecked() {
            assertThatThrownBy(() -> LogEntry.parse(new byte[LogEntry.MAX_LINE_BYTES + 1]))
                    .isInstanceOf(MalformedEntryException.class)
                    .hasMessage("a line of " + (LogEntry.MAX_LINE_BYTES + 1) + " bytes is no entry");
        }
    }

    @Nested
    class WhatAKindDoesNotHave {
        @Test
        void isRefusedWithTheIndex() {
            LogEntry noop = new History().noop(1, 3);

            assertThat(noop.seq()).isZero();
            assertThatThrownBy(noop::body).hasMessage("entry 1 is no chat entry");
            assertThatThrownBy(noop::configuration).hasMessage("entry 1 is no config entry");
        }
    }

    private static LogEntry parse(String line) {
        return LogEntry.parse(line.getBytes(StandardCharsets.UTF_8));
    }
}
