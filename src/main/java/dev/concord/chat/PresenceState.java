package dev.concord.chat;

import java.util.List;

/// Who is connected to the cluster, as one node knows it.
///
/// @param people by name
/// @param truncated whether there are more people than are listed
public record PresenceState(List<Person> people, List<Typing> typing, List<NodeCount> nodes, boolean truncated) {
    /// Stands for every room.
    public static final String ALL_ROOMS = "*";

    public PresenceState {
        people = List.copyOf(people);
        typing = List.copyOf(typing);
        nodes = List.copyOf(nodes);
    }

    /// @param rooms that this person follows, [#ALL_ROOMS] for all of them
    /// @param nodes where this person is connected
    public record Person(String name, List<String> rooms, List<Integer> nodes) {
        public Person {
            rooms = List.copyOf(rooms);
            nodes = List.copyOf(nodes);
        }

        boolean follows(String room) {
            return rooms.contains(room) || rooms.contains(ALL_ROOMS);
        }
    }

    public record Typing(String name, String room) {}

    /// @param connected clients of this node, named or not
    /// @param known whether it has told of them lately
    public record NodeCount(int node, int connected, boolean known) {}

    /// The part that is about one room.
    public PresenceState of(String room) {
        return new PresenceState(
                people.stream().filter(person -> person.follows(room)).toList(),
                typing.stream().filter(t -> t.room().equals(room)).toList(),
                nodes,
                truncated);
    }
}
