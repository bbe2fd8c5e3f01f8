package dev.concord.web.stomp;

import dev.concord.access.Caller;
import jakarta.websocket.Session;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.SubProtocolCapable;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.NativeWebSocketSession;
import org.springframework.web.socket.handler.AbstractWebSocketHandler;

/// The endpoint `/ws`: hands what Spring's WebSocket support receives to the session it belongs to. What goes out does
/// not pass here; see [SessionWriter].
public final class StompHandler extends AbstractWebSocketHandler implements SubProtocolCapable {
    private static final String SESSION = StompSession.class.getName();

    private final StompSessions sessions;

    public StompHandler(StompSessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public List<String> getSubProtocols() {
        return List.of("v12.stomp", "v11.stomp", "v10.stomp");
    }

    @Override
    public void afterConnectionEstablished(WebSocketSession socket) throws IOException {
        Session connection = Objects.requireNonNull(((NativeWebSocketSession) socket).getNativeSession(Session.class));
        StompSession session = sessions.open(
                new WebSocketOutlet(
                        connection,
                        UncompressedUpgrade.connection(socket),
                        sessions.settings().stalledFor()),
                visitor(socket));
        if (session != null) {
            socket.getAttributes().put(SESSION, session);
        }
    }

    private static StompVisitor visitor(WebSocketSession socket) {
        InetSocketAddress from = socket.getRemoteAddress();
        return new StompVisitor(
                from == null ? "unknown" : from.getHostString(),
                socket.getPrincipal() instanceof Caller caller ? caller : null);
    }

    @Override
    protected void handleTextMessage(WebSocketSession socket, TextMessage message) {
        if (socket.getAttributes().get(SESSION) instanceof StompSession session) {
            session.received(message.getPayload().getBytes(StandardCharsets.UTF_8), true, message.isLast());
        }
    }

    /// STOMP allows both kinds of message; the bytes mean the same.
    @Override
    protected void handleBinaryMessage(WebSocketSession socket, BinaryMessage message) {
        if (socket.getAttributes().get(SESSION) instanceof StompSession session) {
            byte[] bytes = new byte[message.getPayloadLength()];
            message.getPayload().get(bytes);
            session.received(bytes, false, message.isLast());
        }
    }

    @Override
    public void afterConnectionClosed(WebSocketSession socket, CloseStatus status) {
        if (socket.getAttributes().get(SESSION) instanceof StompSession session) {
            session.gone();
        }
    }

    /// Long frames come in pieces; the parser puts them together and knows the limits.
    @Override
    public boolean supportsPartialMessages() {
        return true;
    }
}
