package dev.concord.client;

/// What became of a message, as far as its sender can know.
public sealed interface SendResult {
    /// The cluster holds it durably, as this seq.
    record Sent(long seq) implements SendResult {}

    /// It is not stored, and trying again does not help or was tried long enough.
    record Refused(Problem problem) implements SendResult {}

    /// It may be stored or not: sending it again with the same id tells.
    record Unknown(String why) implements SendResult {}

    /// No node could be reached; it is not stored.
    record Unreachable(String why) implements SendResult {}
}
