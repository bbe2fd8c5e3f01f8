package dev.concord.config;

import dev.concord.access.FileRights;
import dev.concord.access.SecretFile;
import dev.concord.access.UnsafeFileException;
import dev.concord.node.SeedNode;
import dev.concord.protocol.Address;
import dev.concord.protocol.NodeId;
import dev.concord.runtime.Scrubber;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// Makes [NodeSettings] of the values by path that file and environment gave, fills in the defaults, and
/// says of what is refused where it was written.
final class SettingsReader {
    private final Map<String, SettingValue> values;
    private final List<String> notices;

    private SettingsReader(Map<String, SettingValue> values, List<String> notices) {
        this.values = values;
        this.notices = notices;
    }

    /// @param values by path, `port` or `seed_nodes[0].host`
    /// @param notices gets what is worth a line in the log, which does not exist yet
    /// @throws SettingsException naming place, key and remedy
    static NodeSettings read(Map<String, SettingValue> values, List<String> notices) {
        SettingsReader reader = new SettingsReader(values, notices);
        try {
            return reader.settings();
        } catch (InvalidSettingException e) {
            throw new SettingsException(reader.place(e.path()) + e.path() + " " + e.getMessage() + ".");
        }
    }

    private NodeSettings settings() {
        List<SeedNode> seeds = seeds();
        if (!seeds.isEmpty() && find(Setting.NODE_ID).isEmpty()) {
            throw new InvalidSettingException(
                    Setting.NODE_ID.key(), "is missing: give this node a number that no other node has");
        }
        int nodeId = number(Setting.NODE_ID, 1, NodeSettings.MAX_NODE_ID, 1);
        int httpPort = seeds.isEmpty() ? NodeSettings.DEFAULT_HTTP_PORT : NodeSettings.DEFAULT_HTTP_PORT + nodeId;
        Address address = new Address(
                text(Setting.HOST).orElse(NodeSettings.DEFAULT_HOST), port(Setting.PORT, NodeSettings.DEFAULT_PORT));
        Address http = new Address(
                text(Setting.HTTP_HOST).orElse(NodeSettings.DEFAULT_HOST), port(Setting.HTTP_PORT, httpPort));
        return new NodeSettings(
                new NodeId(nodeId),
                address,
                new Address(text(Setting.BIND_HOST).orElse(address.host()), port(Setting.BIND_PORT, address.port())),
                seeds,
                millis(
                        Setting.HEARTBEAT_INTERVAL_MS,
                        NodeSettings.MIN_HEARTBEAT_MS,
                        NodeSettings.MAX_TIMEOUT_MS / 3,
                        NodeSettings.DEFAULT_HEARTBEAT_MS),
                millis(
                        Setting.LEADER_TIMEOUT_MS,
                        1,
                        NodeSettings.MAX_TIMEOUT_MS,
                        NodeSettings.DEFAULT_LEADER_TIMEOUT_MS),
                Path.of(text(Setting.LOG_DIR).orElse("data/node-" + nodeId)),
                http,
                text(Setting.ADVERTISED_URL).orElseGet(() -> scheme() + urlHost(address.host()) + ":" + http.port()),
                secret(),
                tls(List.of(Setting.PEER_TLS_CERTIFICATE_FILE, Setting.PEER_TLS_KEY_FILE, Setting.PEER_TLS_CA_FILE)),
                tls(List.of(Setting.HTTP_TLS_CERTIFICATE_FILE, Setting.HTTP_TLS_KEY_FILE)),
                clients(),
                text(Setting.BOOTSTRAP).map(value -> bool(Setting.BOOTSTRAP, value)),
                number(Setting.MAX_TEXT_BYTES, 1, NodeSettings.LARGEST_TEXT_BYTES, NodeSettings.DEFAULT_MAX_TEXT_BYTES),
                millis(
                        Setting.SUBMIT_TIMEOUT_MS,
                        NodeSettings.MIN_SUBMIT_TIMEOUT_MS,
                        NodeSettings.MAX_TIMEOUT_MS,
                        NodeSettings.DEFAULT_SUBMIT_TIMEOUT_MS),
                millis(
                        Setting.PREEMPT_STABLE_MS,
                        1,
                        NodeSettings.MAX_PREEMPT_STABLE_MS,
                        NodeSettings.DEFAULT_PREEMPT_STABLE_MS),
                number(
                        Setting.DEDUP_WINDOW,
                        NodeSettings.MIN_DEDUP_WINDOW,
                        NodeSettings.MAX_DEDUP_WINDOW,
                        NodeSettings.DEFAULT_DEDUP_WINDOW),
                number(
                        Setting.CATCHUP_BYTES_PER_SECOND,
                        NodeSettings.MIN_CATCHUP_BYTES_PER_SECOND,
                        NodeSettings.MAX_CATCHUP_BYTES_PER_SECOND,
                        NodeSettings.DEFAULT_CATCHUP_BYTES_PER_SECOND),
                number(Setting.DISK_RESERVE_BYTES, 0, Integer.MAX_VALUE, NodeSettings.DEFAULT_DISK_RESERVE_BYTES),
                scrub(),
                log(),
                text(Setting.LAB_URL));
    }

    private LogSettings log() {
        return new LogSettings(
                number(
                        Setting.SEGMENT_BYTES,
                        LogSettings.MIN_SEGMENT_BYTES,
                        LogSettings.MAX_SEGMENT_BYTES,
                        LogSettings.DEFAULT_SEGMENT_BYTES),
                number(Setting.RETENTION_AGE_MINUTES, 0, LogSettings.MAX_RETENTION_MINUTES, 0),
                number(Setting.RETENTION_SIZE_MIB, 0, LogSettings.MAX_RETENTION_MIB, 0));
    }

    private Scrubber.Settings scrub() {
        return new Scrubber.Settings(
                Duration.ofMillis(number(
                        Setting.SCRUB_INTERVAL_MS,
                        1,
                        NodeSettings.MAX_SCRUB_INTERVAL_MS,
                        NodeSettings.DEFAULT_SCRUB_INTERVAL_MS)),
                number(
                        Setting.SCRUB_BYTES_PER_SECOND,
                        NodeSettings.MIN_SCRUB_BYTES_PER_SECOND,
                        NodeSettings.MAX_SCRUB_BYTES_PER_SECOND,
                        NodeSettings.DEFAULT_SCRUB_BYTES_PER_SECOND));
    }

    private String scheme() {
        return find(Setting.HTTP_TLS_CERTIFICATE_FILE).isPresent() ? "https://" : "http://";
    }

    /// All files of a certificate, or none.
    private Optional<TlsFiles> tls(List<Setting> names) {
        List<Setting> missing =
                names.stream().filter(name -> find(name).isEmpty()).toList();
        if (missing.size() == names.size()) {
            return Optional.empty();
        }
        if (!missing.isEmpty()) {
            Setting given = names.stream()
                    .filter(name -> !missing.contains(name))
                    .findFirst()
                    .orElseThrow();
            throw new InvalidSettingException(
                    given.key(), "is set without " + missing.getFirst().key() + ": TLS needs both");
        }
        List<Path> files =
                names.stream().map(name -> Path.of(text(name).orElseThrow())).toList();
        Optional<Path> authority = files.size() > 2 ? Optional.of(files.get(2)) : Optional.empty();
        return Optional.of(TlsFiles.checked(new TlsFiles(files.get(0), files.get(1), authority), names, notices));
    }

    private ClientSettings clients() {
        Optional<Path> tokens = text(Setting.CLIENT_TOKENS_FILE).map(Path::of);
        tokens.ifPresent(ClientCredentials::checkTokens);
        return new ClientSettings(
                text(Setting.INSECURE)
                        .map(value -> bool(Setting.INSECURE, value))
                        .orElse(false),
                tokens,
                issuer(),
                Arrays.stream(text(Setting.ALLOWED_ORIGINS).orElse("").split(",", -1))
                        .map(String::strip)
                        .filter(origin -> !origin.isEmpty())
                        .toList(),
                limit(Setting.RATE_LIMIT_PER_CLIENT, ClientSettings.MAX_RATE),
                limit(Setting.CONNECTION_LIMIT_PER_CLIENT, ClientSettings.MAX_CONNECTIONS),
                limit(Setting.RATE_LIMIT_CLUSTER, ClientSettings.MAX_RATE).orElse(0));
    }

    /// @return empty if nothing is said; 0 for no limit
    private OptionalInt limit(Setting setting, int most) {
        return text(setting)
                .map(value -> OptionalInt.of(number(setting.key(), value, 0, most)))
                .orElseGet(OptionalInt::empty);
    }

    private Optional<ClientSettings.Issuer> issuer() {
        Optional<String> uri = text(Setting.JWT_JWK_SET_URI);
        Optional<String> file = text(Setting.JWT_PUBLIC_KEY_FILE);
        if (uri.isPresent() && file.isPresent()) {
            throw new InvalidSettingException(
                    Setting.JWT_PUBLIC_KEY_FILE.key(), "and jwt_jwk_set_uri are both set: remove one of them");
        }
        for (Setting setting : List.of(Setting.JWT_ISSUER, Setting.JWT_AUDIENCE, Setting.JWT_ROLE_CLAIM)) {
            if (uri.isEmpty() && file.isEmpty() && find(setting).isPresent()) {
                throw new InvalidSettingException(
                        setting.key(), "is set without a key: add jwt_jwk_set_uri or jwt_public_key_file");
            }
        }
        uri.ifPresent(text -> ClientCredentials.checkUri(text).ifPresent(notices::add));
        Setting source = uri.isPresent() ? Setting.JWT_JWK_SET_URI : Setting.JWT_PUBLIC_KEY_FILE;
        Optional<ClientSettings.Issuer> issuer = uri.or(() -> file)
                .map(keys -> new ClientSettings.Issuer(
                        keys,
                        uri.isPresent(),
                        ofIssuer(source, Setting.JWT_ISSUER),
                        ofIssuer(source, Setting.JWT_AUDIENCE),
                        text(Setting.JWT_ROLE_CLAIM).orElse(ClientSettings.Issuer.DEFAULT_ROLE_CLAIM)));
        file.ifPresent(name -> ClientCredentials.checkKey(Path.of(name)));
        return issuer;
    }

    /// Without these, tokens that the issuer made for somebody else would open this node.
    private String ofIssuer(Setting source, Setting setting) {
        return text(setting)
                .filter(text -> !text.isBlank())
                .orElseThrow(() -> new InvalidSettingException(
                        source.key(),
                        "is set without " + setting.key()
                                + ": say what the tokens for this cluster have in this claim"));
    }

    private List<SeedNode> seeds() {
        List<SeedNode> seeds = new ArrayList<>();
        for (int i = 0; ; i++) {
            String path = Setting.SEED_NODES.key() + "[" + i + "].";
            SettingValue id = values.get(path + "node_id");
            SettingValue host = values.get(path + "host");
            SettingValue port = values.get(path + "port");
            if (id == null && host == null && port == null) {
                return seeds;
            }
            seeds.add(new SeedNode(
                    new NodeId(number(path + "node_id", required(path + "node_id", id), 1, NodeSettings.MAX_NODE_ID)),
                    new Address(
                            required(path + "host", host),
                            number(path + "port", required(path + "port", port), 1, 65_535))));
        }
    }

    private Optional<ClusterSecret> secret() {
        Optional<String> value = text(Setting.CLUSTER_SECRET);
        Optional<String> file = text(Setting.CLUSTER_SECRET_FILE);
        if (value.isPresent() && file.isPresent()) {
            throw new InvalidSettingException(
                    Setting.CLUSTER_SECRET_FILE.key(), "and cluster_secret are both set: remove one of them");
        }
        return value.map(text -> secret(Setting.CLUSTER_SECRET, text))
                .or(() -> file.map(name -> secret(Setting.CLUSTER_SECRET_FILE, secretIn(name))));
    }

    private static ClusterSecret secret(Setting source, String text) {
        try {
            return new ClusterSecret(text);
        } catch (InvalidSettingException e) {
            throw new InvalidSettingException(source.key(), String.valueOf(e.getMessage()));
        }
    }

    /// Reads the secret, and makes it if there is none: nodes that share a folder then need no preparation.
    /// Nodes that should share one and do not refuse each other.
    private String secretIn(String name) {
        Path file = Path.of(name);
        try {
            if (SecretFile.createIfMissing(file)) {
                notices.add("Made a new cluster secret in " + file + ": all nodes of the cluster need the same");
            }
            FileRights.checkSecret(file).ifPresent(notices::add);
            return SecretFile.read(file);
        } catch (UnsafeFileException e) {
            throw new InvalidSettingException(Setting.CLUSTER_SECRET_FILE.key(), "is unsafe: " + e.getMessage());
        } catch (IOException e) {
            throw new InvalidSettingException(
                    Setting.CLUSTER_SECRET_FILE.key(),
                    "names " + file
                            + ", which can neither be read nor made: make it with concord secret, readable for this"
                            + " user");
        }
    }

    private int port(Setting setting, int byDefault) {
        return number(setting, 1, 65_535, byDefault);
    }

    private Duration millis(Setting setting, int least, int most, int byDefault) {
        return Duration.ofMillis(number(setting, least, most, byDefault));
    }

    private int number(Setting setting, int least, int most, int byDefault) {
        Optional<String> value = text(setting);
        return value.isEmpty() ? byDefault : number(setting.key(), value.get(), least, most);
    }

    private static int number(String path, String text, int least, int most) {
        long value;
        try {
            value = Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            throw new InvalidSettingException(
                    path, "is \"" + text + "\": give a whole number from " + least + " to " + most);
        }
        NodeSettings.within(path, value, least, most);
        return (int) value;
    }

    private static boolean bool(Setting setting, String text) {
        return switch (text.strip()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new InvalidSettingException(setting.key(), "is \"" + text + "\": give true or false");
        };
    }

    private static String required(String path, @Nullable SettingValue value) {
        if (value == null) {
            throw new InvalidSettingException(path, "is missing: each seed node has node_id, host and port");
        }
        return value.text();
    }

    private Optional<String> text(Setting setting) {
        return find(setting).map(SettingValue::text);
    }

    private Optional<SettingValue> find(Setting setting) {
        return Optional.ofNullable(values.get(setting.key()));
    }

    private static String urlHost(String host) {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }

    /// Where a path was written; for one that is missing, where its neighbour was.
    private String place(String path) {
        SettingValue value = values.get(path);
        if (value == null && path.indexOf('.') > 0) {
            String node = path.substring(0, path.indexOf('.'));
            value = values.entrySet().stream()
                    .filter(entry -> entry.getKey().startsWith(node))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse(null);
        }
        if (value == null) {
            value = values.get(Setting.SEED_NODES.key());
        }
        return value == null ? "" : value.where() + ": ";
    }
}
