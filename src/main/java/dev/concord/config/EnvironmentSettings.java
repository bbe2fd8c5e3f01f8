package dev.concord.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.boot.origin.SystemEnvironmentOrigin;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;

/// The settings that Spring's environment holds: command line, system properties, environment variables and Spring's
/// own files, in Spring's order of precedence.
///
/// Beside the indexed form (`CONCORD_SEED_NODES_0_HOST`) seed nodes have a compact one that suits a
/// container, where all nodes get the same text: `1@alpha:5001,2@beta:5001,3@gamma:5001` names every node,
/// and the own one is left out.
final class EnvironmentSettings {
    private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of(Setting.PREFIX);
    private static final List<String> NODE_KEYS = List.of("node-id", "host", "port");

    private final Iterable<ConfigurationPropertySource> sources;

    private EnvironmentSettings(ConfigurableEnvironment environment) {
        sources = ConfigurationPropertySources.get(environment);
    }

    /// The values by path, `port` or `seed_nodes[0].host`, as [SettingsFile] gives them.
    ///
    /// @param file what the file says; an own seed list here replaces the one of the file as a whole
    static Map<String, SettingValue> over(Map<String, SettingValue> file, ConfigurableEnvironment environment) {
        EnvironmentSettings settings = new EnvironmentSettings(environment);
        settings.refuseUnknown();
        Map<String, SettingValue> merged = new LinkedHashMap<>(file);
        for (Setting setting : Setting.values()) {
            if (setting.type() != SettingType.NODES) {
                settings.find(setting.option()).ifPresent(value -> merged.put(setting.key(), value));
            }
        }
        boolean named = NodeName.giveId(merged);
        SettingValue self = merged.get(Setting.NODE_ID.key());
        Map<String, SettingValue> seeds = settings.seeds(self == null ? "" : self.text());
        if (named && self != null) {
            settings.find(Setting.SEED_NODES.option()).ifPresent(all -> NodeName.joinIfUnlisted(merged, self, all));
        }
        if (!seeds.isEmpty()) {
            merged.keySet().removeIf(path -> path.startsWith(Setting.SEED_NODES.key()));
            merged.putAll(seeds);
        }
        return merged;
    }

    /// A mistyped variable of the environment cannot be told from one that belongs to somebody else; a mistyped option
    /// or a key in one of Spring's files can.
    private void refuseUnknown() {
        List<String> known = new ArrayList<>(Setting.keys());
        known.add("config");
        for (ConfigurationPropertySource source : sources) {
            boolean ours = source.getUnderlyingSource() instanceof CommandLinePropertySource;
            if (!(source instanceof IterableConfigurationPropertySource names)) {
                continue;
            }
            for (ConfigurationPropertyName name : names) {
                if (!ROOT.isAncestorOf(name)) {
                    continue;
                }
                ConfigurationProperty property = source.getConfigurationProperty(name);
                String key = name.getElement(1, ConfigurationPropertyName.Form.DASHED)
                        .replace('-', '_');
                if (property != null
                        && (ours || origin(property) instanceof TextResourceOrigin)
                        && !known.contains(key)) {
                    throw new SettingsException(SettingsFile.unknown(where(property), key, known, "setting"));
                }
            }
        }
    }

    private Map<String, SettingValue> seeds(String self) {
        String option = Setting.SEED_NODES.option();
        Optional<SettingValue> compact = find(option);
        if (compact.isPresent()) {
            return compactSeeds(compact.get(), self);
        }
        Map<String, SettingValue> seeds = new LinkedHashMap<>();
        for (int i = 0; ; i++) {
            int before = seeds.size();
            for (String key : NODE_KEYS) {
                String path = Setting.SEED_NODES.key() + "[" + i + "]." + key.replace('-', '_');
                find(option + "[" + i + "]." + key).ifPresent(value -> seeds.put(path, value));
            }
            if (seeds.size() == before) {
                return seeds;
            }
        }
    }

    private static Map<String, SettingValue> compactSeeds(SettingValue value, String self) {
        Map<String, SettingValue> seeds = new LinkedHashMap<>();
        String key = Setting.SEED_NODES.key();
        seeds.put(key, value);
        int i = 0;
        for (String node : value.text().split(",", NodeSettings.MAX_NODES + 2)) {
            String text = node.strip();
            int at = text.indexOf('@');
            int colon = text.lastIndexOf(':');
            if (text.isEmpty()) {
                continue;
            }
            if (at < 1 || colon < at) {
                throw new SettingsException(value.where() + ": " + key + " has \"" + text
                        + "\" in it: write each node as id@host:port, such as 2@127.0.0.1:5002.");
            }
            if (text.substring(0, at).equals(self)) {
                continue;
            }
            String path = key + "[" + i++ + "].";
            seeds.put(path + "node_id", new SettingValue(text.substring(0, at), value.where()));
            seeds.put(path + "host", new SettingValue(text.substring(at + 1, colon), value.where()));
            seeds.put(path + "port", new SettingValue(text.substring(colon + 1), value.where()));
        }
        return seeds;
    }

    private Optional<SettingValue> find(String option) {
        ConfigurationPropertyName name = ROOT.append(option);
        for (ConfigurationPropertySource source : sources) {
            ConfigurationProperty property = source.getConfigurationProperty(name);
            if (property != null && property.getValue() != null && !isServiceLink(property)) {
                return Optional.of(new SettingValue(property.getValue().toString(), where(property)));
            }
        }
        return Optional.empty();
    }

    /// Kubernetes sets CONCORD_PORT=tcp://10.0.0.7:5001 in every pod beside a Service that is called concord.
    private static boolean isServiceLink(ConfigurationProperty property) {
        return origin(property) instanceof SystemEnvironmentOrigin
                && property.getValue().toString().startsWith("tcp://");
    }

    private static @Nullable Origin origin(ConfigurationProperty property) {
        Origin origin = property.getOrigin();
        return origin instanceof PropertySourceOrigin wrapper && wrapper.getOrigin() != null
                ? wrapper.getOrigin()
                : origin;
    }

    private static String where(ConfigurationProperty property) {
        Origin origin = origin(property);
        if (origin instanceof SystemEnvironmentOrigin variable) {
            return "environment variable " + variable.getProperty();
        }
        if (origin instanceof TextResourceOrigin text && text.getLocation() != null) {
            return text.getResource() + ", line " + (text.getLocation().getLine() + 1);
        }
        String name = property.getName().toString();
        return isCommandLine(property.getSource())
                ? "command line --" + name.substring(Setting.PREFIX.length() + 1)
                : "property " + name;
    }

    private static boolean isCommandLine(@Nullable ConfigurationPropertySource source) {
        return source != null
                && source.getUnderlyingSource() instanceof PropertySource<?> underlying
                && underlying instanceof CommandLinePropertySource;
    }
}
