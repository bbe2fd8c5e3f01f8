package dev.concord.transport;

/// How a peer broke the rules of the link. Each closes the link it happened on, is counted, and disturbs no other (T1).
public enum Violation {
    /// A line, frame, message or count beyond its limit.
    TOO_LARGE,
    /// No JSON object of the strict kind that T1 asks for.
    NOT_JSON,
    /// A type this version does not know, or one that does not belong here.
    UNKNOWN_TYPE,
    /// A field that is missing, unknown, of another kind, or out of range.
    BAD_FIELD,
    /// A line that is no entry or no message body, or whose checksum does not match.
    BAD_LINE,
    /// `from` is not the peer that proved its identity on this link (T4).
    WRONG_SENDER,
    /// A frame out of sequence, or with a wrong MAC (T3).
    BAD_MAC,
    /// The handshake took longer than allowed (T3).
    SLOW_HANDSHAKE
}
