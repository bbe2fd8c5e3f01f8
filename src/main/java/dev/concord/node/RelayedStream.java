package dev.concord.node;

import dev.concord.protocol.PeerMessage.Chat;

/// The stream of a node that cannot reach the leader itself (C2), as the node that passes it on sees it. Its messages
/// go on in their order and without a gap; after a refusal nothing of the same stream is taken any more (X1).
final class RelayedStream {
    private long stream;
    private long next = 1;
    private boolean broken;

    /// Whether the frame is of a stream that has not been seen here.
    boolean isNew(Chat chat) {
        return chat.stream() > stream;
    }

    /// A frame has come; a newer stream replaces the one before.
    ///
    /// @return whether it continues the stream
    boolean continues(Chat chat) {
        if (chat.stream() > stream) {
            stream = chat.stream();
            next = 1;
            broken = false;
        }
        return chat.stream() == stream && chat.first() <= next && !broken;
    }

    /// How many messages of the frame were taken before.
    int known(Chat chat) {
        return (int) Math.min(chat.bodies().size(), Math.max(0, next - chat.first()));
    }

    /// The number of the message that is taken now.
    long take() {
        return next++;
    }

    /// A message was refused: so is everything after it.
    ///
    /// @return the newest stream if the frame is of an older one, 0 otherwise
    long refuse(Chat chat) {
        broken |= chat.stream() == stream;
        return chat.stream() < stream ? stream : 0;
    }

    /// A message that was taken has ended here without an outcome: nothing behind it is taken any more.
    void giveUp(long ofStream) {
        broken |= ofStream == stream;
    }
}
