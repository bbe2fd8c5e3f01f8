package dev.concord.chat;

/// A message that no cluster would take: which field breaks which rule.
public final class PostRefusedException extends SubmissionRefusedException {
    private static final long serialVersionUID = 1;

    private final String field;
    private final Rule rule;

    public PostRefusedException(String field, Rule rule, String detail) {
        super(detail);
        this.field = field;
        this.rule = rule;
    }

    /// The name of the field, or an empty string if the message as a whole is at fault.
    public String field() {
        return field;
    }

    public Rule rule() {
        return rule;
    }

    /// What can be wrong with a message. The [#code] is stable, for programs.
    public enum Rule {
        /// The bytes are no JSON object.
        MALFORMED("malformed"),
        /// A field nobody knows, most likely a misspelt one.
        UNKNOWN_FIELD("unknown-field"),
        DUPLICATE_FIELD("duplicate-field"),
        WRONG_TYPE("wrong-type"),
        MISSING("missing"),
        EMPTY("empty"),
        TOO_LONG("too-long"),
        CONTROL_CHARACTER("control-character"),
        /// Half of a UTF-16 pair: it has no UTF-8 form, so nodes could not hash the same bytes (X6).
        LONE_SURROGATE("lone-surrogate"),
        /// A room's name is `[a-z0-9][a-z0-9._-]{0,63}`.
        BAD_NAME("bad-name"),
        /// A number that cannot be what it stands for.
        OUT_OF_RANGE("out-of-range"),
        /// A delete has no text.
        NEEDLESS("needless"),
        /// The same thing was said twice, and differently: in the body and in a header or destination.
        CONTRADICTION("contradiction");

        private final String code;

        Rule(String code) {
            this.code = code;
        }

        public String code() {
            return code;
        }
    }
}
