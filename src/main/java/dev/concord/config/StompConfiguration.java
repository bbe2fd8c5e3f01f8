package dev.concord.config;

import dev.concord.access.AccessControl;
import dev.concord.access.RateLimiter;
import dev.concord.chat.ChatService;
import dev.concord.chat.Cluster;
import dev.concord.chat.MessageReader;
import dev.concord.chat.PostReader;
import dev.concord.chat.Presence;
import dev.concord.chat.Subscriptions;
import dev.concord.web.security.HandshakeOrigins;
import dev.concord.web.security.OriginRules;
import dev.concord.web.stomp.RefusalText;
import dev.concord.web.stomp.StompHandler;
import dev.concord.web.stomp.StompSessions;
import dev.concord.web.stomp.StompSettings;
import dev.concord.web.stomp.UncompressedUpgrade;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.server.standard.ServletServerContainerFactoryBean;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;

/// STOMP over WebSocket at `/ws`. Needs the beans of `chat`, over a node that starts before the web server.
@Configuration(proxyBeanMethods = false)
@EnableWebSocket
public class StompConfiguration {
    /// Characters and bytes that Tomcat gathers of a message before it hands them on; longer ones come in parts. Each
    /// connection holds one buffer of each kind.
    static final int PART_SIZE = 4 * 1024;

    @Bean
    StompSessions stompSessions(
            Cluster cluster,
            AccessControl access,
            RateLimiter limiter,
            ChatService chat,
            MessageReader messages,
            PostReader posts,
            Subscriptions readers,
            Presence presence,
            RefusalText refusals,
            ObjectProvider<StompSettings> settings,
            ObjectProvider<BuildProperties> build) {
        BuildProperties properties = build.getIfAvailable();
        String version = properties == null ? "development" : String.valueOf(properties.getVersion());
        return new StompSessions(
                cluster,
                access,
                limiter,
                chat,
                messages,
                posts,
                readers,
                presence,
                refusals,
                settings.getIfAvailable(() -> StompSettings.DEFAULTS),
                version);
    }

    @Bean
    WebSocketConfigurer stompEndpoint(StompSessions sessions, OriginRules origins) {
        return registry -> registry.addHandler(new StompHandler(sessions), "/ws")
                .setHandshakeHandler(new DefaultHandshakeHandler(new UncompressedUpgrade()))
                .addInterceptors(new HandshakeOrigins(origins))
                .setAllowedOriginPatterns("*"); // Spring knows a fixed list only; ours changes with the members
    }

    @Bean
    ServletServerContainerFactoryBean webSocketBuffers() {
        ServletServerContainerFactoryBean container = new ServletServerContainerFactoryBean();
        container.setMaxTextMessageBufferSize(PART_SIZE);
        container.setMaxBinaryMessageBufferSize(PART_SIZE);
        return container;
    }

    /// Sessions end first of all when the node stops, while the web server and the node still work.
    @Bean
    SmartLifecycle stompLifecycle(StompSessions sessions) {
        return new SmartLifecycle() {
            private volatile boolean running;

            @Override
            public void start() {
                sessions.start();
                running = true;
            }

            @Override
            public void stop() {
                running = false;
                sessions.stop();
            }

            @Override
            public boolean isRunning() {
                return running;
            }
        };
    }
}
