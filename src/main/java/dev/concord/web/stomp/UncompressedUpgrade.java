package dev.concord.web.stomp;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpUpgradeHandler;
import java.io.IOException;
import java.security.Principal;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.socket.WebSocketExtension;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.server.standard.StandardWebSocketUpgradeStrategy;

/// Upgrades to WebSocket without the compression that browsers offer and Tomcat accepts by itself. Compressed, each
/// frame is encoded anew for each subscriber and each connection holds a compressor of a quarter of a megabyte.
///
/// The connection can be cut afterwards: see [#connection].
public final class UncompressedUpgrade extends StandardWebSocketUpgradeStrategy {
    private static final String EXTENSIONS = "Sec-WebSocket-Extensions";
    private static final String CONNECTION = CuttableConnection.class.getName();

    /// The connection below a session that was upgraded here.
    static CuttableConnection connection(WebSocketSession session) {
        if (session.getAttributes().get(CONNECTION) instanceof AtomicReference<?> made
                && made.get() instanceof CuttableConnection connection) {
            return connection;
        }
        throw new IllegalStateException("a session that was not upgraded here");
    }

    @Override
    public void upgrade(
            ServerHttpRequest request,
            ServerHttpResponse response,
            @Nullable String selectedProtocol,
            List<WebSocketExtension> selectedExtensions,
            @Nullable Principal user,
            WebSocketHandler handler,
            Map<String, Object> attributes) {
        AtomicReference<@Nullable CuttableConnection> made = new AtomicReference<>();
        attributes.put(CONNECTION, made); // the session has it before the connection is made
        ServerHttpRequest offeringNone =
                new ServletServerHttpRequest(new OfferingNone(getHttpServletRequest(request), made));
        super.upgrade(offeringNone, response, selectedProtocol, List.of(), user, handler, attributes);
    }

    private static final class OfferingNone extends HttpServletRequestWrapper {
        private final AtomicReference<@Nullable CuttableConnection> made;

        private OfferingNone(HttpServletRequest request, AtomicReference<@Nullable CuttableConnection> made) {
            super(request);
            this.made = made;
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            return name.equalsIgnoreCase(EXTENSIONS) ? Collections.emptyEnumeration() : super.getHeaders(name);
        }

        /// Tomcat asks for its own kind of connection and gets the one that can be cut.
        @Override
        public <T extends HttpUpgradeHandler> T upgrade(Class<T> kind) throws IOException, ServletException {
            if (!kind.isAssignableFrom(CuttableConnection.class)) {
                return super.upgrade(kind);
            }
            CuttableConnection connection = super.upgrade(CuttableConnection.class);
            made.set(connection);
            return kind.cast(connection);
        }
    }
}
