package dev.concord.transport;

import static dev.concord.transport.TransportLimits.MAX_DEPTH;
import static dev.concord.transport.TransportLimits.MAX_LINE_BYTES;
import static dev.concord.transport.TransportLimits.MAX_TEXT_LENGTH;

import dev.concord.protocol.Address;
import dev.concord.protocol.CanonicalWriter;
import dev.concord.protocol.ChainHash;
import dev.concord.protocol.ClusterId;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import dev.concord.protocol.StoreId;
import dev.concord.protocol.Term;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/// The fields of one JSON object, read strictly (T1): taken out one by one by name, each exactly once, and none may be
/// left over at the [#end]. So an unknown field is refused like a missing one.
final class JsonFields {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_LINE_BYTES)
                    .maxDocumentLength(MAX_LINE_BYTES)
                    .maxNumberLength(20)
                    .maxNameLength(64)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .recyclerPool(JsonRecyclerPools.threadLocalPool()) // each link has a thread for as long as it lasts
            .build();

    private final Map<String, @Nullable Object> values = new HashMap<>();

    private JsonFields() {}

    /// Reads one line without its line feed.
    static JsonFields parse(byte[] source, int from, int to) throws ViolationException {
        // Jackson would take other encodings of Unicode too; a line that starts like this can only be UTF-8.
        if (to - from < 2 || source[from] != '{' || source[from + 1] != '"') {
            throw new ViolationException(Violation.NOT_JSON, "a line that does not start with {\"");
        }
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), source, from, to - from)) {
            parser.nextToken();
            JsonFields fields = object(parser);
            if (parser.nextToken() != null) {
                throw new ViolationException(Violation.NOT_JSON, "more than one value in a line");
            }
            return fields;
        } catch (JacksonException e) {
            throw new ViolationException(Violation.NOT_JSON, e.getOriginalMessage());
        }
    }

    private static JsonFields object(JsonParser parser) throws ViolationException {
        JsonFields fields = new JsonFields();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            fields.values.put(name, value(parser, parser.nextToken()));
        }
        return fields;
    }

    private static @Nullable Object value(JsonParser parser, JsonToken token) throws ViolationException {
        return switch (token) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> {
                List<@Nullable Object> elements = new ArrayList<>();
                for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                    elements.add(value(parser, next));
                }
                yield elements;
            }
            case VALUE_STRING -> wellFormed(parser.getString());
            case VALUE_NUMBER_INT -> number(parser);
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new ViolationException(Violation.BAD_FIELD, "a value of the kind " + token);
        };
    }

    private static Long number(JsonParser parser) throws ViolationException {
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                || parser.getLongValue() < 0
                || parser.getLongValue() > CanonicalWriter.MAX_NUMBER) {
            throw new ViolationException(Violation.BAD_FIELD, "a number outside 0 to 2^53 - 1");
        }
        return parser.getLongValue();
    }

    /// A lone surrogate, escaped or not, has no UTF-8 form: nodes would disagree about its bytes (X6).
    private static String wellFormed(String text) throws ViolationException {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isHighSurrogate(text.charAt(i))
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(text.charAt(i))) {
                throw new ViolationException(Violation.NOT_JSON, "a lone surrogate in a text");
            }
        }
        return text;
    }

    private <T> T required(String name, Class<T> kind) throws ViolationException {
        Object value = values.remove(name);
        if (!kind.isInstance(value)) {
            throw bad(name);
        }
        return kind.cast(value);
    }

    long number(String name) throws ViolationException {
        return required(name, Long.class);
    }

    int number(String name, int max) throws ViolationException {
        long value = number(name);
        if (value > max) {
            throw bad(name);
        }
        return (int) value;
    }

    boolean flag(String name) throws ViolationException {
        return required(name, Boolean.class);
    }

    /// A text as long as its line may be.
    String longText(String name) throws ViolationException {
        return required(name, String.class);
    }

    String text(String name) throws ViolationException {
        String value = required(name, String.class);
        if (value.length() > MAX_TEXT_LENGTH) {
            throw bad(name);
        }
        return value;
    }

    /// What `reading` makes of a text; its IllegalArgumentException means that the text is none of those.
    <T> T parsed(String name, Function<String, T> reading) throws ViolationException {
        String value = text(name);
        try {
            return reading.apply(value);
        } catch (IllegalArgumentException e) {
            throw bad(name);
        }
    }

    <E extends Enum<E>> E choice(String name, Class<E> choices) throws ViolationException {
        return parsed(name, value -> Enum.valueOf(choices, value));
    }

    /// Whether the field is there and null; then it is taken.
    boolean takeNull(String name) {
        if (values.containsKey(name) && values.get(name) == null) {
            values.remove(name);
            return true;
        }
        return false;
    }

    Term term(String name) throws ViolationException {
        return new Term(number(name));
    }

    LogPosition position(String prefix) throws ViolationException {
        return new LogPosition(term(prefix + "_term"), number(prefix + "_index"));
    }

    ChainHash hash(String name) throws ViolationException {
        return parsed(name, hex -> {
            ChainHash hash = ChainHash.parse(hex);
            if (!hash.toString().equals(hex)) {
                throw new IllegalArgumentException("upper case");
            }
            return hash;
        });
    }

    NodeId node(String name) throws ViolationException {
        int value = number(name, Integer.MAX_VALUE);
        if (value == 0) {
            throw bad(name);
        }
        return new NodeId(value);
    }

    NodeId nodeOrNone(String name) throws ViolationException {
        return takeNull(name) ? NodeId.NONE : node(name);
    }

    UUID uuid(String name) throws ViolationException {
        return parsed(name, text -> {
            UUID value = UUID.fromString(text);
            if (!value.toString().equals(text)) {
                throw new IllegalArgumentException("not in canonical form");
            }
            return value;
        });
    }

    @Nullable
    ClusterId clusterOrNull(String name) throws ViolationException {
        return takeNull(name) ? null : new ClusterId(uuid(name));
    }

    Member member() throws ViolationException {
        return new Member(node("node_id"), new StoreId(uuid("store_id")));
    }

    Peer peer() throws ViolationException {
        return new Peer(member(), address(), text("url"));
    }

    Address address() throws ViolationException {
        return new Address(text("host"), number("port", 65_535));
    }

    Address addressOrNone(String name) throws ViolationException {
        if (takeNull(name)) {
            return Address.NONE;
        }
        Address address = object(name, JsonFields::address);
        if (!address.isPresent()) { // null says that
            throw bad(name);
        }
        return address;
    }

    <T> T object(String name, Reading<T> reading) throws ViolationException {
        return reading.readAll(required(name, JsonFields.class));
    }

    <T> List<T> objects(String name, Reading<T> reading) throws ViolationException {
        List<T> result = new ArrayList<>();
        for (Object element : required(name, List.class)) {
            if (!(element instanceof JsonFields fields)) {
                throw bad(name);
            }
            result.add(reading.readAll(fields));
        }
        return result;
    }

    List<NodeId> nodes(String name) throws ViolationException {
        List<NodeId> result = new ArrayList<>();
        for (Object element : required(name, List.class)) {
            if (!(element instanceof Long id) || id == 0 || id > Integer.MAX_VALUE) {
                throw bad(name);
            }
            result.add(new NodeId(id.intValue()));
        }
        return result;
    }

    List<String> texts(String name) throws ViolationException {
        List<String> result = new ArrayList<>();
        for (Object element : required(name, List.class)) {
            if (!(element instanceof String text) || text.length() > MAX_TEXT_LENGTH) {
                throw bad(name);
            }
            result.add(text);
        }
        return result;
    }

    /// Nothing may be left.
    void end() throws ViolationException {
        if (!values.isEmpty()) {
            throw new ViolationException(Violation.BAD_FIELD, "an unknown field");
        }
    }

    /// Names of fields are our own words here, never the peer's text: it must not get into our log.
    private static ViolationException bad(String name) {
        return new ViolationException(Violation.BAD_FIELD, "the field " + name + " is missing or out of range");
    }

    /// Reads something from the fields of an object.
    @FunctionalInterface
    interface Reading<T> {
        T read(JsonFields fields) throws ViolationException;

        private T readAll(JsonFields fields) throws ViolationException {
            T value = read(fields);
            fields.end();
            return value;
        }
    }
}
