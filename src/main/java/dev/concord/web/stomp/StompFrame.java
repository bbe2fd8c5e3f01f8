package dev.concord.web.stomp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One frame of a client. Valid only while it is handled: the body is a slice of the buffer it was read from.
final class StompFrame {
    private final Command command;
    private final List<String> headers;
    private final byte[] buffer;
    private final int bodyFrom;
    private final int bodyTo;

    /// @param headers name, value, name, value … in the order of the frame
    StompFrame(Command command, List<String> headers, byte[] buffer, int bodyFrom, int bodyTo) {
        this.command = command;
        this.headers = headers;
        this.buffer = buffer;
        this.bodyFrom = bodyFrom;
        this.bodyTo = bodyTo;
    }

    /// What a client may say.
    enum Command {
        CONNECT,
        STOMP,
        SEND,
        SUBSCRIBE,
        UNSUBSCRIBE,
        DISCONNECT,
        ACK,
        NACK,
        BEGIN,
        COMMIT,
        ABORT;

        /// Only a SEND carries a body (STOMP 1.2, "Frame Bodies").
        boolean mayHaveBody() {
            return this == SEND;
        }

        /// CONNECT frames do not use escapes: the version is not agreed yet.
        boolean opensSession() {
            return this == CONNECT || this == STOMP;
        }
    }

    Command command() {
        return command;
    }

    /// What holds the body, `[bodyFrom, bodyTo)` of it. Read only.
    byte[] buffer() {
        return buffer;
    }

    int bodyFrom() {
        return bodyFrom;
    }

    int bodyTo() {
        return bodyTo;
    }

    /// The first header of this name counts, a repetition does not (STOMP 1.2, "Repeated Header Entries").
    @Nullable
    String header(String name) {
        for (int i = 0; i < headers.size(); i += 2) {
            if (headers.get(i).equals(name)) {
                return headers.get(i + 1);
            }
        }
        return null;
    }

    /// A header without which the frame makes no sense.
    String required(String name) throws StompFault {
        String value = header(name);
        if (value == null || value.isEmpty()) {
            throw StompFault.protocol(
                    command + " without " + name, "a " + command + " frame needs a header '" + name + "'");
        }
        return value;
    }

    @Nullable
    String receipt() {
        return header("receipt");
    }
}
