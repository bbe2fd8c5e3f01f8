package dev.concord.client;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// Who is there, and who is typing: the newest state, which is in no log.
///
/// @param truncated whether there are more people than are named
public record Presence(List<Person> people, List<Typing> typing, boolean truncated) {
    /// Stands for every room among those of a person.
    public static final String ALL_ROOMS = "*";

    public static final Presence NOBODY = new Presence(List.of(), List.of(), false);

    public Presence {
        people = List.copyOf(people);
        typing = List.copyOf(typing);
    }

    /// @param nodes to which this name is connected
    public record Person(String name, List<String> rooms, List<Long> nodes) {
        public Person {
            rooms = List.copyOf(rooms);
            nodes = List.copyOf(nodes);
        }
    }

    public record Typing(String name, String room) {}

    /// The same, for the moment after this person has said it.
    public Presence withoutTyping(String name) {
        return new Presence(
                people, typing.stream().filter(one -> !one.name().equals(name)).toList(), truncated);
    }

    static Presence parse(String json) throws BadAnswerException {
        try {
            Map<String, @Nullable Object> fields = Json.object(json.getBytes(StandardCharsets.UTF_8));
            List<Person> people = new ArrayList<>();
            for (Map<String, @Nullable Object> one : objects(fields.get("people"))) {
                people.add(new Person(
                        Json.text(one, "name"),
                        items(one.get("rooms"), String.class),
                        items(one.get("nodes"), Long.class)));
            }
            List<Typing> typing = new ArrayList<>();
            for (Map<String, @Nullable Object> one : objects(fields.get("typing"))) {
                typing.add(new Typing(Json.text(one, "name"), Json.text(one, "room")));
            }
            return new Presence(people, typing, Json.isTrue(fields, "truncated"));
        } catch (JacksonException e) {
            throw new BadAnswerException("this says not who is there");
        }
    }

    private static List<Map<String, @Nullable Object>> objects(@Nullable Object value) {
        List<Map<String, @Nullable Object>> objects = new ArrayList<>();
        for (Map<?, ?> map : items(value, Map.class)) {
            objects.add(Json.fields(map));
        }
        return objects;
    }

    private static <T> List<T> items(@Nullable Object value, Class<T> type) {
        return value instanceof List<?> list
                ? list.stream().filter(type::isInstance).map(type::cast).toList()
                : List.of();
    }
}
