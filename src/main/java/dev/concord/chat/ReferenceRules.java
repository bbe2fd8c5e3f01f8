package dev.concord.chat;

import static dev.concord.chat.ReferenceRefusedException.Reason;

import dev.concord.access.Role;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.Levels;
import dev.concord.protocol.Reference;
import dev.concord.runtime.ClusterNode;
import org.jspecify.annotations.Nullable;

/// Which message may be replied to, edited or deleted, and by whom: one that is committed and known here, in
/// the same room, not a change itself, not deleted, and for edit and delete written by the same author.
///
/// Checked once, at the edge, against this node's committed log. What it finds there never changes, with one
/// exception: a delete may be committed meanwhile. That is harmless, because readers fold the changes in
/// order, and what is deleted stays so.
public final class ReferenceRules implements ReferenceCheck {
    private final ClusterNode node;
    private final MessageReader messages;
    private final Changes changes;

    public ReferenceRules(ClusterNode node, MessageReader messages, Changes changes) {
        this.node = node;
        this.changes = changes;
        this.messages = messages;
    }

    @Override
    public void require(ChatBody body, Reference reference, PostReader.Envelope envelope) {
        requireLevel();
        ChatBody meant = meant(body, reference);
        if (meant == null) {
            return; // its first copy was judged while the other message was there
        }
        if (!meant.room().equals(body.room())) {
            throw new ReferenceRefusedException(
                    Reason.OTHER_ROOM,
                    "message " + reference.seq() + " is in the room " + meant.room() + ", not in " + body.room());
        }
        Reference further = meant.reference();
        if (further != null && further.kind().isChange()) {
            throw new ReferenceRefusedException(
                    Reason.IS_A_CHANGE,
                    "message " + reference.seq() + " is itself the "
                            + further.kind().field() + " of message " + further.seq() + "; name that one");
        }
        if (changes.isDeleted(reference.seq()) && !isRepetition(body, reference)) {
            throw new ReferenceRefusedException(Reason.DELETED, "message " + reference.seq() + " is deleted");
        }
        if (reference.kind().isChange() && !isTheirs(meant, body, reference, envelope)) {
            throw new ReferenceRefusedException(
                    Reason.NOT_YOURS, "message " + reference.seq() + " was written by " + author(meant));
        }
    }

    /// What is sent once more must be answered as the first time (X3): a delete, and an edit or a reply that came
    /// before it. The leader then finds it by its key.
    private boolean isRepetition(ChatBody body, Reference reference) {
        return reference.kind().isChange()
                ? changes.repeated(reference, body.key(), body.payloadHash()).isPresent()
                : changes.isRepeatedReply(body.key(), body.payloadHash());
    }

    private void requireLevel() {
        int level = node.levels().committed();
        if (level < Levels.CHANGES_AND_PRESENCE) {
            throw new ReferenceRefusedException(
                    Reason.LEVEL_TOO_LOW,
                    "the cluster is at level " + level + ", and replies, edits and deletes need level "
                            + Levels.CHANGES_AND_PRESENCE
                            + "; when all nodes run a program that knows it, raise it with: concord upgrade --finish");
        }
    }

    /// What the reference means; null if that is removed, and this has been committed before: then it must be answered
    /// as the first time (X3).
    private @Nullable ChatBody meant(ChatBody body, Reference reference) {
        long seq = reference.seq();
        try {
            return messages.message(seq)
                    .orElseThrow(() -> new ReferenceRefusedException(
                            Reason.NO_SUCH_MESSAGE,
                            "there is no message " + seq + "; the newest that this node knows is " + messages.commit()))
                    .body();
        } catch (MessagesRemovedException e) {
            if (isRepetition(body, reference)) {
                return null;
            }
            throw new ReferenceRefusedException(Reason.REMOVED, String.valueOf(e.getMessage()), e.earliest());
        }
    }

    /// Where clients show who they are, that counts; else the name they give themselves. An admin may delete
    /// anything, but only one who has shown it.
    private static boolean isTheirs(ChatBody meant, ChatBody body, Reference reference, PostReader.Envelope envelope) {
        String user = envelope.user();
        if (!meant.user().equals(user) || user.isEmpty() && !meant.sender().equals(body.sender())) {
            return !user.isEmpty()
                    && reference.kind() == Reference.Kind.DELETE
                    && envelope.caller().may(Role.ADMIN);
        }
        return true;
    }

    private static String author(ChatBody meant) {
        return meant.user().isEmpty() ? "the sender " + meant.sender() : "the user " + meant.user();
    }
}
