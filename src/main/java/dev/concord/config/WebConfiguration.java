package dev.concord.config;

import dev.concord.access.AccessControl;
import dev.concord.access.RateLimiter;
import dev.concord.chat.Changes;
import dev.concord.chat.ChatLimits;
import dev.concord.chat.ChatService;
import dev.concord.chat.Cluster;
import dev.concord.chat.CommittedEntries;
import dev.concord.chat.MessageReader;
import dev.concord.chat.PostReader;
import dev.concord.chat.Presence;
import dev.concord.chat.RefusalObserver;
import dev.concord.chat.RoomDirectory;
import dev.concord.chat.Subscriptions;
import dev.concord.web.Answers;
import dev.concord.web.ApiDocuments;
import dev.concord.web.ChangesController;
import dev.concord.web.ClusterController;
import dev.concord.web.ContainerErrors;
import dev.concord.web.FallbackErrors;
import dev.concord.web.HistoryController;
import dev.concord.web.JarReader;
import dev.concord.web.MembersController;
import dev.concord.web.MessageController;
import dev.concord.web.PageFiles;
import dev.concord.web.PlainPostFilter;
import dev.concord.web.PresenceController;
import dev.concord.web.ProblemAdvice;
import dev.concord.web.ProblemCode;
import dev.concord.web.ProblemPages;
import dev.concord.web.ProblemTexts;
import dev.concord.web.RoomController;
import dev.concord.web.StampFilter;
import dev.concord.web.security.AccessFilter;
import dev.concord.web.security.ConnectionLimit;
import dev.concord.web.security.ConnectionRefusal;
import dev.concord.web.security.CrossOriginFilter;
import dev.concord.web.security.HeaderDeadlineProtocol;
import dev.concord.web.security.OriginRules;
import dev.concord.web.stomp.RefusalText;
import org.apache.catalina.core.StandardHost;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.http.CacheControl;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.resource.PathResourceResolver;

/// REST, Server-Sent Events and NDJSON.
@Configuration(proxyBeanMethods = false)
public class WebConfiguration {
    /// Bytes of the two buffers of each connection. Most connections are idle, and there may be 20,000 of them.
    private static final String CONNECTION_BUFFER = "4096";

    @Bean
    Answers answers(Cluster cluster, RefusalObserver refusals) {
        return new Answers(cluster, refusals);
    }

    /// What is refused over STOMP.
    @Bean
    RefusalText refusalText(Answers answers) {
        return new ProblemTexts(answers);
    }

    @Bean
    FilterRegistrationBean<StampFilter> stampFilter(Answers answers) {
        FilterRegistrationBean<StampFilter> registration = new FilterRegistrationBean<>(new StampFilter(answers));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        registration.setAsyncSupported(true);
        return registration;
    }

    /// Before the access filter: a browser asks first, and without a token.
    @Bean
    FilterRegistrationBean<CrossOriginFilter> crossOriginFilter(OriginRules origins) {
        FilterRegistrationBean<CrossOriginFilter> registration =
                new FilterRegistrationBean<>(new CrossOriginFilter(origins));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
        registration.setAsyncSupported(true);
        return registration;
    }

    /// Behind the stamp, which refusals bear too, and before everything else.
    @Bean
    FilterRegistrationBean<AccessFilter> accessFilter(
            AccessControl access, OriginRules origins, RateLimiter limiter, Answers answers) {
        FilterRegistrationBean<AccessFilter> registration =
                new FilterRegistrationBean<>(new AccessFilter(access, origins, limiter, answers));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 2);
        registration.setAsyncSupported(true);
        return registration;
    }

    /// Behind the filters that every request passes.
    @Bean
    FilterRegistrationBean<PlainPostFilter> plainPostFilter(MessageController messages, ProblemAdvice problems) {
        FilterRegistrationBean<PlainPostFilter> registration =
                new FilterRegistrationBean<>(new PlainPostFilter(messages, problems));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 3);
        registration.setAsyncSupported(true);
        return registration;
    }

    @Bean
    MessageController messageController(
            ChatService chat,
            PostReader posts,
            MessageReader messages,
            ChatLimits limits,
            RateLimiter limiter,
            Answers answers) {
        return new MessageController(chat, posts, messages, limits, limiter, answers);
    }

    @Bean
    HistoryController historyController(
            MessageReader messages,
            CommittedEntries entries,
            Changes changes,
            Subscriptions subscriptions,
            Presence presence,
            Answers answers) {
        return new HistoryController(
                messages, entries, changes, subscriptions, presence, answers, HistoryController.KEEP_ALIVE);
    }

    @Bean
    PresenceController presenceController(Presence presence, ChatLimits limits, Answers answers) {
        return new PresenceController(presence, limits, answers);
    }

    @Bean
    ChangesController changesController(MessageReader messages, Changes changes, Answers answers) {
        return new ChangesController(messages, changes, answers);
    }

    @Bean
    ClusterController clusterController(Cluster cluster, Answers answers) {
        return new ClusterController(cluster, answers);
    }

    @Bean
    MembersController membersController(Cluster cluster, Answers answers) {
        return new MembersController(cluster, answers);
    }

    @Bean
    RoomController roomController(RoomDirectory rooms, Answers answers) {
        return new RoomController(rooms, answers);
    }

    @Bean
    JarReader jarReader() {
        return new JarReader();
    }

    /// The page and its modules are asked for anew each time, so that one is never mixed with those of another program.
    @Bean
    WebMvcConfigurer pageFiles(JarReader jar) {
        PageFiles files = new PageFiles(jar);
        return new WebMvcConfigurer() {
            @Override
            public void addResourceHandlers(ResourceHandlerRegistry registry) {
                serve(registry, "/**", "classpath:/static/");
                serve(registry, "/webjars/**", "classpath:/META-INF/resources/webjars/");
            }

            private void serve(ResourceHandlerRegistry registry, String pattern, String place) {
                registry.addResourceHandler(pattern)
                        .addResourceLocations(place)
                        .setCacheControl(CacheControl.noCache())
                        .resourceChain(false)
                        .addResolver(files)
                        .addResolver(new PathResourceResolver());
            }
        };
    }

    @Bean
    ApiDocuments apiDocuments(Answers answers, JarReader jar, ObjectProvider<BuildProperties> build) {
        BuildProperties properties = build.getIfAvailable();
        String version = properties == null ? "development" : String.valueOf(properties.getVersion());
        return new ApiDocuments(answers, jar, version);
    }

    @Bean
    ProblemPages problemPages(Answers answers) {
        return new ProblemPages(answers);
    }

    @Bean
    ProblemAdvice problemAdvice(Answers answers) {
        return new ProblemAdvice(answers);
    }

    @Bean
    FallbackErrors fallbackErrors(Answers answers) {
        return new FallbackErrors(answers);
    }

    /// Slow headers end, and nobody has all connections; see [HeaderDeadlineProtocol].
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> guardedProtocol(
            ObjectProvider<ConnectionLimit> limit, RefusalObserver refusals) {
        ConnectionLimit connections = limit.getIfAvailable(ConnectionLimit::none);
        ConnectionRefusal refusal =
                new ConnectionRefusal(connections, () -> refusals.refused(ProblemCode.TOO_MANY_CONNECTIONS.code()));
        return factory -> {
            factory.setProtocol(HeaderDeadlineProtocol.class.getName());
            factory.addConnectorCustomizers(connector -> {
                if (connector.getProtocolHandler() instanceof HeaderDeadlineProtocol protocol) {
                    protocol.limit(connections, refusal);
                    protocol.setProperty("socket.appReadBufSize", CONNECTION_BUFFER);
                    protocol.setProperty("socket.appWriteBufSize", CONNECTION_BUFFER);
                }
            });
        };
    }

    /// What Tomcat refuses before any of this is asked is answered in the same form.
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> containerErrors(Answers answers) {
        return factory -> factory.addContextCustomizers(context -> {
            if (context.getParent() instanceof StandardHost host) {
                host.getPipeline().addValve(new ContainerErrors(answers));
                host.setErrorReportValveClass(ContainerErrors.class.getName());
            }
        });
    }

    /// Open streams end before the web server waits for its last requests: they would go on for ever.
    @Bean
    SmartLifecycle streamEnd(Subscriptions subscriptions) {
        return new SmartLifecycle() {
            private volatile boolean running;

            @Override
            public void start() {
                running = true;
            }

            @Override
            public void stop() {
                running = false;
                subscriptions.stop();
            }

            @Override
            public boolean isRunning() {
                return running;
            }
        };
    }
}
