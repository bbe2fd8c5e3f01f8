package dev.concord.config;

import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A name that ends in a number counted from 0, such as `concord-0`: all that tells the pods of a StatefulSet apart,
/// which otherwise get the same settings. It stands for a node id, which is one more, because ids begin with 1.
final class NodeName {
    private static final Pattern NUMBERED = Pattern.compile(".*-(0|[1-9][0-9]{0,3})");

    private NodeName() {}

    /// Puts the id that follows from the name in its place; returns whether there is a name.
    static boolean giveId(Map<String, SettingValue> values) {
        SettingValue name = values.get(Setting.NODE_NAME.key());
        if (name == null) {
            return false;
        }
        SettingValue id = values.get(Setting.NODE_ID.key());
        if (id != null) {
            throw new SettingsException(name.where() + ": node_name gives the node its id, and " + id.where()
                    + " sets node_id too: remove one of them.");
        }
        Matcher numbered = NUMBERED.matcher(name.text());
        if (!numbered.matches()) {
            throw new SettingsException(name.where() + ": node_name is \"" + name.text()
                    + "\": give a name that ends in a number, such as concord-0, or set node_id instead.");
        }
        int ordinal = Integer.parseInt(numbered.group(1));
        values.put(Setting.NODE_ID.key(), new SettingValue(Integer.toString(ordinal + 1), name.where()));
        return true;
    }

    /// A pod beyond those that all settings list was added later. If it took itself for one of the founders, five pods
    /// that start at once with a list of three would found more than one cluster.
    ///
    /// @param all the list that names every founding node, `1@concord-0:5001,2@concord-1:5001`
    static void joinIfUnlisted(Map<String, SettingValue> values, SettingValue id, SettingValue all) {
        boolean listed = Arrays.stream(all.text().split(","))
                .anyMatch(node -> node.strip().startsWith(id.text() + "@"));
        if (!listed) {
            values.putIfAbsent(Setting.BOOTSTRAP.key(), new SettingValue("false", all.where()));
        }
    }
}
