package dev.concord.web.stomp;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.security.Principal;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.socket.WebSocketExtension;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.standard.StandardWebSocketUpgradeStrategy;

/// Upgrades to WebSocket without the compression that browsers offer and Tomcat accepts by itself. Compressed, each
/// frame is encoded anew for each subscriber and each connection holds a compressor of a quarter of a megabyte.
public final class UncompressedUpgrade extends StandardWebSocketUpgradeStrategy {
    private static final String EXTENSIONS = "Sec-WebSocket-Extensions";

    @Override
    public void upgrade(
            ServerHttpRequest request,
            ServerHttpResponse response,
            @Nullable String selectedProtocol,
            List<WebSocketExtension> selectedExtensions,
            @Nullable Principal user,
            WebSocketHandler handler,
            Map<String, Object> attributes) {
        ServerHttpRequest offeringNone = new ServletServerHttpRequest(new OfferingNone(getHttpServletRequest(request)));
        super.upgrade(offeringNone, response, selectedProtocol, List.of(), user, handler, attributes);
    }

    private static final class OfferingNone extends HttpServletRequestWrapper {
        private OfferingNone(HttpServletRequest request) {
            super(request);
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            return name.equalsIgnoreCase(EXTENSIONS) ? Collections.emptyEnumeration() : super.getHeaders(name);
        }
    }
}
