package dev.concord.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.concord.access.Caller;
import dev.concord.access.Role;
import dev.concord.chat.PostRefusedException.Rule;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.Reference;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostReaderTests {
    private final List<Reference> judged = new ArrayList<>();
    private final PostReader reader = new PostReader(
            new PostRules(ChatLimits.DEFAULTS),
            new MessageIds(InstantSource.system()),
            (body, reference, envelope) -> judged.add(reference));

    private ChatBody read(String json) {
        return read(json, PostReader.Envelope.EMPTY);
    }

    private ChatBody read(String json, PostReader.Envelope envelope) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return reader.read(bytes, 0, bytes.length, envelope);
    }

    private static Caller user(String name) {
        return new Caller(name, Role.WRITER, Instant.MAX, () -> true);
    }

    private PostRefusedException refusal(String json) {
        return catchThrowableOfType(PostRefusedException.class, () -> read(json));
    }

    private static String message(String field, String json) {
        return switch (field) {
            case "sender" -> "{\"sender\":" + json + ",\"text\":\"hello\"}";
            case "text" -> "{\"sender\":\"ada\",\"text\":" + json + "}";
            default -> "{\"sender\":\"ada\",\"text\":\"hello\",\"" + field + "\":" + json + "}";
        };
    }

    @Nested
    class AGoodMessage {
        @Test
        void keepsWhatItsClientSaid() {
            ChatBody body =
                    read("{\"id\":\"k1\",\"room\":\"dev\",\"text\":\"hé\\n\\ud83d\\ude00\",\"sender\":\"ada\"}");

            assertThat(body).isEqualTo(ChatBody.of("k1", "", "dev", "ada", "hé\n😀"));
        }

        @Test
        void goesToTheGeneralRoomUnlessItNamesOne() {
            assertThat(read("{\"sender\":\"ada\",\"text\":\"hello\"}").room()).isEqualTo("general");
        }

        @Test
        void getsAnIdIfItHasNone() {
            String first = read("{\"sender\":\"ada\",\"text\":\"hello\"}").id();
            String second = read("{\"sender\":\"ada\",\"text\":\"hello\"}").id();

            assertThat(first).matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
            assertThat(second).isNotEqualTo(first);
        }

        @Test
        void takesRoomAndIdFromItsEnvelope() {
            ChatBody body = read(
                    "{\"sender\":\"ada\",\"text\":\"hello\"}",
                    new PostReader.Envelope(user("u1"), Optional.of("ops"), Optional.of("k9")));

            assertThat(body).isEqualTo(ChatBody.of("k9", "u1", "ops", "ada", "hello"));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"a", "0", "a.b_c-d", "0123456789012345678901234567890123456789012345678901234567890123"})
        void mayNameARoomLike(String room) {
            assertThat(read(message("room", '"' + room + '"')).room()).isEqualTo(room);
        }

        @Test
        void mayReachEveryLimitAndStillFitsIntoAnEntry() {
            String sender = "😀".repeat(ChatLimits.MAX_SENDER_CHARACTERS);
            String id = "é".repeat(ChatLimits.MAX_ID_CHARACTERS);
            PostRules rules =
                    new PostRules(new ChatLimits(ChatLimits.MAX_TEXT_BYTES, ChatLimits.DEFAULTS.submitTimeout(), 1, 1));

            Reference far = new Reference(Reference.Kind.REPLY, (1L << 53) - 1);
            ChatBody body =
                    rules.body(id, "u".repeat(64), "r".repeat(64), sender, "\"".repeat(ChatLimits.MAX_TEXT_BYTES), far);

            assertThat(body.length()).isBetween(2 * ChatLimits.MAX_TEXT_BYTES, ChatBody.MAX_BYTES);
        }
    }

    /// A plain message takes a shorter way; nobody may see which.
    @Nested
    class APlainMessage {
        private static final long SEED = 20_261_126;
        private static final String[] PIECES = {
            "{",
            "}",
            ",",
            ":",
            "\"",
            " ",
            "\n",
            "\\",
            "é",
            "null",
            "7",
            "\u007f",
            "\"text\"",
            "\"edit\":3",
            "x".repeat(70)
        };

        @Test
        void isReadAsTheParserWouldReadIt() {
            String json = "{\"id\":\"k1\", \"room\" : \"dev\",\"text\":\"why? because.\",\n\"sender\":\"ada\"} ";

            assertThat(read(json)).isEqualTo(ChatBody.of("k1", "", "dev", "ada", "why? because."));
            assertThat(PlainPost.read(utf8(json), 0, utf8(json).length)).isNotNull();
        }

        @Test
        void isRefusedForWhatTheParserWouldRefuse() {
            SplittableRandom random = new SplittableRandom(SEED);
            int plain = 0;
            for (int run = 0; run < 20_000; run++) {
                byte[] json = utf8(mutated(random));
                plain += PlainPost.read(json, 0, json.length) == null ? 0 : 1;

                assertThat(outcome(() -> reader.read(json, 0, json.length, known)))
                        .as("seed %d, run %d: %s", SEED, run, new String(json, StandardCharsets.UTF_8))
                        .isEqualTo(outcome(() -> reader.parse(json, 0, json.length, known)));
            }
            assertThat(plain).isGreaterThan(2_000);
        }

        private final PostReader.Envelope known =
                new PostReader.Envelope(user("u"), Optional.empty(), Optional.of("k1"));

        private static byte[] utf8(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }

        private static String mutated(SplittableRandom random) {
            StringBuilder json =
                    new StringBuilder("{\"sender\":\"ada\",\"text\":\"hello\",\"room\":\"dev\",\"id\":\"k1\"}");
            for (int change = random.nextInt(4); change > 0; change--) {
                int at = random.nextInt(json.length());
                switch (random.nextInt(3)) {
                    case 0 -> json.insert(at, PIECES[random.nextInt(PIECES.length)]);
                    case 1 -> json.deleteCharAt(at);
                    default -> json.delete(at, Math.min(json.length(), at + random.nextInt(15)));
                }
            }
            return json.toString();
        }

        private static Object outcome(Supplier<ChatBody> reading) {
            try {
                return reading.get();
            } catch (PostRefusedException e) {
                return e.field() + ": " + e.detail();
            }
        }
    }

    @Nested
    class AReference {
        @ParameterizedTest
        @ValueSource(strings = {"reply", "edit"})
        void isReadAndJudged(String field) {
            ChatBody body = read(message(field, "42"));

            assertThat(body.reference())
                    .isEqualTo(new Reference(Reference.Kind.valueOf(field.toUpperCase(Locale.ROOT)), 42));
            assertThat(judged).containsExactly(body.reference());
        }

        @Test
        void ofAPlainMessageIsNotAskedFor() {
            read("{\"sender\":\"ada\",\"text\":\"hello\"}");

            assertThat(judged).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"{\"sender\":\"ada\",\"delete\":42}", "{\"delete\":42,\"sender\":\"ada\",\"text\":\"\"}"})
        void thatDeletesHasNoText(String json) {
            ChatBody body = read(json);

            assertThat(body.text()).isEmpty();
            assertThat(body.reference()).isEqualTo(new Reference(Reference.Kind.DELETE, 42));
        }

        @ParameterizedTest
        @CsvSource({
            "'\"42\"', WRONG_TYPE",
            "42.0, WRONG_TYPE",
            "true, WRONG_TYPE",
            "null, WRONG_TYPE",
            "0, OUT_OF_RANGE",
            "-1, OUT_OF_RANGE",
            "9007199254740992, OUT_OF_RANGE",
            "99999999999999999999999999, OUT_OF_RANGE",
            "'42,\"edit\":42', DUPLICATE_FIELD",
            "'42,\"reply\":42', CONTRADICTION",
        })
        void ofAnotherFormIsRefused(String json, Rule rule) {
            assertThat(refusal(message("edit", json)).rule()).isEqualTo(rule);
        }

        @Test
        void thatDeletesAndSaysSomethingIsRefused() {
            PostRefusedException e = refusal(message("delete", "42"));

            assertThat(e.rule()).isEqualTo(Rule.NEEDLESS);
            assertThat(e.field()).isEqualTo("text");
        }

        @Test
        void thatEditsWithoutATextIsRefused() {
            assertThat(refusal("{\"sender\":\"ada\",\"edit\":42}").rule()).isEqualTo(Rule.MISSING);
            assertThat(refusal("{\"sender\":\"ada\",\"edit\":42,\"text\":\"\"}").rule())
                    .isEqualTo(Rule.EMPTY);
        }
    }

    @Nested
    class ABadMessage {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    " ",
                    "{",
                    "{\"sender\":\"ada\"",
                    "{\"sender\":\"ada\",}",
                    "{'sender':'ada'}",
                    "{\"sender\":\"ada\" \"text\":\"x\"}",
                    "[]",
                    "\"hello\"",
                    "null",
                    "42",
                    "nonsense",
                    "{\"sender\":\"ada\",\"text\":\"a\tb\"}",
                    "{\"sender\":\"ada\",\"text\":\"\\x\"}",
                    "{\"sender\":\"ada\",\"text\":NaN}",
                    "{\"sender\":\"ada\",\"text\":\"x\"}{}",
                    "{\"sender\":\"ada\",\"text\":\"x\"} true",
                    "{\"sender\":\"ada\",\"text\":\"x\"} ,",
                    "// comment\n{\"sender\":\"ada\",\"text\":\"x\"}"
                })
        void thatIsNoSingleJsonObjectIsMalformed(String json) {
            assertThat(refusal(json).rule()).isEqualTo(Rule.MALFORMED);
        }

        /// No field takes more than a text or a number, so nothing is looked at in depth.
        @Test
        void thatIsNestedIsRefusedHoweverDeepItIs() {
            for (int depth : new int[] {1, PostReader.MAX_DEPTH, 10_000}) {
                String nested = "[".repeat(depth) + "]".repeat(depth);
                assertThat(refusal(message("text", nested)).rule()).isEqualTo(Rule.WRONG_TYPE);
                assertThat(refusal(message("more", nested)).rule()).isEqualTo(Rule.UNKNOWN_FIELD);
            }
        }

        @Test
        void withANameOfAFieldLongerThanIsLookedAtIsMalformed() {
            int most = PostReader.MAX_NAME_LENGTH;

            assertThat(refusal(message("x".repeat(most), "1")).rule()).isEqualTo(Rule.UNKNOWN_FIELD);
            assertThat(refusal(message("x".repeat(most + 1), "1")).rule()).isEqualTo(Rule.MALFORMED);
        }

        @Test
        void thatIsMalformedIsToldWhere() {
            assertThat(refusal("{\"sender\":\"ada\",\"text\":oops}").detail()).contains("at byte 2");
        }

        @Test
        void thatIsNoUtf8IsMalformed() {
            byte[] latin = "{\"sender\":\"ada\",\"text\":\"h\u00e9llo\"}".getBytes(StandardCharsets.ISO_8859_1);

            assertThatThrownBy(() -> reader.read(latin, 0, latin.length, PostReader.Envelope.EMPTY))
                    .isInstanceOfSatisfying(
                            PostRefusedException.class,
                            e -> assertThat(e.rule()).isEqualTo(Rule.MALFORMED));
        }

        @ParameterizedTest
        @CsvSource({"sender,5", "text,true", "text,null", "room,[]", "id,{}", "id,null", "text,1.5"})
        void withAFieldOfAnotherTypeIsToldWhichOne(String field, String value) {
            PostRefusedException e = refusal(message(field, value));

            assertThat(e.rule()).isEqualTo(Rule.WRONG_TYPE);
            assertThat(e.field()).isEqualTo(field);
        }

        @ParameterizedTest
        @ValueSource(strings = {"sender", "text"})
        void withoutAFieldThatItNeedsIsToldWhichOne(String field) {
            String other = field.equals("sender") ? "text" : "sender";
            PostRefusedException e = refusal("{\"" + other + "\":\"x\"}");

            assertThat(e.rule()).isEqualTo(Rule.MISSING);
            assertThat(e.field()).isEqualTo(field);
        }

        @Test
        void withAnUnknownFieldIsToldItsName() {
            PostRefusedException e = refusal(message("rooom", "\"dev\""));

            assertThat(e.rule()).isEqualTo(Rule.UNKNOWN_FIELD);
            assertThat(e.field()).isEqualTo("rooom");
        }

        @Test
        void withAFieldTwiceIsRefused() {
            assertThat(refusal("{\"sender\":\"a\",\"text\":\"x\",\"text\":\"y\"}")
                            .rule())
                    .isEqualTo(Rule.DUPLICATE_FIELD);
        }

        @ParameterizedTest
        @ValueSource(strings = {"sender", "text", "room", "id"})
        void withAnEmptyFieldIsToldWhichOne(String field) {
            PostRefusedException e = refusal(message(field, "\"\""));

            assertThat(e.rule()).isEqualTo(Rule.EMPTY);
            assertThat(e.field()).isEqualTo(field);
        }

        @Test
        void fromASenderOfWhiteSpaceIsRefused() {
            assertThat(refusal(message("sender", "\"  \"")).rule()).isEqualTo(Rule.EMPTY);
        }

        @Test
        void thatIsTooLongIsToldTheLimit() {
            int most = ChatLimits.DEFAULTS.maxTextBytes();

            assertThat(read(message("text", '"' + "é".repeat(most / 2) + '"')).text())
                    .hasSize(most / 2);
            PostRefusedException e = refusal(message("text", '"' + "é".repeat(most / 2) + "a\""));
            assertThat(e.rule()).isEqualTo(Rule.TOO_LONG);
            assertThat(e.detail()).contains("16385").contains("16384");
        }

        @ParameterizedTest
        @CsvSource({"sender,64", "id,128", "room,64"})
        void withTooLongANameIsToldWhichOne(String field, int most) {
            assertThat(read(message(field, '"' + "a".repeat(most) + '"'))).isNotNull();
            PostRefusedException e = refusal(message(field, '"' + "a".repeat(most + 1) + '"'));

            assertThat(e.rule()).isEqualTo(Rule.TOO_LONG);
            assertThat(e.field()).isEqualTo(field);
        }

        @ParameterizedTest
        @CsvSource({
            "text,\\u0000",
            "text,\\u0007",
            "text,\\r",
            "text,\\u007f",
            "text,\\u0085",
            "sender,\\n",
            "sender,\\t",
            "id,\\n",
            "id,\\u001b"
        })
        void withAControlCharacterIsToldWhere(String field, String escape) {
            PostRefusedException e = refusal(message(field, "\"ab" + escape + "\""));

            assertThat(e.rule()).isEqualTo(Rule.CONTROL_CHARACTER);
            assertThat(e.field()).isEqualTo(field);
            assertThat(e.detail()).contains("position 2");
        }

        @ParameterizedTest
        @CsvSource({"text,\\ud83d", "text,\\ude00\\ud83d", "sender,x\\ud83dx", "id,\\udfff"})
        void withALoneSurrogateIsRefused(String field, String escape) {
            assertThat(refusal(message(field, '"' + escape + '"')).rule()).isEqualTo(Rule.LONE_SURROGATE);
        }

        @ParameterizedTest
        @ValueSource(strings = {"General", "a b", ".a", "-a", "_a", "é", "a/b", "a*"})
        void forABadRoomIsRefused(String room) {
            PostRefusedException e = refusal(message("room", '"' + room + '"'));

            assertThat(e.rule()).isEqualTo(Rule.BAD_NAME);
            assertThat(e.field()).isEqualTo("room");
        }

        @Test
        void thatContradictsItsEnvelopeIsRefused() {
            PostReader.Envelope envelope =
                    new PostReader.Envelope(Caller.ANYBODY, Optional.of("ops"), Optional.empty());

            PostRefusedException e =
                    catchThrowableOfType(PostRefusedException.class, () -> read(message("room", "\"dev\""), envelope));

            assertThat(e.rule()).isEqualTo(Rule.CONTRADICTION);
            assertThat(e.field()).isEqualTo("room");
        }
    }
}
