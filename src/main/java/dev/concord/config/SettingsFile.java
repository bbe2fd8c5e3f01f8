package dev.concord.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// The YAML file of a node: flat keys, and one list. It is read token by token, so that every complaint can name the
/// line; anything that is not expected stops the start, because a setting that is silently ignored is found too late.
final class SettingsFile {
    /// Nobody writes more settings than this; a data file given by mistake is refused before it is parsed.
    static final int MAX_BYTES = 256 * 1024;

    private static final List<String> NODE_KEYS = List.of("node_id", "host", "port");

    private final Path file;
    private final JsonParser parser;
    private final Map<String, SettingValue> values = new LinkedHashMap<>();

    private SettingsFile(Path file, JsonParser parser) {
        this.file = file;
        this.parser = parser;
    }

    /// The values by path: `port`, `seed_nodes[0].host`; a list that is there also under its own key.
    ///
    /// @throws SettingsException for anything but known keys with values of the right kind, each once
    static Map<String, SettingValue> read(Path file) {
        String text = load(file);
        try (JsonParser parser = new YAMLMapper().createParser(text)) {
            SettingsFile settings = new SettingsFile(file, parser);
            settings.document();
            return settings.values;
        } catch (JacksonException e) {
            String place = e.getLocation() == null
                    ? file.toString()
                    : at(file, e.getLocation().getLineNr());
            String problem = e.getOriginalMessage().lines().findFirst().orElse("it cannot be read");
            throw new SettingsException(place + ": this is not YAML (" + problem + "): write one `key: value` a line.");
        } catch (IndexOutOfBoundsException e) { // the parser's own, for a few characters at the end of its buffer
            throw new SettingsException(file + ": this is not YAML: write one `key: value` a line.");
        }
    }

    private static String load(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw new SettingsException(file + " is a folder: name the YAML file with the settings of the node.");
            }
            if (Files.size(file) > MAX_BYTES) {
                throw new SettingsException(
                        file + " is larger than " + MAX_BYTES + " bytes: name the YAML file with the settings.");
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new SettingsException(
                    file + " does not exist: name a file such as config/node1.yml, or leave --config out.");
        } catch (IOException e) {
            throw new SettingsException(file + " cannot be read (" + e + "): check that it is a readable text file.");
        }
    }

    private void document() {
        JsonToken first = parser.nextToken();
        if (first == null || first == JsonToken.VALUE_NULL) {
            throw new SettingsException(file + ", line 1: the file is empty: write at least `node_id: 1`.");
        }
        if (first != JsonToken.START_OBJECT) {
            throw new SettingsException(here() + ": there are no keys: write one `key: value` a line.");
        }
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = parser.currentName();
            String where = here();
            Setting setting = Setting.ofKey(key)
                    .orElseThrow(() -> new SettingsException(unknown(where, key, Setting.keys(), "setting")));
            parser.nextToken();
            if (setting.type() == SettingType.NODES) {
                nodes(key, where);
            } else {
                put(key, scalar(key, setting.type(), where));
            }
        }
        if (parser.nextToken() != null) {
            throw new SettingsException(here() + ": a second document begins: keep the settings in one.");
        }
    }

    private void nodes(String key, String where) {
        put(key, new SettingValue("", where));
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw new SettingsException(wrongType(where, key, "", SettingType.NODES));
        }
        for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
            String path = key + "[" + i + "]";
            String place = here();
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw new SettingsException(
                        place + ": " + path + " is not a node: write {node_id: 2, host: \"127.0.0.1\", port: 5002}.");
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                node(path);
            }
            for (String name : NODE_KEYS) {
                if (!values.containsKey(path + "." + name)) {
                    throw new SettingsException(place + ": " + path + " has no " + name
                            + ": write {node_id: 2, host: \"127.0.0.1\", port: 5002}.");
                }
            }
        }
    }

    private void node(String path) {
        String name = parser.currentName();
        String where = here();
        if (!NODE_KEYS.contains(name)) {
            throw new SettingsException(unknown(where, path + "." + name, NODE_KEYS, "key of a node"));
        }
        parser.nextToken();
        put(
                path + "." + name,
                scalar(path + "." + name, "host".equals(name) ? SettingType.TEXT : SettingType.INTEGER, where));
    }

    private SettingValue scalar(String path, SettingType type, String where) {
        JsonToken token = parser.currentToken();
        String text = token.isScalarValue() && token != JsonToken.VALUE_NULL ? parser.getString() : "";
        boolean fits = switch (type) {
            case INTEGER -> token == JsonToken.VALUE_NUMBER_INT;
            case BOOLEAN -> token.isBoolean();
            case TEXT -> token == JsonToken.VALUE_STRING;
            case NODES -> false;
        };
        if (!fits) {
            throw new SettingsException(wrongType(where, path, text, type));
        }
        return new SettingValue(
                type == SettingType.INTEGER ? parser.getBigIntegerValue().toString() : text, where);
    }

    private void put(String path, SettingValue value) {
        SettingValue earlier = values.putIfAbsent(path, value);
        if (earlier != null) {
            throw new SettingsException(value.where() + ": " + path + " stands here a second time, first in "
                    + earlier.where() + ": remove one of them.");
        }
    }

    private String here() {
        return at(file, parser.currentTokenLocation().getLineNr());
    }

    private static String at(Path file, int line) {
        return file + ", line " + line;
    }

    private static String wrongType(String where, String path, String text, SettingType type) {
        String found = text.isEmpty() ? " has no plain value" : " is " + text;
        return where + ": " + path + found + ": write " + type.description() + ".";
    }

    static String unknown(String where, String path, List<String> known, String kind) {
        String name = path.substring(path.lastIndexOf('.') + 1);
        Optional<String> nearest = NearestName.to(name, known);
        return where + ": " + path + " is no " + kind + ": "
                + nearest.map(key -> "did you mean " + key + "?")
                        .orElse("the known ones are " + String.join(", ", known) + ".");
    }
}
