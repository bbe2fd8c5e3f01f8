package dev.concord.config;

import dev.concord.access.AccessMode;
import dev.concord.chat.ChatLimits;
import dev.concord.node.Founding;
import dev.concord.node.SeedNode;
import dev.concord.protocol.Address;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.ProtocolSettings;
import dev.concord.runtime.Scrubber;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The whole configuration of one node: immutable, complete, and checked together, so that nothing behind it
/// has to check again. [SettingsReader] makes it from file, properties and environment.
///
/// @param address where the other nodes reach this one
/// @param bind where to listen for them
/// @param seedNodes the other nodes of the configured list
/// @param logDir the data folder
/// @param http where to listen for clients
/// @param advertisedUrl base URL under which clients reach this node, without a slash at its end
/// @param peerTls the certificate of this node for the others, for mutual TLS
/// @param httpTls the certificate that clients see
/// @param clients what this node asks of its clients
/// @param bootstrap whether this node founds the cluster; empty: the one with the highest id does (M1)
/// @param preemptStable how long a higher node must be able and level before it gets the lead (E13)
/// @param dedupWindow messages within which a repeated id is recognised (X4); counts on the node that founds
///     the cluster
/// @param catchupBytesPerSecond how fast a follower that comes back is fed, while this node leads (R8)
/// @param diskReserveBytes with less than this free no messages are taken (S8); 0 for no watch
/// @param scrub how often and how fast the closed part of the log is read (S9)
/// @param log how large its segments are, and how much of it stays (C5)
/// @param labUrl where the lab of this cluster is, if it has one
public record NodeSettings(
        NodeId nodeId,
        Address address,
        Address bind,
        List<SeedNode> seedNodes,
        Duration heartbeatInterval,
        Duration leaderTimeout,
        Path logDir,
        Address http,
        String advertisedUrl,
        Optional<ClusterSecret> clusterSecret,
        Optional<TlsFiles> peerTls,
        Optional<TlsFiles> httpTls,
        ClientSettings clients,
        Optional<Boolean> bootstrap,
        int maxTextBytes,
        Duration submitTimeout,
        Duration preemptStable,
        int dedupWindow,
        int catchupBytesPerSecond,
        int diskReserveBytes,
        Scrubber.Settings scrub,
        LogSettings log,
        Optional<String> labUrl) {

    static final String DEFAULT_HOST = "127.0.0.1";
    static final int DEFAULT_PORT = 5001;
    static final int DEFAULT_HTTP_PORT = 8080;
    static final int DEFAULT_HEARTBEAT_MS = 200;
    static final int DEFAULT_LEADER_TIMEOUT_MS = 1500;
    static final int DEFAULT_MAX_TEXT_BYTES = 16 * 1024;
    static final int DEFAULT_SUBMIT_TIMEOUT_MS = 5000;
    static final int DEFAULT_PREEMPT_STABLE_MS = 10_000;
    static final int DEFAULT_DEDUP_WINDOW = 200_000;
    static final int DEFAULT_CATCHUP_BYTES_PER_SECOND = 12 << 20;
    static final int DEFAULT_DISK_RESERVE_BYTES = 256 << 20;
    static final int DEFAULT_SCRUB_INTERVAL_MS = 86_400_000;
    static final int DEFAULT_SCRUB_BYTES_PER_SECOND = 8 << 20;

    /// Beyond nine voters every message waits for more disks and gains nothing (M6).
    static final int MAX_NODES = 9;
    /// Ids stay in the range that leaves room for a port derived from them, and that a person can read.
    static final int MAX_NODE_ID = 9999;

    static final int MIN_HEARTBEAT_MS = 10;
    static final int MAX_TIMEOUT_MS = 60_000;
    static final int MIN_SUBMIT_TIMEOUT_MS = 100;
    static final int MAX_PREEMPT_STABLE_MS = 3_600_000;
    static final int MAX_SCRUB_INTERVAL_MS = 2_000_000_000;
    static final int MIN_SCRUB_BYTES_PER_SECOND = 64 << 10;
    static final int MAX_SCRUB_BYTES_PER_SECOND = 1 << 30;
    static final int MIN_CATCHUP_BYTES_PER_SECOND = 64 << 10;
    static final int MAX_CATCHUP_BYTES_PER_SECOND = 1 << 30;
    static final int MIN_DEDUP_WINDOW = 1_000;
    static final int MAX_DEDUP_WINDOW = 10_000_000;
    /// A text of this size fits into a message even when each of its bytes has to be escaped.
    static final int LARGEST_TEXT_BYTES = ChatLimits.MAX_TEXT_BYTES;

    private static final Pattern LAB_ORIGIN = Pattern.compile("http://[A-Za-z0-9.:\\[\\]-]+:\\d{1,5}");

    public NodeSettings {
        seedNodes = List.copyOf(seedNodes);
        within(Setting.NODE_ID.key(), nodeId.value(), 1, MAX_NODE_ID);
        address(Setting.HOST.key(), Setting.PORT.key(), address);
        address(Setting.BIND_HOST.key(), Setting.BIND_PORT.key(), bind);
        seeds(nodeId, address, seedNodes);
        times(heartbeatInterval, leaderTimeout);
        address(Setting.HTTP_HOST.key(), Setting.HTTP_PORT.key(), http);
        if (http.port() == address.port() || http.port() == bind.port()) {
            throw new InvalidSettingException(
                    Setting.HTTP_PORT.key(), "is " + http.port() + ", which is the port for nodes: choose another");
        }
        url(advertisedUrl);
        openness(http, clients);
        peers(Setting.HOST, address, clusterSecret);
        peers(Setting.BIND_HOST, bind, clusterSecret);
        within(Setting.MAX_TEXT_BYTES.key(), maxTextBytes, 1, LARGEST_TEXT_BYTES);
        within(Setting.SUBMIT_TIMEOUT_MS.key(), submitTimeout.toMillis(), MIN_SUBMIT_TIMEOUT_MS, MAX_TIMEOUT_MS);
        within(Setting.PREEMPT_STABLE_MS.key(), preemptStable.toMillis(), 1, MAX_PREEMPT_STABLE_MS);
        within(Setting.DEDUP_WINDOW.key(), dedupWindow, MIN_DEDUP_WINDOW, MAX_DEDUP_WINDOW);
        within(
                Setting.CATCHUP_BYTES_PER_SECOND.key(),
                catchupBytesPerSecond,
                MIN_CATCHUP_BYTES_PER_SECOND,
                MAX_CATCHUP_BYTES_PER_SECOND);
        within(Setting.DISK_RESERVE_BYTES.key(), diskReserveBytes, 0, Integer.MAX_VALUE);
        within(Setting.SCRUB_INTERVAL_MS.key(), scrub.interval().toMillis(), 1, MAX_SCRUB_INTERVAL_MS);
        within(
                Setting.SCRUB_BYTES_PER_SECOND.key(),
                scrub.bytesPerSecond(),
                MIN_SCRUB_BYTES_PER_SECOND,
                MAX_SCRUB_BYTES_PER_SECOND);
        labUrl.ifPresent(url -> lab(url, http));
    }

    /// What this node asks of its clients.
    public AccessMode access() {
        return clients.mode(http.host());
    }

    /// What the protocol needs of this.
    public ProtocolSettings protocol() {
        return ProtocolSettings.of(heartbeatInterval, leaderTimeout)
                .with(submitTimeout, preemptStable, dedupWindow, clients.rateOfCluster(), catchupBytesPerSecond);
    }

    /// What the start of the cluster needs of this.
    public Founding founding() {
        return new Founding(seedNodes, bootstrap);
    }

    /// Whether this node is the one of the list that may found the cluster (M1).
    public boolean foundsTheCluster() {
        return bootstrap.orElse(founder().equals(nodeId));
    }

    /// The node that founds if the operator says nothing: the highest of the list.
    public NodeId founder() {
        return seedNodes.stream().map(SeedNode::id).reduce(nodeId, (a, b) -> a.outranks(b) ? a : b);
    }

    private static void seeds(NodeId self, Address address, List<SeedNode> seeds) {
        Set<NodeId> ids = new LinkedHashSet<>();
        Set<Address> addresses = new LinkedHashSet<>();
        for (int i = 0; i < seeds.size(); i++) {
            SeedNode seed = seeds.get(i);
            String path = Setting.SEED_NODES.key() + "[" + i + "].";
            within(path + "node_id", seed.id().value(), 1, MAX_NODE_ID);
            address(path + "host", path + "port", seed.address());
            if (seed.id().equals(self)) {
                throw new InvalidSettingException(
                        path + "node_id",
                        "is " + self + ", the id of this node: list only the other nodes, each with an id of its own");
            }
            if (!ids.add(seed.id())) {
                throw new InvalidSettingException(
                        path + "node_id", "is " + seed.id() + " a second time: give each node an id of its own");
            }
            if (seed.address().equals(address)) {
                throw new InvalidSettingException(
                        path + "port", "is the address of this node, " + address + ": each node needs its own");
            }
            if (!addresses.add(seed.address())) {
                throw new InvalidSettingException(
                        path + "port", "makes " + seed.address() + " the address of two nodes: each needs its own");
            }
        }
        if (seeds.size() >= MAX_NODES) {
            throw new InvalidSettingException(
                    Setting.SEED_NODES.key(),
                    "names " + seeds.size() + " nodes: a cluster has at most " + MAX_NODES + ", this one included");
        }
    }

    private static void times(Duration heartbeat, Duration timeout) {
        within(Setting.HEARTBEAT_INTERVAL_MS.key(), heartbeat.toMillis(), MIN_HEARTBEAT_MS, MAX_TIMEOUT_MS / 3);
        within(Setting.LEADER_TIMEOUT_MS.key(), timeout.toMillis(), 1, MAX_TIMEOUT_MS);
        long least = heartbeat.toMillis() * 3;
        if (timeout.toMillis() < least) {
            throw new InvalidSettingException(
                    Setting.LEADER_TIMEOUT_MS.key(),
                    "is " + timeout.toMillis() + ", shorter than three heartbeats of " + heartbeat.toMillis()
                            + " ms: set it to at least " + least + ", or lower heartbeat_interval_ms");
        }
    }

    private static void address(String hostPath, String portPath, Address address) {
        String host = address.host();
        if (host.isBlank() || host.chars().anyMatch(c -> c <= ' ' || "/@,[]\"".indexOf(c) >= 0)) {
            throw new InvalidSettingException(
                    hostPath, "is \"" + host + "\": give a host name or an address such as 127.0.0.1, without port");
        }
        within(portPath, address.port(), 1, 65_535);
    }

    private static void openness(Address http, ClientSettings clients) {
        if (clients.mode(http.host()) == AccessMode.INSECURE && !clients.insecure()) {
            throw new InvalidSettingException(
                    Setting.HTTP_HOST.key(),
                    "is " + http.host() + ", where other machines reach this node, and it asks its clients for nothing:"
                            + " use 127.0.0.1, name a client_tokens_file, or set insecure: true (CONCORD_INSECURE=true) to let everybody in");
        }
    }

    private static void peers(Setting setting, Address address, Optional<ClusterSecret> secret) {
        if (secret.isEmpty() && !Loopback.is(address.host())) {
            throw new InvalidSettingException(
                    setting.key(),
                    "is " + address.host()
                            + ", where other machines reach this node, and there is no cluster_secret_file"
                            + " by which nodes know each other: give all nodes the same");
        }
    }

    private static void url(String url) {
        try {
            URI uri = URI.create(url);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (http && uri.getHost() != null && !url.endsWith("/") && uri.getQuery() == null) {
                return;
            }
        } catch (IllegalArgumentException e) {
            // not a URL at all: the same answer
        }
        throw new InvalidSettingException(
                Setting.ADVERTISED_URL.key(),
                "is \"" + url
                        + "\": give a base URL such as http://chat1.example.org:8080, without a slash at its end");
    }

    /// A lab may slow this node down, so it is on this machine, and so are all who can ask for it.
    private static void lab(String url, Address http) {
        if (!LAB_ORIGIN.matcher(url).matches() || !Loopback.is(URI.create(url).getHost())) {
            throw new InvalidSettingException(
                    Setting.LAB_URL.key(),
                    "is \"" + url + "\": a lab is on the machine of its nodes; give an address such as"
                            + " http://127.0.0.1:8090, or remove the line");
        }
        if (!Loopback.is(http.host())) {
            throw new InvalidSettingException(
                    Setting.LAB_URL.key(),
                    "is set, and other machines reach this node at " + http.host()
                            + ": a lab is for the clusters of concord up --lab; remove the line");
        }
    }

    static void within(String path, long value, long least, long most) {
        if (value < least || value > most) {
            throw new InvalidSettingException(
                    path, "is " + value + ": give a whole number from " + least + " to " + most);
        }
    }
}
