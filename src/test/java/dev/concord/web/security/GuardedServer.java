package dev.concord.web.security;

import dev.concord.access.AccessControl;
import dev.concord.access.AccessMode;
import dev.concord.access.AccessToken;
import dev.concord.access.RateLimiter;
import dev.concord.access.Role;
import dev.concord.access.TokenFile;
import dev.concord.access.TokenLine;
import dev.concord.chat.ChatLimits;
import dev.concord.config.ChatConfiguration;
import dev.concord.config.ObservabilityConfiguration;
import dev.concord.config.WebConfiguration;
import dev.concord.runtime.SingleNode;
import dev.concord.web.contract.OpenApiContract;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Import;

/// The HTTP port of a node in a given mode, on a real Tomcat.
final class GuardedServer implements AutoCloseable {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final SingleNode node = new SingleNode();
    private final ServletWebServerApplicationContext context;

    @EnableAutoConfiguration
    @Import({ChatConfiguration.class, WebConfiguration.class, ObservabilityConfiguration.class})
    static class Application {}

    GuardedServer(AccessControl access, RateLimiter limiter, String... properties) {
        AccessMode mode = access.mode();
        context = (ServletWebServerApplicationContext) new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.SERVLET)
                .initializers(target -> {
                    var beans = target.getBeanFactory();
                    beans.registerSingleton("singleNode", node);
                    beans.registerSingleton("chatLimits", ChatLimits.DEFAULTS);
                    beans.registerSingleton("accessMode", mode);
                    beans.registerSingleton("accessControl", access);
                    beans.registerSingleton("rateLimiter", limiter);
                    beans.registerSingleton(
                            "originRules",
                            new OriginRules(
                                    mode,
                                    List.of("https://allowed.example"),
                                    "http://node1.example:8080",
                                    () -> List.of("http://127.0.0.1:8082", "https://node3.example")));
                })
                .run(Stream.concat(
                                Stream.of(properties),
                                Stream.of(
                                        "--server.port=0",
                                        "--management.endpoint.health.show-details=when-authorized",
                                        "--management.endpoints.web.exposure.include=*",
                                        "--management.endpoint.loggers.access=unrestricted",
                                        "--logging.level.root=WARN"))
                        .toArray(String[]::new));
    }

    /// Adds a token to a file and returns it.
    static String token(Path file, String name, Role role, Instant end) throws IOException {
        String token = AccessToken.random();
        TokenFile.append(file, TokenLine.of(name, role, token, end));
        return token;
    }

    int port() {
        return context.getWebServer().getPort();
    }

    SingleNode node() {
        return node;
    }

    HttpResponse<String> get(String path, String... headers) {
        return send("GET", path, "", headers);
    }

    HttpResponse<String> post(String path, String body, String... headers) {
        return send("POST", path, body, headers);
    }

    HttpResponse<String> send(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port() + path))
                .timeout(Duration.ofSeconds(30))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        if (!body.isEmpty() && !List.of(headers).contains("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        try {
            HttpRequest asked = request.build();
            return OpenApiContract.INSTANCE.check(asked, CLIENT.send(asked, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        context.close();
        node.close();
    }
}
