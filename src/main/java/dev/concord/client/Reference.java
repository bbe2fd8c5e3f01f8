package dev.concord.client;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a message is to an earlier one: its answer, its new text, or its end.
///
/// @param seq of the message that is meant
public record Reference(Kind kind, long seq) {
    /// How a message refers to another.
    public enum Kind {
        /// Answers it, and is a message of its own.
        REPLY,
        /// Carries its new text.
        EDIT,
        /// Takes it back, and has no text.
        DELETE;

        /// The name of the field in the JSON of a message.
        public String field() {
            return name().toLowerCase(Locale.ROOT);
        }

        /// Whether it changes what is meant, instead of standing for itself.
        public boolean isChange() {
            return this != REPLY;
        }
    }

    /// The reference in the fields of a message, null if there is none.
    static @Nullable Reference of(Map<String, @Nullable Object> fields) {
        for (Kind kind : Kind.values()) {
            long seq = Json.number(fields, kind.field(), 0);
            if (seq > 0) {
                return new Reference(kind, seq);
            }
        }
        return null;
    }
}
