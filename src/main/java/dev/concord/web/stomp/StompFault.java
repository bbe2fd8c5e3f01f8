package dev.concord.web.stomp;

import dev.concord.chat.MessagesRemovedException;
import org.jspecify.annotations.Nullable;

/// A client broke the protocol, or asks for what cannot be: it is told by an ERROR frame what was wrong, and its
/// connection is closed. Nothing else is disturbed. A message that is merely refused is no fault.
final class StompFault extends Exception {
    private static final long serialVersionUID = 1;

    private static final int PROTOCOL_ERROR = 1002;
    private static final int POLICY = 1008;
    private static final int TOO_BIG = 1009;

    private final int closeCode;
    private final String message;
    private final String detail;
    private final String headerName;
    private final String headerValue;

    private StompFault(int closeCode, String message, String detail, String headerName, String headerValue) {
        super(message, null, false, false);
        this.closeCode = closeCode;
        this.message = message;
        this.detail = detail;
        this.headerName = headerName;
        this.headerValue = headerValue;
    }

    /// @param message the fault in a few words
    /// @param detail what was found and what to send instead
    static StompFault protocol(String message, String detail) {
        return new StompFault(PROTOCOL_ERROR, message, detail, "", "");
    }

    static StompFault tooBig(String message, String detail) {
        return new StompFault(TOO_BIG, message, detail, "", "");
    }

    /// The client has not shown who it is, or may not do this.
    static StompFault access(String message, String detail) {
        return new StompFault(POLICY, message, detail, "", "");
    }

    /// What the client wants to read is no longer there (C5).
    static StompFault removed(MessagesRemovedException e) {
        return new StompFault(
                POLICY,
                "messages were removed",
                e.getMessage() + "; subscribe with after:" + (e.earliest() - 1) + " for all that is left, or without"
                        + " 'after' for what comes from now on",
                "earliest",
                Long.toString(e.earliest()));
    }

    /// The same fault with one more header for programs.
    StompFault with(String name, String value) {
        return new StompFault(closeCode, message, detail, name, value);
    }

    /// The same fault with another WebSocket close code.
    StompFault closing(int code) {
        return new StompFault(code, message, detail, headerName, headerValue);
    }

    /// The same fault, naming the receipt that the frame at fault asked for.
    StompFault answering(@Nullable String receipt) {
        return receipt == null || !headerName.isEmpty() ? this : with("receipt-id", receipt);
    }

    int closeCode() {
        return closeCode;
    }

    String message() {
        return message;
    }

    /// The ERROR frame that tells the client.
    String frame(StompVersion version) {
        FrameText text = FrameText.of("ERROR", version).header("message", message);
        if (!headerName.isEmpty()) {
            text.header(headerName, headerValue);
        }
        return text.body("text/plain", detail);
    }
}
