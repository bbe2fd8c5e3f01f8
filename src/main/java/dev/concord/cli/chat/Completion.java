package dev.concord.cli.chat;

import dev.concord.client.Presence.Person;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// What Tab adds: the rest of a command, of a room behind `/join`, or of the name of somebody who is here.
final class Completion {
    private final ChatState state;
    private volatile List<String> rooms = List.of();

    Completion(ChatState state) {
        this.state = state;
    }

    /// Rooms of the cluster, besides those that were joined.
    void rooms(List<String> known) {
        rooms = List.copyOf(known);
    }

    /// @return the text to insert; empty if nothing or too much fits
    String of(String before) {
        int space = before.lastIndexOf(' ');
        String word = before.substring(space + 1);
        if (word.isEmpty()) {
            return "";
        }
        if (space < 0 && word.startsWith("/")) {
            return rest(word, Arrays.stream(ChatWord.values()).map(known -> "/" + known.word()), " ");
        }
        if (before.startsWith("/join ") || before.startsWith("/leave ")) {
            Stream<String> joined = state.rooms().stream().map(RoomView::name);
            return rest(word.replaceFirst("^#", ""), Stream.concat(joined, rooms.stream()), "");
        }
        String at = word.startsWith("@") ? "@" : "";
        return rest(word, names().map(name -> at + name), space < 0 ? ": " : " ");
    }

    private Stream<String> names() {
        Stream<String> present = state.room().presence().people().stream().map(Person::name);
        Stream<String> spoke = state.room().timeline().posts().stream()
                .map(post -> post.message().sender());
        return Stream.concat(present, spoke).filter(name -> !name.equals(state.me()));
    }

    /// The rest of the only candidate, or what all candidates have in common.
    private static String rest(String word, Stream<String> candidates, String end) {
        List<String> fitting = candidates
                .filter(candidate -> candidate.regionMatches(true, 0, word, 0, word.length()))
                .distinct()
                .toList();
        if (fitting.isEmpty()) {
            return "";
        }
        if (fitting.size() == 1) {
            return fitting.getFirst().substring(word.length()) + end;
        }
        String common = fitting.stream().reduce(Completion::common).orElse(word);
        return common.length() > word.length() ? common.substring(word.length()) : "";
    }

    private static String common(String a, String b) {
        int length = 0;
        while (length < Math.min(a.length(), b.length()) && a.charAt(length) == b.charAt(length)) {
            length++;
        }
        return a.substring(0, length);
    }
}
