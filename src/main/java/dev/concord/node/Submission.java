package dev.concord.node;

import dev.concord.protocol.ChatBody;

/// A client's message, handed to its ingress node (X1).
///
/// @param requestId names the request in the answer; unique within this boot, ascending in the order of arrival
/// @param session messages of one session are ordered as submitted (G4); 0 for a message on its own
/// @param deadlineNanos monotonic time at which the client gets an answer in any case
/// @param afterSeq the commit seq the client knew before its first try, or -1 if it is new (X4)
public record Submission(long requestId, long session, ChatBody body, long deadlineNanos, long afterSeq) {}
