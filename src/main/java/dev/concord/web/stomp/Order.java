package dev.concord.web.stomp;

import dev.concord.protocol.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a session's writer is told to do, in this order, between two rounds of delivering.
sealed interface Order {
    /// The session is open and speaks this version.
    record Connected(StompVersion version, String frame) implements Order {}

    /// A message is committed: tell its sender. The hottest order.
    ///
    /// @param durableOn who has it on disk, the leader first; empty for a repetition
    record Receipt(String id, long seq, long term, List<NodeId> durableOn) implements Order {}

    /// What needs no commit is done: tell its sender, if it asked.
    record Done(@Nullable String receipt) implements Order {}

    /// A message was refused: tell its sender, if it has subscribed to the errors.
    record Refuse(String problem, @Nullable String receipt) implements Order {}

    /// Begin to deliver.
    record Subscribe(Subscription subscription, @Nullable String receipt) implements Order {}

    /// Deliver no more.
    record Unsubscribe(String id, @Nullable String receipt) implements Order {}

    /// The client has said its last word: answer what is outstanding, then close.
    record Disconnect(@Nullable String receipt) implements Order {}

    /// The client broke the protocol: tell it and close.
    record Fail(StompFault fault) implements Order {}

    /// The node stops, or wants to be rid of the client: deliver what is committed by now, answer what is outstanding,
    /// then close. None of it may take long.
    record Close(int code, String reason) implements Order {}
}
