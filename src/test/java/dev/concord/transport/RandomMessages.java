package dev.concord.transport;

import dev.concord.protocol.Address;
import dev.concord.protocol.ChainHash;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.ClusterId;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.Reference;
import dev.concord.protocol.StoreId;
import dev.concord.protocol.Term;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Makes up messages of any type, field by field: a type or a field added to the protocol is covered without a change
/// here, or fails here by name.
final class RandomMessages {
    private static final String[] TEXTS = {"", "a", "node-1.concord", "\"\\\n\t\u0001", "grüße", "\ud83d\ude00", "日本"};

    private final Random random;

    RandomMessages(long seed) {
        random = new Random(seed);
    }

    /// All types that the sealed family permits.
    static List<Class<?>> types() {
        return List.of(PeerMessage.class.getPermittedSubclasses());
    }

    PeerMessage next(Class<?> type) {
        return (PeerMessage) make(type);
    }

    private Object make(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        Object[] values = Arrays.stream(components)
                .map(component -> value(component.getGenericType()))
                .toArray();
        try {
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make a " + type, e);
        }
    }

    private @Nullable Object value(Type type) {
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            List<@Nullable Object> elements = new ArrayList<>();
            for (int i = random.nextInt(5); i > 0; i--) {
                elements.add(
                        list.getActualTypeArguments()[0] == NodeId.class
                                ? node()
                                : value(list.getActualTypeArguments()[0]));
            }
            return elements;
        }
        return value((Class<?>) type);
    }

    private @Nullable Object value(Class<?> type) {
        if (type.isEnum()) {
            return type.getEnumConstants()[random.nextInt(type.getEnumConstants().length)];
        }
        return switch (type.getSimpleName()) {
            case "long" -> number();
            case "int" -> random.nextInt(Integer.MAX_VALUE);
            case "boolean" -> random.nextBoolean();
            case "String" -> text();
            case "Term" -> new Term(number());
            case "NodeId" -> random.nextInt(4) == 0 ? NodeId.NONE : node();
            case "ChainHash" -> hash();
            case "LogPosition" -> new LogPosition(new Term(number()), number());
            case "Address" -> random.nextInt(4) == 0 ? Address.NONE : address();
            case "Member" -> new Member(node(), new StoreId(uuid()));
            case "Peer" -> new Peer(new Member(node(), new StoreId(uuid())), address(), text());
            case "ClusterId" -> random.nextInt(4) == 0 ? null : new ClusterId(uuid());
            case "LogEntry" -> entry();
            case "ChatBody" -> body();
            case "ChatResult", "Person", "Typing" -> make(type);
            default -> throw new IllegalStateException("no way to make up a " + type);
        };
    }

    private long number() {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> (1L << 53) - 1;
            default -> random.nextLong(1L << random.nextInt(1, 54));
        };
    }

    private NodeId node() {
        return new NodeId(random.nextInt(1, Integer.MAX_VALUE));
    }

    private UUID uuid() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    private String text() {
        return TEXTS[random.nextInt(TEXTS.length)];
    }

    private Address address() {
        return new Address("host-" + random.nextInt(), random.nextInt(1, 65_536));
    }

    private ChainHash hash() {
        return new ChainHash(random.nextLong(), random.nextLong());
    }

    private ChatBody body() {
        Reference reference = random.nextInt(4) == 0 ? new Reference(Reference.Kind.EDIT, Math.max(1, number())) : null;
        String text = reference == null ? text() : text() + "!";
        return ChatBody.of(uuid().toString(), text(), "general", text(), text, reference);
    }

    private LogEntry entry() {
        LogPosition position = new LogPosition(new Term(number()), number());
        long millis = random.nextLong(1L << 41);
        return random.nextInt(3) == 0
                ? LogEntry.noop(position, millis, node(), hash())
                : LogEntry.chat(position, number(), millis, body(), hash());
    }
}
