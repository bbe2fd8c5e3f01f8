package dev.concord.config;

/// What a value looks like.
public enum SettingType {
    INTEGER("a whole number"),
    TEXT("text, in quotes if it looks like a number"),
    BOOLEAN("true or false"),
    NODES("a list of nodes, each {node_id: 2, host: \"127.0.0.1\", port: 5002}");

    private final String description;

    SettingType(String description) {
        this.description = description;
    }

    String description() {
        return description;
    }
}
