package dev.concord.observability;

import dev.concord.chat.Cluster;
import dev.concord.chat.Subscriptions;
import dev.concord.node.Announcement;
import dev.concord.node.NodeStatus;
import dev.concord.node.NodeStatus.MemberStatus;
import dev.concord.protocol.Role;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/// Meters that are read when somebody asks: where this node is in its log, whom it follows, how far the others are.
public final class ClusterMeters implements MeterBinder {
    private static final long NEVER = Long.MIN_VALUE;

    private final Cluster cluster;
    private final Subscriptions subscriptions;
    private long leaderlessSince = NEVER;

    public ClusterMeters(Cluster cluster, Subscriptions subscriptions) {
        this.cluster = cluster;
        this.subscriptions = subscriptions;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        log(registry);
        leadership(registry);
        readers(registry);
        peers(registry);
    }

    private void log(MeterRegistry registry) {
        gauge(registry, "concord.log.index", "Last entry of the log", NodeStatus::lastIndex);
        gauge(registry, "concord.log.durable", "Last entry that is durable here", NodeStatus::durableIndex);
        gauge(registry, "concord.log.commit", "Last entry known to be committed", NodeStatus::commitIndex);
        gauge(registry, "concord.messages", "Committed messages", NodeStatus::commitSeq);
        gauge(registry, "concord.pending", "Entries this leader has not committed yet", NodeStatus::pending);
    }

    private void leadership(MeterRegistry registry) {
        gauge(registry, "concord.term", "Current term", status -> status.term().value());
        gauge(
                registry,
                "concord.leader",
                "Id of the leader this node hears, 0 for none",
                status -> status.leader().value());
        gauge(registry, "concord.quorum", "1 if a majority is reachable", status -> status.quorumReachable() ? 1 : 0);
        gauge(registry, "concord.quorum.margin", "Voters that may still fail", NodeStatus::canLose);
        gauge(registry, "concord.voters", "Voters of the configuration", NodeStatus::voters);
        gauge(registry, "concord.replica.intact", "0 while this log is damaged", s -> s.repairing() ? 0 : 1);
        gauge(registry, "concord.writable", "1 if a message submitted here can commit", s -> s.writable() ? 1 : 0);
        for (Role role : Role.values()) {
            Gauge.builder("concord.role", cluster, c -> c.status().role() == role ? 1 : 0)
                    .description("1 for the role this node has")
                    .tag("role", role.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        FunctionCounter.builder(
                        "concord.leader.changes", cluster, c -> c.status().leaderChanges())
                .description("Times another leader was recognised")
                .register(registry);
        FunctionCounter.builder("concord.elections", cluster, c -> c.status().electionsStarted())
                .description("Elections this node started")
                .register(registry);
        Timer election = Timer.builder("concord.election")
                .description("From the loss of a leader to the next one, as seen here")
                .register(registry);
        cluster.onAnnouncement(announcement -> electionTime(announcement, election));
    }

    private void readers(MeterRegistry registry) {
        for (Subscriptions.Kind kind : Subscriptions.Kind.values()) {
            Gauge.builder("concord.subscriptions", subscriptions, s -> s.open(kind))
                    .description("Open live readers")
                    .tag("kind", kind.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .register(registry);
        }
        Gauge.builder("concord.subscriptions.limit", subscriptions, Subscriptions::limit)
                .description("Live readers at most, of all kinds together")
                .register(registry);
        Gauge.builder("concord.delivery.lag", subscriptions, Subscriptions::greatestLag)
                .description("Messages the slowest live reader has not been given yet")
                .baseUnit("messages")
                .register(registry);
    }

    /// Which members there are changes; the rows follow when the cluster announces something, not while the event loop
    /// waits.
    private void peers(MeterRegistry registry) {
        MultiGauge rtt = MultiGauge.builder("concord.peer.rtt")
                .description("Last round trip of a heartbeat")
                .baseUnit("seconds")
                .register(registry);
        MultiGauge lag = MultiGauge.builder("concord.peer.lag")
                .description("Committed entries a member has not made durable")
                .baseUnit("entries")
                .register(registry);
        MultiGauge alive = MultiGauge.builder("concord.peer.alive")
                .description("1 if the link to a member is up in both directions")
                .register(registry);
        Runnable refresh = () -> {
            List<MemberStatus> members = cluster.status().members();
            rtt.register(rows(members, m -> m.rttNanos() < 0 ? Double.NaN : m.rttNanos() / 1e9), true);
            lag.register(rows(members, MemberStatus::behind), true);
            alive.register(rows(members, m -> m.alive() ? 1 : 0), true);
        };
        refresh.run();
        cluster.onAnnouncement(
                announcement -> Thread.ofVirtual().name("concord-meters").start(refresh));
    }

    private List<MultiGauge.Row<?>> rows(List<MemberStatus> members, ToDoubleFunction<MemberStatus> value) {
        return members.stream()
                .<MultiGauge.Row<?>>map(member -> MultiGauge.Row.of(
                        Tags.of("peer", member.member().id().toString()),
                        cluster,
                        c -> c.status().members().stream()
                                .filter(m ->
                                        m.member().id().equals(member.member().id()))
                                .mapToDouble(value)
                                .findFirst()
                                .orElse(Double.NaN)))
                .toList();
    }

    private void gauge(MeterRegistry registry, String name, String description, ToDoubleFunction<NodeStatus> value) {
        Gauge.builder(name, cluster, c -> value.applyAsDouble(c.status()))
                .description(description)
                .register(registry);
    }

    /// Called on the event loop alone.
    private void electionTime(Announcement announcement, Timer election) {
        if (!announcement.leader().isPresent()) {
            leaderlessSince = leaderlessSince == NEVER ? System.nanoTime() : leaderlessSince;
        } else if (leaderlessSince != NEVER) {
            election.record(System.nanoTime() - leaderlessSince, TimeUnit.NANOSECONDS);
            leaderlessSince = NEVER;
        }
    }
}
