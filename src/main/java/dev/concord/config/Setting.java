package dev.concord.config;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Every setting of a node, in the order in which help and documentation list them. A setting has three
/// spellings: `http_port` in the YAML file, `concord.http-port` as a Spring property (`--http-port` on the
/// command line), and `CONCORD_HTTP_PORT` as an environment variable.
public enum Setting {
    NODE_ID("node_id", SettingType.INTEGER, "number of this node, unique in the cluster; the highest able one leads"),
    HOST("host", SettingType.TEXT, "name or address at which the other nodes reach this one (default 127.0.0.1)"),
    PORT("port", SettingType.INTEGER, "port for the other nodes (default 5001)"),
    BIND_HOST(
            "bind_host",
            SettingType.TEXT,
            "address to listen on for the other nodes, 0.0.0.0 for all of them (default: host)"),
    BIND_PORT(
            "bind_port",
            SettingType.INTEGER,
            "port to listen on for the other nodes, if they reach it through another one (default: port)"),
    SEED_NODES("seed_nodes", SettingType.NODES, "the other nodes; here as 1@host:5001,2@host:5002"),
    HEARTBEAT_INTERVAL_MS("heartbeat_interval_ms", SettingType.INTEGER, "time between two heartbeats (default 200)"),
    LEADER_TIMEOUT_MS(
            "leader_timeout_ms",
            SettingType.INTEGER,
            "silence after which the leader counts as failed, at least three heartbeats (default 1500)"),
    LOG_DIR("log_dir", SettingType.TEXT, "data folder of this node (default data/node-<node_id>)"),
    NODE_NAME(
            "node_name",
            SettingType.TEXT,
            "in place of node_id: a name that ends in a number from 0, as Kubernetes gives pods; concord-0 is node 1"),

    HTTP_HOST("http_host", SettingType.TEXT, "address to listen on for clients (default 127.0.0.1)"),
    HTTP_PORT("http_port", SettingType.INTEGER, "port for clients (default 8080, with seed nodes 8080 + node_id)"),
    ADVERTISED_URL("advertised_url", SettingType.TEXT, "base URL under which clients reach this node"),
    INSECURE(
            "insecure", SettingType.BOOLEAN, "let everybody in who reaches http_host, without a token (default false)"),
    CLIENT_TOKENS_FILE(
            "client_tokens_file",
            SettingType.TEXT,
            "file with names, roles and hashes of client tokens; concord token create makes its lines"),
    JWT_JWK_SET_URI("jwt_jwk_set_uri", SettingType.TEXT, "where the issuer of client tokens publishes its keys"),
    JWT_PUBLIC_KEY_FILE("jwt_public_key_file", SettingType.TEXT, "PEM file with the public key of the issuer instead"),
    JWT_ISSUER("jwt_issuer", SettingType.TEXT, "the issuer that a token must name"),
    JWT_AUDIENCE("jwt_audience", SettingType.TEXT, "the audience that a token must name"),
    JWT_ROLE_CLAIM(
            "jwt_role_claim",
            SettingType.TEXT,
            "claim of a token that holds reader, writer or admin (default concord_role)"),
    HTTP_TLS_CERTIFICATE_FILE(
            "http_tls_certificate_file", SettingType.TEXT, "PEM file with the certificate that clients see"),
    HTTP_TLS_KEY_FILE("http_tls_key_file", SettingType.TEXT, "PEM file with its private key"),
    PEER_TLS_CERTIFICATE_FILE(
            "peer_tls_certificate_file", SettingType.TEXT, "PEM file with the certificate that other nodes see"),
    PEER_TLS_KEY_FILE("peer_tls_key_file", SettingType.TEXT, "PEM file with its private key"),
    PEER_TLS_CA_FILE(
            "peer_tls_ca_file", SettingType.TEXT, "PEM file with the authority that signs the certificates of nodes"),
    ALLOWED_ORIGINS(
            "allowed_origins",
            SettingType.TEXT,
            "web pages of other origins that may use this node, with commas between (default none)"),
    RATE_LIMIT_PER_CLIENT(
            "rate_limit_per_client",
            SettingType.INTEGER,
            "requests and messages of one client in a second, 0 for no limit (default 10000, on loopback 0)"),
    CONNECTION_LIMIT_PER_CLIENT(
            "connection_limit_per_client",
            SettingType.INTEGER,
            "open HTTP connections of one client address, 0 for no limit (default 2000, none for programs of this"
                    + " machine; a given number counts for them too)"),
    RATE_LIMIT_CLUSTER(
            "rate_limit_cluster",
            SettingType.INTEGER,
            "messages that the cluster takes in a second, counted by the leader; 0 for no limit (default 0)"),
    BOOTSTRAP("bootstrap", SettingType.BOOLEAN, "whether this node founds the cluster (default: the highest id does)"),
    CLUSTER_SECRET(
            "cluster_secret", SettingType.TEXT, "shared by all nodes; without it only nodes of this machine may join"),
    CLUSTER_SECRET_FILE("cluster_secret_file", SettingType.TEXT, "file that holds the cluster secret"),
    MAX_TEXT_BYTES(
            "max_text_bytes", SettingType.INTEGER, "longest text of a message in bytes of UTF-8 (default 16384)"),
    SUBMIT_TIMEOUT_MS(
            "submit_timeout_ms", SettingType.INTEGER, "how long a message may wait for its commit (default 5000)"),
    PREEMPT_STABLE_MS(
            "preempt_stable_ms",
            SettingType.INTEGER,
            "how long a higher node must be able and level before it gets the lead (default 10000)"),
    DEDUP_WINDOW(
            "dedup_window",
            SettingType.INTEGER,
            "messages within which a repeated id is recognised; the founding node's value holds for the cluster"
                    + " (default 200000)"),
    CATCHUP_BYTES_PER_SECOND(
            "catchup_bytes_per_second",
            SettingType.INTEGER,
            "how fast a node that comes back gets what it missed, unless it is needed for a majority; the leader's"
                    + " value counts (default 12582912)"),
    DISK_RESERVE_BYTES(
            "disk_reserve_bytes",
            SettingType.INTEGER,
            "with less than this free on the disk the node takes no new messages and does not lead; 0 for no watch"
                    + " (default 268435456)"),
    SCRUB_INTERVAL_MS(
            "scrub_interval_ms",
            SettingType.INTEGER,
            "pause between two rounds in which the closed part of the log is read and mended (default 86400000)"),
    SCRUB_BYTES_PER_SECOND(
            "scrub_bytes_per_second", SettingType.INTEGER, "how fast it is read at most (default 8388608)"),
    SEGMENT_BYTES(
            "segment_bytes",
            SettingType.INTEGER,
            "size of a segment of the log; give all nodes the same, or their files differ (default 67108864)"),
    RETENTION_AGE_MINUTES(
            "retention_age_minutes",
            SettingType.INTEGER,
            "segments whose newest entry is older are removed; 0 keeps all (default 0)"),
    RETENTION_SIZE_MIB(
            "retention_size_mib",
            SettingType.INTEGER,
            "the oldest segments are removed while the log is larger; 0 keeps all (default 0). The last dedup_window"
                    + " messages always stay"),
    LAB_URL(
            "lab_url",
            SettingType.TEXT,
            "where concord up --lab serves the lab of this cluster; the node then lets it slow its disk (default none)");

    /// The prefix of the Spring properties.
    static final String PREFIX = "concord";

    private final String key;
    private final SettingType type;
    private final String description;

    Setting(String key, SettingType type, String description) {
        this.key = key;
        this.type = type;
        this.description = description;
    }

    /// The spelling in the YAML file.
    public String key() {
        return key;
    }

    public SettingType type() {
        return type;
    }

    public String description() {
        return description;
    }

    /// The spelling behind `concord.` and `--`.
    public String option() {
        return key.replace('_', '-');
    }

    /// The spelling as a Spring property.
    public String property() {
        return PREFIX + "." + option();
    }

    static Optional<Setting> ofKey(String key) {
        return Arrays.stream(values())
                .filter(setting -> setting.key.equals(key))
                .findFirst();
    }

    static List<String> keys() {
        return Arrays.stream(values()).map(Setting::key).toList();
    }
}
