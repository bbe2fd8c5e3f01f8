package dev.concord.config;

import dev.concord.chat.Presence;
import dev.concord.observability.LogSize;
import dev.concord.protocol.Channel;
import dev.concord.protocol.Refusal;
import dev.concord.runtime.Backlog;
import dev.concord.runtime.Checkpoint;
import dev.concord.runtime.DiskReserve;
import dev.concord.runtime.NodeRuntime;
import dev.concord.runtime.PeerLinks;
import dev.concord.runtime.Retention;
import dev.concord.runtime.Scrubber;
import dev.concord.storage.JsonlSegmentLog;
import dev.concord.transport.TcpPeerLinks;
import dev.concord.transport.TransportStatistics;
import dev.concord.transport.Violation;
import dev.concord.web.stomp.StompSessions;
import dev.concord.web.stomp.StompStatistics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.apache.coyote.AbstractProtocol;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Meters of the parts that know nothing of meters: queues, links, connections, sessions, disk. All are read
/// when somebody asks and cost nothing until then. `docs/OPERATIONS.md` lists them, and a test compares.
@Configuration(proxyBeanMethods = false)
public class MeterConfiguration {
    @Bean
    MeterBinder buildMeter(ObjectProvider<BuildProperties> build) {
        BuildProperties properties = build.getIfAvailable();
        String version = properties == null ? "development" : String.valueOf(properties.getVersion());
        return registry -> Gauge.builder("concord.build.info", () -> 1)
                .description("Always 1; the version is its label")
                .tag("version", version)
                .register(registry);
    }

    @Bean
    LogSize logSize(NodeSettings settings) {
        return new LogSize(settings.logDir().resolve("log"), settings.logDir().resolve("quarantine"));
    }

    @Bean
    MeterBinder reserveMeter(DiskReserve reserve) {
        return registry -> Gauge.builder("concord.disk.reserve.reached", reserve, r -> r.isLow() ? 1 : 0)
                .description("1 while too little is free for new messages")
                .register(registry);
    }

    @Bean
    MeterBinder damageMeters(JsonlSegmentLog log, Scrubber scrubber) {
        return registry -> {
            FunctionCounter.builder("concord.log.damage", log, l -> l.damages() + scrubber.damages())
                    .description("Damage found in the log by this process")
                    .register(registry);
            FunctionCounter.builder("concord.log.mended", scrubber, Scrubber::mended)
                    .description("Closed segments mended from another member")
                    .register(registry);
            FunctionCounter.builder("concord.scrub.read", scrubber, Scrubber::bytes)
                    .baseUnit("bytes")
                    .description("Bytes of closed segments read again")
                    .register(registry);
        };
    }

    @Bean
    MeterBinder retentionMeters(NodeRuntime node, Retention retention) {
        return registry -> {
            Gauge.builder("concord.log.first.index", node, n -> n.status().firstIndex())
                    .description("First entry that retention has left")
                    .register(registry);
            Gauge.builder("concord.log.first.seq", node, n -> n.status().firstSeq())
                    .description("First message that retention has left")
                    .register(registry);
            FunctionCounter.builder("concord.retention.segments", retention, Retention::removedParts)
                    .description("Segments removed by retention")
                    .register(registry);
            FunctionCounter.builder("concord.retention.bytes", retention, Retention::removedBytes)
                    .baseUnit("bytes")
                    .description("Bytes removed by retention")
                    .register(registry);
        };
    }

    @Bean
    MeterBinder runtimeGauges(NodeRuntime node) {
        return registry -> {
            queue(registry, node, "submissions", Backlog::submissions, Backlog.MAX_SUBMISSIONS);
            queue(registry, node, "events", Backlog::events, Backlog.MAX_EVENTS);
            queue(registry, node, "writes", Backlog::writes, Double.POSITIVE_INFINITY);
            Gauge.builder("concord.disk.write.age", node, n -> n.backlog().writingNanos() / 1e9)
                    .baseUnit("seconds")
                    .description("How long the write under way has been under way")
                    .register(registry);
            Gauge.builder("concord.checkpoint.index", node, n -> n.checkpoint().index())
                    .description("Last committed entry at which replicas can be compared")
                    .register(registry);
            Gauge.builder("concord.checkpoint.hash", node, n -> exact(n.checkpoint()))
                    .description("Hash of the history up to there, equal on all nodes")
                    .register(registry);
        };
    }

    private static void queue(
            MeterRegistry registry, NodeRuntime node, String queue, ToDoubleFunction<Backlog> size, double limit) {
        Gauge.builder("concord.queue.size", node, n -> size.applyAsDouble(n.backlog()))
                .description("What waits in a queue of this node")
                .tag("queue", queue)
                .register(registry);
        Gauge.builder("concord.queue.limit", () -> limit)
                .description("Where the queue is full; +Inf where other limits keep it short")
                .tag("queue", queue)
                .register(registry);
    }

    /// As much of the hash as a number of Prometheus holds without rounding.
    private static double exact(Checkpoint checkpoint) {
        return checkpoint.hash() >>> 12;
    }

    @Bean
    MeterBinder presenceMeters(Presence presence) {
        return registry -> {
            Gauge.builder(
                            "concord.presence.people",
                            presence,
                            p -> p.state().people().size())
                    .description("Names of people connected to the cluster, as this node knows")
                    .register(registry);
            FunctionCounter.builder("concord.presence.hints.dropped", presence, Presence::droppedHints)
                    .description("Hints that somebody writes, dropped because they came too fast or too many")
                    .register(registry);
        };
    }

    @Bean
    MeterBinder transportMeters(PeerLinks links) {
        return registry -> {
            if (links instanceof TcpPeerLinks tcp) {
                transport(registry, tcp.statistics());
            }
        };
    }

    private static void transport(MeterRegistry registry, TransportStatistics links) {
        String bytes = "Bytes on the links between nodes";
        count(registry, "concord.transport.bytes", bytes, "direction", "in", links, TransportStatistics::bytesIn);
        count(registry, "concord.transport.bytes", bytes, "direction", "out", links, TransportStatistics::bytesOut);
        String messages = "Messages between nodes";
        count(
                registry,
                "concord.transport.messages",
                messages,
                "direction",
                "in",
                links,
                TransportStatistics::messagesIn);
        count(
                registry,
                "concord.transport.messages",
                messages,
                "direction",
                "out",
                links,
                TransportStatistics::messagesOut);
        Gauge.builder("concord.transport.links", links, TransportStatistics::inboundLinks)
                .description("Open links between nodes")
                .tag("direction", "in")
                .register(registry);
        Gauge.builder("concord.transport.links", links, TransportStatistics::outboundLinks)
                .description("Open links between nodes")
                .tag("direction", "out")
                .register(registry);
        for (Channel channel : Channel.values()) {
            String dropped = "Messages dropped because a peer does not read";
            count(
                    registry,
                    "concord.transport.dropped",
                    dropped,
                    "channel",
                    word(channel),
                    links,
                    l -> l.dropped(channel));
        }
        for (Refusal reason : Refusal.values()) {
            String sent = "Links that this node refused";
            String received = "Links that peers refused to this node";
            count(
                    registry,
                    "concord.transport.refusals",
                    sent,
                    "reason",
                    word(reason),
                    links,
                    l -> l.refusalsSent(reason));
            count(
                    registry,
                    "concord.transport.rejections",
                    received,
                    "reason",
                    word(reason),
                    links,
                    l -> l.refusalsReceived(reason));
        }
        for (Violation violation : Violation.values()) {
            String broken = "Connections closed because they broke the protocol";
            count(
                    registry,
                    "concord.transport.violations",
                    broken,
                    "violation",
                    word(violation),
                    links,
                    l -> l.violations(violation));
        }
    }

    @Bean
    MeterBinder stompMeters(StompSessions sessions) {
        StompStatistics stomp = sessions.statistics();
        return registry -> {
            Gauge.builder("concord.stomp.sessions", stomp, StompStatistics::sessions)
                    .description("Open STOMP sessions")
                    .register(registry);
            FunctionCounter.builder("concord.stomp.deliveries", stomp, StompStatistics::deliveries)
                    .description("Messages sent to STOMP subscribers")
                    .register(registry);
            FunctionCounter.builder("concord.stomp.faults", stomp, StompStatistics::faults)
                    .description("STOMP sessions ended by an ERROR frame")
                    .register(registry);
        };
    }

    @Bean
    MeterBinder connectionMeters(ApplicationContext context) {
        return registry -> {
            Gauge.builder("concord.connections", context, c -> ofConnector(c, AbstractProtocol::getConnectionCount))
                    .description("Open connections of clients, WebSockets included")
                    .register(registry);
            Gauge.builder(
                            "concord.connections.limit",
                            context,
                            c -> ofConnector(c, AbstractProtocol::getMaxConnections))
                    .description("Connections of clients at most; more wait")
                    .register(registry);
        };
    }

    /// The web server starts after the meters.
    private static double ofConnector(ApplicationContext context, ToDoubleFunction<AbstractProtocol<?>> value) {
        return context instanceof WebServerApplicationContext web
                        && web.getWebServer() instanceof TomcatWebServer server
                        && server.getTomcat().getConnector().getProtocolHandler()
                                instanceof AbstractProtocol<?> protocol
                ? value.applyAsDouble(protocol)
                : Double.NaN;
    }

    private static <T> void count(
            MeterRegistry registry,
            String name,
            String description,
            String label,
            String value,
            T of,
            ToDoubleFunction<T> count) {
        FunctionCounter.builder(name, of, count)
                .description(description)
                .tag(label, value)
                .register(registry);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
