package dev.concord.protocol;

import java.util.Locale;

/// What a message is to an earlier one (level 2): its answer, its new text, or its end. Written as the last
/// field of the body, `"reply":42`, `"edit":42` or `"delete":42`.
///
/// @param seq of the message that is meant
public record Reference(Kind kind, long seq) {
    /// How a message refers to another.
    public enum Kind {
        /// Answers it; a message of its own otherwise.
        REPLY,
        /// Carries its new text.
        EDIT,
        /// Takes it back; has no text.
        DELETE;

        private final String field = name().toLowerCase(Locale.ROOT);
        private final String key = ",\"" + field + "\":";

        /// Name of the field, in entries and for clients.
        public String field() {
            return field;
        }

        /// Whether it changes what is meant, instead of standing for itself.
        public boolean isChange() {
            return this != REPLY;
        }

        /// As it stands behind the text.
        String key() {
            return key;
        }
    }

    private static final Kind[] KINDS = Kind.values();

    public Reference {
        if (seq < 1 || seq > CanonicalWriter.MAX_NUMBER) {
            throw new IllegalArgumentException("seqs are from 1 to 2^53 - 1, not " + seq);
        }
    }

    void write(CanonicalWriter out) {
        out.literal(kind.key).number(seq);
    }

    /// Reads it if there is one; a body without ends with its text.
    ///
    /// @param textIsEmpty whether the text before it is: so it is in a delete, and in nothing else that refers
    static boolean skip(CanonicalReader in, boolean textIsEmpty) {
        for (Kind kind : KINDS) {
            if (in.accept(kind.key)) {
                if (in.number() == 0) {
                    throw in.malformed("expected a message number");
                }
                if (textIsEmpty != (kind == Kind.DELETE)) {
                    throw in.malformed(textIsEmpty ? "expected a text" : "a delete with a text");
                }
                return true;
            }
        }
        return false;
    }

    /// The reference that is `source[from, to)`, which was read before.
    static Reference of(byte[] source, int from, int to) {
        CanonicalReader in = new CanonicalReader(source, from, to);
        for (Kind kind : KINDS) {
            if (in.accept(kind.key)) {
                return new Reference(kind, in.number());
            }
        }
        throw in.malformed("expected a reference");
    }
}
