package dev.concord.config;

import dev.concord.chat.ChatLimits;
import dev.concord.chat.LabBench;
import dev.concord.node.EventAction;
import dev.concord.observability.LogSize;
import dev.concord.observability.NodeLogFields;
import dev.concord.observability.NodeLogFields.Standing;
import dev.concord.protocol.Levels;
import dev.concord.protocol.ProtocolSettings;
import dev.concord.runtime.ClusterNode;
import dev.concord.runtime.DiskReserve;
import dev.concord.runtime.DurableLog;
import dev.concord.runtime.FatalExit;
import dev.concord.runtime.NodeRuntime;
import dev.concord.runtime.PeerLinks;
import dev.concord.runtime.Retention;
import dev.concord.runtime.RuntimeObserver;
import dev.concord.runtime.Scrubber;
import dev.concord.runtime.SlowedLog;
import dev.concord.runtime.TracedLinks;
import dev.concord.storage.JsonlSegmentLog;
import dev.concord.storage.SegmentLimits;
import dev.concord.transport.TcpPeerLinks;
import dev.concord.transport.TransportSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The running node: its log, its links, and what joins them.
@Configuration(proxyBeanMethods = false)
public class RuntimeConfiguration {
    private static final Logger LOGGER = LoggerFactory.getLogger(RuntimeConfiguration.class);

    /// How long a stopping leader waits for its heir.
    static final Duration HANDOVER_PATIENCE = Duration.ofSeconds(3);

    @Bean
    ProtocolSettings protocolSettings(NodeSettings settings) {
        return settings.protocol();
    }

    @Bean
    Levels levels() {
        return ProgramLevels.read();
    }

    @Bean
    ChatLimits chatLimits(NodeSettings settings) {
        return new ChatLimits(
                settings.maxTextBytes(),
                settings.submitTimeout(),
                ChatLimits.DEFAULTS.maxSubscriptions(),
                ChatLimits.DEFAULTS.maxBulkRequests());
    }

    /// Not closed by Spring: its disk thread closes it, after the last write.
    @Bean(destroyMethod = "")
    JsonlSegmentLog durableLog(NodeSettings settings, Levels levels) {
        return new JsonlSegmentLog(
                settings.logDir(),
                settings.nodeId(),
                SegmentLimits.of(settings.log().segmentBytes()),
                levels);
    }

    /// Closed by the runtime, once the event loop has ended.
    @Bean(destroyMethod = "")
    PeerLinks peerLinks(NodeSettings settings, ProtocolSettings protocol, ObjectProvider<SslBundles> bundles) {
        return new TcpPeerLinks(new TransportSettings(
                settings.bind(),
                settings.clusterSecret().map(secret -> secret.value().getBytes(StandardCharsets.UTF_8)),
                settings.peerTls().map(files -> certificates(bundles.getObject())),
                protocol.fdTimeout(),
                protocol.probeTimeout()));
    }

    /// What links show and trust: what is in the files now.
    private static Supplier<SSLContext> certificates(SslBundles bundles) {
        AtomicReference<SSLContext> current =
                new AtomicReference<>(bundles.getBundle(TlsFiles.PEER_BUNDLE).createSslContext());
        bundles.addBundleUpdateHandler(TlsFiles.PEER_BUNDLE, renewed -> {
            current.set(renewed.createSslContext());
            LOGGER.atInfo()
                    .addKeyValue(EventAction.FIELD, EventAction.CERTIFICATE_RENEWED)
                    .log("Took the renewed certificate for links to other nodes");
        });
        return current::get;
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    NodeRuntime nodeRuntime(
            NodeSettings settings,
            ProtocolSettings protocol,
            Levels levels,
            DurableLog log,
            PeerLinks links,
            RuntimeObserver observer,
            ObjectProvider<LabBench> lab) {
        LabBench bench = lab.getIfAvailable();
        NodeRuntime node = new NodeRuntime(
                settings.nodeId(),
                settings.address(),
                settings.advertisedUrl(),
                protocol,
                levels,
                settings.founding(),
                bench == null ? log : new SlowedLog(log, bench.syncDelay()),
                bench == null ? links : new TracedLinks(links, bench.trace()),
                observer,
                FatalExit.HALT);
        NodeLogFields.show(
                () -> { // before its first line
                    ClusterNode.Vitals vitals = node.vitals();
                    return Standing.of(node.status(), vitals.term(), vitals.commitSeq());
                });
        return node;
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    Scrubber scrubber(NodeSettings settings, NodeRuntime node, JsonlSegmentLog log) {
        return node.scrubber(log, settings.scrub());
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    Retention retention(NodeSettings settings, NodeRuntime node, JsonlSegmentLog log) {
        return node.retention(log, settings.log().retention());
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    DiskReserve diskReserve(NodeSettings settings, NodeRuntime node, LogSize disk) {
        return node.diskReserve(settings.diskReserveBytes(), disk::free);
    }

    /// Leadership goes first, before the web server waits for its last requests.
    @Bean
    SmartLifecycle leadershipFirst(NodeRuntime node) {
        return new SmartLifecycle() {
            private volatile boolean running;

            @Override
            public void start() {
                running = true;
            }

            @Override
            public void stop() {
                node.beginStop(HANDOVER_PATIENCE);
                running = false;
            }

            @Override
            public boolean isRunning() {
                return running;
            }
        };
    }
}
