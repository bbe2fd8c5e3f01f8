package dev.concord.web;

import dev.concord.chat.PostRefusedException;
import dev.concord.chat.RoomFilter;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The query of a request, read strictly: a misspelt cursor that was passed over would look like an answer.
final class Query {
    /// seqs stay below 2^53, so that every JSON reader can hold them (G1).
    private static final long MAX_SEQ = (1L << 53) - 1;

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m)");

    private final Map<String, String[]> values;

    /// @param known the parameters that mean something here; any other is refused
    Query(HttpServletRequest request, String... known) {
        try {
            values = request.getParameterMap();
        } catch (IllegalStateException e) { // Tomcat could not decode it
            throw ProblemException.parameter("query", "the query is not valid percent-encoded UTF-8");
        }
        values.forEach((name, given) -> {
            if (!Arrays.asList(known).contains(name)) {
                throw ProblemException.parameter(
                        name, "unknown parameter \"" + name + "\"; known here are " + String.join(", ", known));
            }
            if (given.length > 1) {
                throw ProblemException.parameter(name, name + " is given " + given.length + " times");
            }
        });
    }

    /// Refuses all parameters of a request whose body is known to hold none.
    static void refuse(HttpServletRequest request) {
        if (request.getQueryString() != null) {
            new Query(request);
        }
    }

    Optional<String> text(String name) {
        String[] given = values.get(name);
        return given == null ? Optional.empty() : Optional.of(given[0]);
    }

    /// The room that is asked for, or all.
    RoomFilter room() {
        try {
            return RoomFilter.of(text("room"));
        } catch (PostRefusedException e) {
            throw ProblemException.parameter("room", e.detail());
        }
    }

    OptionalLong number(String name, long least, long most) {
        Optional<String> text = text(name);
        return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(number(name, text.get(), least, most));
    }

    /// A cursor: a seq, or 0 for "before the first".
    OptionalLong seq(String name, long least) {
        return number(name, least, MAX_SEQ);
    }

    /// A time such as `500ms`, `30s` or `1m`.
    Duration duration(String name, Duration most) {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return Duration.ZERO;
        }
        Matcher matcher = DURATION.matcher(text.get());
        if (!matcher.matches()) {
            throw ProblemException.parameter(
                    name, name + " is \"" + text.get() + "\"; give a time such as 500ms, 30s or 1m");
        }
        long amount = Long.parseLong(matcher.group(1));
        Duration duration = switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            default -> Duration.ofMinutes(amount);
        };
        if (duration.compareTo(most) > 0) {
            throw ProblemException.parameter(
                    name, name + " is " + text.get() + "; at most " + most.toSeconds() + "s are possible");
        }
        return duration;
    }

    static long seq(String name, String text, long least) {
        return number(name, text, least, MAX_SEQ);
    }

    private static long number(String name, String text, long least, long most) {
        long number;
        try {
            number = Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw ProblemException.parameter(name, name + " is \"" + text + "\"; give a whole number");
        }
        if (number < least || number > most) {
            throw ProblemException.parameter(
                    name, name + " is " + number + "; give a number from " + least + " to " + most);
        }
        return number;
    }
}
