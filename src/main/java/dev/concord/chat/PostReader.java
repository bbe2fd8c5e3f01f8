package dev.concord.chat;

import static dev.concord.chat.PostRefusedException.Rule;

import dev.concord.access.Caller;
import dev.concord.protocol.CanonicalWriter;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.Reference;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/// Reads a message as clients send it, `{"sender","text","room"?,"id"?}` and perhaps one of `"reply"`,
/// `"edit"` and `"delete"`, straight from bytes into canonical form.
///
/// Strict: an unknown, repeated or wrongly typed field is refused, and so is anything behind the object. A mistake that
/// were passed over in silence would show up later as a message in the wrong room, or under no id.
public final class PostReader {
    /// Deepest nesting that is looked at; a message has no nesting at all.
    static final int MAX_DEPTH = 4;
    /// Longest name of a field that is looked at.
    static final int MAX_NAME_LENGTH = 256;

    private final PostRules rules;
    private final MessageIds ids;
    private final ReferenceCheck references;
    private final JsonFactory json;

    public PostReader(PostRules rules, MessageIds ids, ReferenceCheck references) {
        this.rules = rules;
        this.ids = ids;
        this.references = references;
        this.json = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxNameLength(MAX_NAME_LENGTH)
                        .maxStringLength(rules.limits().maxJsonBytes())
                        .build())
                .build();
    }

    /// What is known of a message apart from its JSON.
    ///
    /// @param caller who sends it
    /// @param room the room that the destination names
    /// @param id the id that a header names
    public record Envelope(Caller caller, Optional<String> room, Optional<String> id) {
        /// Nothing is known.
        public static final Envelope EMPTY = of(Caller.ANYBODY);

        /// Nothing is known but the caller.
        public static Envelope of(Caller caller) {
            return new Envelope(caller, Optional.empty(), Optional.empty());
        }

        /// The authenticated principal, empty without authentication.
        public String user() {
            return caller.getName();
        }
    }

    /// Reads the message that is `bytes[from, to)`.
    ///
    /// @throws PostRefusedException naming field and rule, and for malformed JSON the position
    /// @throws ReferenceRefusedException if it refers to a message that it may not refer to
    public ChatBody read(byte[] bytes, int from, int to, Envelope envelope) {
        PlainPost plain = PlainPost.read(bytes, from, to);
        if (plain == null || !plain.fits(rules.limits(), bytes)) {
            return parse(bytes, from, to, envelope);
        }
        String id = one("id", plain.id(), envelope.id()).orElse(null);
        String room = room(plain.room(), envelope);
        PostRules.checkRoom(room);
        if (id == null) {
            return plain.body(bytes, ids.next(), envelope.user(), room);
        }
        PostRules.checkId(id);
        return plain.body(bytes, id, envelope.user(), room);
    }

    private static String room(@Nullable String inBody, Envelope envelope) {
        return one("room", inBody, envelope.room()).orElse(PostRules.DEFAULT_ROOM);
    }

    /// Reads what is not plain.
    ChatBody parse(byte[] bytes, int from, int to, Envelope envelope) {
        Fields fields = new Fields();
        try (JsonParser parser = json.createParser(ObjectReadContext.empty(), bytes, from, to - from)) {
            fields.read(parser);
        } catch (JacksonException e) {
            throw malformed(e, from);
        }
        Reference reference = fields.reference;
        boolean isDelete = reference != null && reference.kind() == Reference.Kind.DELETE;
        ChatBody body = rules.body(
                one("id", fields.id, envelope.id()).orElseGet(ids::next),
                envelope.user(),
                room(fields.room, envelope),
                required("sender", fields.sender),
                isDelete && fields.text == null ? "" : required("text", fields.text),
                reference);
        if (reference != null) {
            references.require(body, reference, envelope);
        }
        return body;
    }

    private static String required(String field, @Nullable String value) {
        if (value == null) {
            throw new PostRefusedException(field, Rule.MISSING, field + " is missing");
        }
        return value;
    }

    private static Optional<String> one(String field, @Nullable String inBody, Optional<String> outside) {
        if (inBody == null) {
            return outside;
        }
        if (outside.isPresent() && !outside.get().equals(inBody)) {
            throw new PostRefusedException(
                    field,
                    Rule.CONTRADICTION,
                    field + " in the body differs from the one in the header or destination; give one of them");
        }
        return Optional.of(inBody);
    }

    /// Where in its source the parser found something, in its own words.
    private static final Pattern PARSER_PLACE = Pattern.compile(" \\([^(]*\\[Source: .*");

    private static PostRefusedException malformed(JacksonException e, int from) {
        TokenStreamLocation at = e.getLocation();
        String where = at == null || at.getByteOffset() < 0 ? "" : " at byte " + (at.getByteOffset() - from);
        String said = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("unreadable");
        String what = PARSER_PLACE.matcher(said).replaceAll(""); // where begins what has no end: the parser hides it
        return new PostRefusedException("", Rule.MALFORMED, "malformed JSON" + where + ": " + what);
    }

    /// The fields of one message while they are being read.
    private static final class Fields {
        private @Nullable String sender;
        private @Nullable String text;
        private @Nullable String room;
        private @Nullable String id;
        private @Nullable Reference reference;

        private void read(JsonParser parser) {
            JsonToken first = parser.nextToken();
            if (first != JsonToken.START_OBJECT) {
                String found = first == null ? "nothing" : kind(first);
                throw new PostRefusedException(
                        "", Rule.MALFORMED, "a message is a JSON object with sender and text, not " + found);
            }
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                field(name, parser);
            }
            if (parser.nextToken() != null) {
                throw new PostRefusedException(
                        "", Rule.MALFORMED, "there is something behind the message; send one JSON object");
            }
        }

        private void field(String name, JsonParser parser) {
            switch (name) {
                case "sender" -> sender = string(name, sender, parser);
                case "text" -> text = string(name, text, parser);
                case "room" -> room = string(name, room, parser);
                case "id" -> id = string(name, id, parser);
                case "reply" -> refer(Reference.Kind.REPLY, parser);
                case "edit" -> refer(Reference.Kind.EDIT, parser);
                case "delete" -> refer(Reference.Kind.DELETE, parser);
                default ->
                    throw new PostRefusedException(
                            printable(name),
                            Rule.UNKNOWN_FIELD,
                            "unknown field \"" + printable(name)
                                    + "\"; known are sender, text, room, id, reply, edit and delete");
            }
        }

        private void refer(Reference.Kind kind, JsonParser parser) {
            String name = kind.field();
            if (reference != null) {
                String before = reference.kind().field();
                throw new PostRefusedException(
                        name,
                        before.equals(name) ? Rule.DUPLICATE_FIELD : Rule.CONTRADICTION,
                        before.equals(name)
                                ? name + " is given twice"
                                : name + " and " + before + " exclude each other; a message does one of them");
            }
            JsonToken token = parser.nextToken();
            if (token != JsonToken.VALUE_NUMBER_INT) {
                throw new PostRefusedException(
                        name, Rule.WRONG_TYPE, name + " must be the seq of a message, not " + kind(token));
            }
            String digits = parser.getString();
            long seq = digits.length() > 16 ? -1 : Long.parseLong(digits);
            if (seq < 1 || seq > CanonicalWriter.MAX_NUMBER) {
                throw new PostRefusedException(name, Rule.OUT_OF_RANGE, name + " must be a seq from 1 to 2^53 - 1");
            }
            reference = new Reference(kind, seq);
        }

        private static String string(String name, @Nullable String before, JsonParser parser) {
            if (before != null) {
                throw new PostRefusedException(name, Rule.DUPLICATE_FIELD, name + " is given twice");
            }
            JsonToken token = parser.nextToken();
            if (token != JsonToken.VALUE_STRING) {
                throw new PostRefusedException(name, Rule.WRONG_TYPE, name + " must be a string, not " + kind(token));
            }
            return parser.getString();
        }

        private static String kind(JsonToken token) {
            return switch (token) {
                case START_OBJECT, END_OBJECT -> "an object";
                case START_ARRAY, END_ARRAY -> "an array";
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
                case VALUE_TRUE, VALUE_FALSE -> "a boolean";
                case VALUE_NULL -> "null";
                case VALUE_STRING -> "a string";
                case PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE -> "something else";
            };
        }

        /// What a client sent, fit to be shown to it: no control characters or halves of pairs, and not long.
        private static String printable(String name) {
            String shown = name.length() > 40 ? name.substring(0, 40) + "…" : name;
            return shown.codePoints()
                    .map(c -> Character.isISOControl(c) || c >= 0xd800 && c <= 0xdfff ? '\ufffd' : c)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
        }
    }
}
