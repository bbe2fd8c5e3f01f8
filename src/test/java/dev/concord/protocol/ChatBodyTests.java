package dev.concord.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a client said, in the bytes that stay the same from the ingress node to every file (X5, X6).
class ChatBodyTests {
    private static final String REST = ",\"user\":\"\",\"room\":\"r\",\"sender\":\"s\",\"text\":\"t\"";

    @Nested
    class TheBytes {
        @Test
        void areFiveFieldsInAFixedOrder() {
            assertThat(ChatBody.of("k", "u", "general", "ada", "hello"))
                    .hasToString(
                            "\"id\":\"k\",\"user\":\"u\",\"room\":\"general\",\"sender\":\"ada\",\"text\":\"hello\"");
        }

        @Test
        void escapeQuotesBackslashesAndControlsAndNothingElse() {
            ChatBody body = ChatBody.of("", "", "", "", "\"\\\n\t\r\b\f\u0000\u001f/\u007fé\uD83D\uDE00");

            assertThat(body.toString())
                    .endsWith("\"text\":\"\\\"\\\\\\n\\t\\r\\b\\f\\u0000\\u001f/\u007fé\uD83D\uDE00\"");
        }

        @Test
        void tellWhereEachFieldStands() {
            ChatBody body = ChatBody.of("k", "u", "general", "ada", "hello");

            byte[] array = body.array();
            assertThat(new String(
                            array, body.fieldStart(4), body.fieldEnd(4) - body.fieldStart(4), StandardCharsets.UTF_8))
                    .isEqualTo("\"hello\"");
        }

        @Test
        void ofALinkAreTakenUnchanged() {
            ChatBody body = ChatBody.of("k", "u", "general", "ada", "hello\n");

            assertThat(parse(body.toString())).isEqualTo(body);
        }
    }

    @Nested
    class AReference {
        @ParameterizedTest
        @EnumSource
        void standsBehindTheTextAndComesBack(Reference.Kind kind) {
            String text = kind == Reference.Kind.DELETE ? "" : "t";
            ChatBody body = ChatBody.of("k", "", "r", "s", text, new Reference(kind, 42));

            assertThat(body.toString()).endsWith("\"text\":\"" + text + "\",\"" + kind.field() + "\":42");
            assertThat(parse(body.toString())).isEqualTo(body);
            assertThat(parse(body.toString()).reference()).isEqualTo(new Reference(kind, 42));
            assertThat(body.refers()).isTrue();
        }

        @Test
        void isMissingFromAPlainMessageWhichLooksAsItDidAtLevelOne() {
            ChatBody plain = ChatBody.of("k", "", "r", "s", "t");

            assertThat(plain)
                    .isEqualTo(ChatBody.of("k", "", "r", "s", "t", null))
                    .hasToString("\"id\":\"k\"" + REST);
            assertThat(plain.refers()).isFalse();
            assertThat(plain.reference()).isNull();
        }

        @Test
        void tellsARetryFromAnotherMessage() {
            long plain = ChatBody.of("k", "", "r", "s", "t").payloadHash();
            long edit = hashOf(Reference.Kind.EDIT, 42);

            assertThat(edit).isNotEqualTo(plain).isEqualTo(hashOf(Reference.Kind.EDIT, 42));
            assertThat(hashOf(Reference.Kind.EDIT, 43)).isNotEqualTo(edit);
            assertThat(hashOf(Reference.Kind.REPLY, 42)).isNotEqualTo(edit);
        }

        private long hashOf(Reference.Kind kind, long seq) {
            return ChatBody.of("k", "", "r", "s", "t", new Reference(kind, seq)).payloadHash();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    ",\"edit\":0",
                    ",\"edit\":042",
                    ",\"edit\":-1",
                    ",\"edit\":+1",
                    ",\"edit\":4.0",
                    ",\"edit\":4e1",
                    ",\"edit\":\"42\"",
                    ",\"edit\":",
                    ",\"edit\": 42",
                    ",\"edit\":9007199254740992",
                    ",\"Edit\":42",
                    ",\"quote\":42",
                    ",\"edit\":42,",
                    ",\"edit\":42,\"edit\":42",
                    ",\"edit\":42,\"reply\":41",
                    ",\"delete\":42",
                })
        void inAnyOtherFormIsRefused(String reference) {
            assertThatThrownBy(() -> parse("\"id\":\"k\"" + REST + reference))
                    .isInstanceOf(MalformedEntryException.class);
        }

        @ParameterizedTest
        @ValueSource(strings = {"reply", "edit"})
        void thatIsNoDeleteNeedsAText(String kind) {
            String empty = REST.replace("\"t\"", "\"\"");

            assertThat(parse("\"id\":\"k\"" + empty + ",\"delete\":42").text()).isEmpty();
            assertThatThrownBy(() -> parse("\"id\":\"k\"" + empty + ",\"" + kind + "\":42"))
                    .isInstanceOf(MalformedEntryException.class);
        }

        @Test
        void thatDoesNotSuitItsTextIsNotWritten() {
            Reference delete = new Reference(Reference.Kind.DELETE, 1);
            Reference edit = new Reference(Reference.Kind.EDIT, 1);

            assertThatThrownBy(() -> ChatBody.of("k", "", "r", "s", "t", delete))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> ChatBody.of("k", "", "r", "s", "", edit))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new Reference(Reference.Kind.EDIT, 0))
                    .isInstanceOf(IllegalArgumentException.class);
        }

        /// Whatever stands in the place of a reference: it is refused, or it is the one spelling of what was read.
        @Test
        void ofRandomLettersIsRefusedOrIsTheOneSpelling() {
            String letters = ",\"reply:edit0123456789";
            int accepted = 0;
            for (long seed = 0; seed < 20_000; seed++) {
                SplittableRandom random = new SplittableRandom(seed);
                StringBuilder text = new StringBuilder(random.nextBoolean() ? ",\"edit\":" : ",\"reply\":");
                for (int i = random.nextInt(4); i > 0; i--) {
                    text.insert(
                            random.nextInt(4) == 0 ? random.nextInt(text.length() + 1) : text.length(),
                            letters.charAt(random.nextInt(letters.length())));
                }
                String line = "\"id\":\"k\"" + REST + text;
                try {
                    ChatBody body = parse(line);
                    assertThat(ChatBody.of("k", "", "r", "s", "t", body.reference()))
                            .as("seed %s", seed)
                            .hasToString(line);
                    accepted++;
                } catch (MalformedEntryException e) {
                    assertThat(e).as("seed %s", seed).hasMessageContaining("at byte");
                }
            }
            assertThat(accepted).isPositive();
        }
    }

    @Nested
    class ALoneSurrogateIsRefused {
        @ParameterizedTest
        @ValueSource(strings = {"a\uD83D", "\uDE00b", "\uDE00\uD83D", "\uD83D\uD83D\uDE00"})
        void whereverItStands(String text) {
            assertThatThrownBy(() -> ChatBody.of("", "", "", "", text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("lone surrogate at position");
        }
    }

    @Nested
    class TheLimit {
        private final int around = ChatBody.of("", "", "", "", "").length();

        @Test
        void isReachedByTheLastByte() {
            String longest = "x".repeat(ChatBody.MAX_BYTES - around);

            assertThat(ChatBody.of("", "", "", "", longest).length()).isEqualTo(ChatBody.MAX_BYTES);
            assertThatThrownBy(() -> ChatBody.of("", "", "", "", longest + "x"))
                    .hasMessage("a message of 65537 bytes, at most 65536");
        }

        @Test
        void countsEscapesAsTheyAreWritten() {
            assertThatThrownBy(() -> ChatBody.of("", "", "", "", "\"".repeat(ChatBody.MAX_BYTES / 2)))
                    .isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void holdsForWhatComesOverALink() {
            String tooLong = "\"id\":\"" + "x".repeat(ChatBody.MAX_BYTES) + "\"" + REST;

            assertThatThrownBy(() -> parse(tooLong)).isInstanceOf(MalformedEntryException.class);
        }
    }

    @Nested
    class TheKey {
        @Test
        void belongsToItsUser() {
            assertThat(ChatBody.of("k", "ada", "r", "s", "t").key())
                    .isNotEqualTo(ChatBody.of("k", "bob", "r", "s", "t").key())
                    .isEqualTo(
                            ChatBody.of("k", "ada", "other", "other", "other").key());
        }

        @Test
        void standsForOneMessageTextRoomAndSenderAlike() {
            long hash = ChatBody.of("k", "ada", "r", "s", "t").payloadHash();

            assertThat(ChatBody.of("other", "bob", "r", "s", "t").payloadHash()).isEqualTo(hash);
            assertThat(ChatBody.of("k", "ada", "R", "s", "t").payloadHash()).isNotEqualTo(hash);
            assertThat(ChatBody.of("k", "ada", "r", "S", "t").payloadHash()).isNotEqualTo(hash);
            assertThat(ChatBody.of("k", "ada", "r", "s", "T").payloadHash()).isNotEqualTo(hash);
        }
    }

    @Nested
    class AnotherSpellingIsRefused {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "\\u0041", "\\/", "\\u000A", "\\u000a", "\\u0008", "\\x", "\\", "\\u00", "\\u00e9", "a\nb",
                    "\\u001F"
                })
        void ofAString(String id) {
            assertThatThrownBy(() -> parse("\"id\":\"" + id + "\"" + REST)).isInstanceOf(MalformedEntryException.class);
        }

        @Test
        void ofTheOrderOrTheEnd() {
            assertThatThrownBy(() -> parse("\"user\":\"\",\"id\":\"k\",\"room\":\"r\",\"sender\":\"s\",\"text\":\"t\""))
                    .isInstanceOf(MalformedEntryException.class);
            assertThatThrownBy(() -> parse("\"id\":\"k\"" + REST + " ")).isInstanceOf(MalformedEntryException.class);
        }

        @Test
        void ofTheLetterE() {
            refuses(0xc1, 0xa5); // overlong, two bytes
            refuses(0xe0, 0x81, 0xa5); // overlong, three bytes
            refuses(0xf0, 0x80, 0x81, 0xa5); // overlong, four bytes
        }

        @Test
        void ofBytesThatAreNoUtf8() {
            refuses(0x80); // a continuation without a start
            refuses(0xc3, 0x41); // a start without a continuation
            refuses(0xed, 0xa0, 0x80); // a surrogate
            refuses(0xf4, 0x90, 0x80, 0x80); // beyond the last code point
            refuses(0xff);
        }

        private void refuses(int... bytes) {
            byte[] line = ("\"id\":\"" + "?".repeat(bytes.length) + "\"" + REST).getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < bytes.length; i++) {
                line[6 + i] = (byte) bytes[i];
            }
            assertThatThrownBy(() -> ChatBody.parse(line)).isInstanceOf(MalformedEntryException.class);
        }
    }

    private static ChatBody parse(String text) {
        return ChatBody.parse(text.getBytes(StandardCharsets.UTF_8));
    }
}
