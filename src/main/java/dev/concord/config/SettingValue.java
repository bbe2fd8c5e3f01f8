package dev.concord.config;

/// A setting as somebody wrote it.
///
/// @param text the value; what kind it is was already checked if it comes from a file
/// @param where for an error: `config/node1.yml, line 4`, `environment variable CONCORD_PORT`, ...
record SettingValue(String text, String where) {}
