package dev.concord.observability;

import dev.concord.node.NodeStatus;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.json.JsonWriter.Members;
import org.springframework.boot.logging.structured.StructuredLoggingJsonMembersCustomizer;
import org.springframework.core.env.Environment;

/// Puts on every line of the JSON log who wrote it and where it stood: `concord.node`, `concord.role`, `concord.term`,
/// `concord.seq`. Read from the node at the moment of the line, so it needs no MDC and is right on every thread.
///
/// The logging system makes this object itself, before any bean exists; until the log is recovered the role is
/// `starting`. Hence the one static field.
public final class NodeLogFields implements StructuredLoggingJsonMembersCustomizer<Object> {
    private static volatile Supplier<Standing> standing = () -> new Standing("starting", 0, 0);

    private final int node;

    public NodeLogFields(Environment environment) {
        node = environment.getProperty("concord.node-id", Integer.class, 0);
    }

    /// Where a node stands.
    public record Standing(String role, long term, long seq) {
        /// @param status null before the log is recovered
        public static Standing of(@Nullable NodeStatus status, long term, long seq) {
            String role = status == null ? "starting" : status.role().name().toLowerCase(Locale.ROOT);
            return new Standing(role, term, seq);
        }
    }

    /// From now on the lines tell what this says. It must not log.
    public static void show(Supplier<Standing> running) {
        standing = running;
    }

    @Override
    public void customize(Members<Object> members) {
        members.<Standing>add("concord", line -> standing.get()).usingMembers(fields -> {
            fields.add("node", node);
            fields.add("role", Standing::role);
            fields.add("term", Standing::term);
            fields.add("seq", Standing::seq);
        });
    }
}
