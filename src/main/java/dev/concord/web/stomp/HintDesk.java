package dev.concord.web.stomp;

import static dev.concord.chat.PostRefusedException.Rule;

import dev.concord.access.Caller;
import dev.concord.access.Role;
import dev.concord.chat.PostRefusedException;
import dev.concord.chat.Presence;
import dev.concord.chat.TypingHint;
import org.jspecify.annotations.Nullable;

/// Takes hints that somebody writes. A hint is no message: it is answered at once, and those that come too fast are
/// dropped.
final class HintDesk {
    private HintDesk() {}

    /// A reader's hint is refused like a message that breaks a rule, by a MESSAGE of `/user/queue/errors`. It is not
    /// worth its session: after an ERROR the connection must be closed (STOMP 1.2, "ERROR").
    ///
    /// @param room that the destination names
    /// @return how it is answered
    static Order take(
            StompFrame frame, String room, Caller caller, Presence.@Nullable Visit visit, StompContext context) {
        String receipt = frame.receipt();
        if (!caller.may(Role.WRITER)) {
            return new Order.Refuse(
                    context.refusals().forbidden(caller.getName() + " is a reader, and hints need a writer"), receipt);
        }
        try {
            TypingHint hint = TypingHint.read(frame.buffer(), frame.bodyFrom(), frame.bodyTo());
            if (hint.room() != null && !hint.room().equals(room)) {
                throw new PostRefusedException(
                        "room", Rule.CONTRADICTION, "room differs from the one in the destination");
            }
            if (visit != null) {
                visit.types(hint.sender(), room);
            }
            return new Order.Done(receipt);
        } catch (PostRefusedException e) {
            return new Order.Refuse(context.refusals().of(e), receipt);
        }
    }
}
