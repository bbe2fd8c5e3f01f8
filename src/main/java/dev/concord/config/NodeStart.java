package dev.concord.config;

import dev.concord.node.EventAction;
import java.io.IOException;
import java.security.Security;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;

/// Starts a node and stays with it until it has stopped.
public final class NodeStart {
    /// The node could not start because of what it was told.
    static final int WRONG_SETTINGS = 2;
    /// The node could not start for another reason.
    static final int FAILED = 1;

    private static final Logger LOG = LoggerFactory.getLogger(NodeStart.class);

    private NodeStart() {}

    /// Runs the node; returns only when it has ended.
    ///
    /// @param exitWithParent whether the end of standard input stops the node
    /// @param arguments Spring properties, `--name=value`
    /// @return the exit code
    public static int run(Class<?> application, boolean exitWithParent, String... arguments) {
        try {
            RunningNode node = start(application, arguments);
            if (exitWithParent) {
                watchParent(node.context);
            }
            node.closed.await();
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        } catch (RuntimeException e) { // said already, by StartupFailureReporter or by Spring
            return StartupFailureReporter.isSettingsFault(e) ? WRONG_SETTINGS : FAILED;
        }
    }

    /// Starts the node in this process; returns when it serves clients.
    ///
    /// @throws RuntimeException if it cannot start; the reason has been said
    public static RunningNode start(Class<?> application, String... arguments) {
        forgetAddressesSoon();
        keepSessionsSmall();
        CountDownLatch closed = new CountDownLatch(1);
        SpringApplication spring = new SpringApplication(application);
        spring.addListeners((ContextClosedEvent event) -> closed.countDown());
        spring.addListeners((ApplicationReadyEvent event) -> started(event.getApplicationContext()));
        return new RunningNode(spring.run(arguments), closed);
    }

    /// Java keeps the address behind a name for 30 s, and that there was none for 10 s. A container that
    /// starts again has another address at once.
    private static void forgetAddressesSoon() {
        Security.setProperty("networkaddress.cache.ttl", "1");
        Security.setProperty("networkaddress.cache.negative.ttl", "1");
    }

    /// Tomcat gives each WebSocket session three buffers of this size, 8 KB unless told before its classes are there.
    private static void keepSessionsSmall() {
        System.setProperty("org.apache.tomcat.websocket.DEFAULT_BUFFER_SIZE", "4096");
    }

    /// A node of this process; closing it is its graceful stop.
    public static final class RunningNode implements AutoCloseable {
        private final ConfigurableApplicationContext context;
        private final CountDownLatch closed;

        private RunningNode(ConfigurableApplicationContext context, CountDownLatch closed) {
            this.context = context;
            this.closed = closed;
        }

        @Override
        public void close() {
            context.close();
        }
    }

    /// The line that tells an operator that the node is up, and as what.
    private static void started(ConfigurableApplicationContext context) {
        NodeSettings settings = context.getBean(NodeSettings.class);
        BuildProperties build = context.getBeanProvider(BuildProperties.class).getIfAvailable();
        LOG.atInfo()
                .addKeyValue(EventAction.FIELD, EventAction.NODE_STARTED)
                .log(
                        "node {} serves clients at {} and nodes at {}; version {}, data in {}",
                        settings.nodeId(),
                        settings.advertisedUrl(),
                        settings.address(),
                        build == null ? "development" : build.getVersion(),
                        settings.logDir());
    }

    private static void watchParent(ConfigurableApplicationContext context) {
        Thread.ofPlatform().name("concord-parent").daemon().start(() -> {
            try {
                while (System.in.read() >= 0) {
                    // nothing is ever written; only the end matters
                }
            } catch (IOException e) {
                // the same as an end
            }
            System.exit(SpringApplication.exit(context));
        });
    }
}
