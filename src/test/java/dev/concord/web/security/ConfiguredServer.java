package dev.concord.web.security;

import dev.concord.chat.ChatLimits;
import dev.concord.config.AccessConfiguration;
import dev.concord.config.ChatConfiguration;
import dev.concord.config.NodeConfiguration;
import dev.concord.config.ObservabilityConfiguration;
import dev.concord.config.StompConfiguration;
import dev.concord.config.WebConfiguration;
import dev.concord.runtime.SingleNode;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Import;

/// The whole HTTP port of a node, STOMP included, as its settings make it, on a real Tomcat. Its clients are
/// sockets, so that they may say what no library lets them say.
final class ConfiguredServer implements AutoCloseable {
    private static final int PATIENCE_MS = 20_000;

    private final SingleNode node = new SingleNode();
    private final ServletWebServerApplicationContext context;

    @EnableAutoConfiguration
    @Import({
        NodeConfiguration.class,
        AccessConfiguration.class,
        ChatConfiguration.class,
        WebConfiguration.class,
        StompConfiguration.class,
        ObservabilityConfiguration.class
    })
    static class Application {}

    /// @param properties such as `--concord.allowed-origins=https://chat.example`
    ConfiguredServer(String... properties) {
        this(ChatLimits.DEFAULTS, properties);
    }

    ConfiguredServer(ChatLimits limits, String... properties) {
        context = (ServletWebServerApplicationContext) new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.SERVLET)
                .initializers(target -> {
                    target.getBeanFactory().registerSingleton("singleNode", node);
                    target.getBeanFactory().registerSingleton("chatLimits", limits);
                })
                .run(Stream.concat(
                                Stream.of(properties),
                                Stream.of(
                                        "--server.port=0",
                                        "--logging.level.root=WARN",
                                        "--server.shutdown=immediate",
                                        "--management.endpoint.health.validate-group-membership=false"))
                        .toArray(String[]::new));
    }

    int port() {
        return context.getWebServer().getPort();
    }

    SingleNode node() {
        return node;
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
        socket.setSoTimeout(PATIENCE_MS);
        return socket;
    }

    /// Sends a request on a connection of its own; `Host` is among the lines.
    ///
    /// @return the answer with its head, complete
    String ask(String body, String... lines) throws IOException {
        try (Socket socket = connect()) {
            write(socket, head(lines) + body);
            return head(socket);
        }
    }

    static String head(String... lines) {
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    /// The head of the next answer.
    static String head(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the connection ended after: " + head);
            }
            head.append((char) next);
        }
        return head.toString();
    }

    @Override
    public void close() {
        context.close();
        node.close();
    }
}
