package dev.concord.web.stomp;

import dev.concord.access.AccessControl;
import dev.concord.access.AccessMode;
import dev.concord.access.RateLimiter;
import dev.concord.chat.Changes;
import dev.concord.chat.ChatLimits;
import dev.concord.chat.ChatService;
import dev.concord.chat.Cluster;
import dev.concord.chat.MessageIds;
import dev.concord.chat.MessageReader;
import dev.concord.chat.PostReader;
import dev.concord.chat.PostRules;
import dev.concord.chat.Presence;
import dev.concord.chat.ReferenceRules;
import dev.concord.chat.RefusalObserver;
import dev.concord.chat.Subscriptions;
import dev.concord.config.StompConfiguration;
import dev.concord.protocol.ChatBody;
import dev.concord.runtime.SingleNode;
import dev.concord.web.Answers;
import dev.concord.web.ProblemTexts;
import dev.concord.web.security.OriginRules;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Import;

/// The endpoint on a real Tomcat, over a node of its own.
final class StompServer implements AutoCloseable {
    private final SingleNode node = new SingleNode();
    private final Presence presence = new Presence(node);
    private final ServletWebServerApplicationContext context;

    @EnableAutoConfiguration
    @Import(StompConfiguration.class)
    static class Application {}

    StompServer() {
        this(StompSettings.DEFAULTS);
    }

    StompServer(StompSettings settings) {
        this(settings, AccessControl.open(AccessMode.LOOPBACK));
    }

    StompServer(StompSettings settings, AccessControl access) {
        this(settings, access, RateLimiter.none());
    }

    StompServer(StompSettings settings, AccessControl access, RateLimiter limiter) {
        ChatLimits limits = ChatLimits.DEFAULTS;
        presence.start();
        context = (ServletWebServerApplicationContext) new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.SERVLET)
                .initializers(target -> {
                    var beans = target.getBeanFactory();
                    beans.registerSingleton("access", access);
                    beans.registerSingleton("limiter", limiter);
                    beans.registerSingleton(
                            "origins",
                            new OriginRules(
                                    AccessMode.LOOPBACK,
                                    List.of(),
                                    "http://node1.example:8080",
                                    () -> List.of("http://node2.example:8080")));
                    beans.registerSingleton("cluster", new Cluster(node, AccessMode.LOOPBACK));
                    beans.registerSingleton("messages", new MessageReader(node.committed()));
                    beans.registerSingleton("presence", presence);
                    beans.registerSingleton("readers", new Subscriptions(limits));
                    beans.registerSingleton("chat", new ChatService(node, limits));
                    beans.registerSingleton(
                            "posts",
                            new PostReader(
                                    new PostRules(limits), new MessageIds(InstantSource.system()), references(node)));
                    beans.registerSingleton(
                            "refusals",
                            new ProblemTexts(
                                    new Answers(new Cluster(node, AccessMode.LOOPBACK), RefusalObserver.NONE)));
                    beans.registerSingleton("settings", settings);
                })
                .run(
                        "--server.port=0",
                        "--spring.threads.virtual.enabled=true",
                        "--spring.main.banner-mode=off",
                        "--management.endpoint.health.validate-group-membership=false",
                        "--logging.level.root=WARN");
    }

    private static ReferenceRules references(SingleNode node) {
        MessageReader messages = new MessageReader(node.committed());
        return new ReferenceRules(node, messages, new Changes(node.committed(), messages));
    }

    int port() {
        return context.getWebServer().getPort();
    }

    SingleNode node() {
        return node;
    }

    StompSessions sessions() {
        return context.getBean(StompSessions.class);
    }

    long commitSeq() {
        return node.committed().commitSeq();
    }

    /// Commits messages nobody submitted.
    void commit(String room, String... texts) {
        List<ChatBody> bodies = new ArrayList<>();
        for (String text : texts) {
            String id = "id-" + (commitSeq() + bodies.size() + 1);
            bodies.add(ChatBody.of(id, "", room, "ada", text));
        }
        node.log().commit(bodies);
    }

    @Override
    public void close() {
        context.close();
        presence.close();
        node.close();
    }
}
