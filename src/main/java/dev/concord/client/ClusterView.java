package dev.concord.client;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// The cluster as one node sees it (`GET /api/cluster`).
///
/// @param clusterId empty while there is no cluster yet
/// @param node who says this
/// @param leader 0 if this node knows none
/// @param commit number of committed messages
/// @param earliest the first message that the node still has
/// @param quorum whether this node reaches a majority
/// @param canLose how many more nodes may fail
/// @param access what the node asks of its clients: `tokens`, `loopback` or [#INSECURE]
/// @param beyondRepair whether nobody can lead any more, because too many logs are in repair
/// @param json the answer as it came
public record ClusterView(
        String clusterId,
        long node,
        long leader,
        long term,
        long commit,
        long earliest,
        boolean quorum,
        long canLose,
        String access,
        boolean beyondRepair,
        List<MemberView> members,
        String json) {
    /// The access of a node that lets everybody in.
    public static final String INSECURE = "INSECURE";

    public ClusterView {
        members = List.copyOf(members);
    }

    /// One member.
    ///
    /// @param rttMs NaN if it was not measured
    public record MemberView(
            long id, String role, String state, String peer, String url, long persisted, long behind, double rttMs) {
        public boolean isAlive() {
            return "alive".equals(state);
        }

        /// Whether it is there, but does not count because its log is in repair.
        public boolean isRepairing() {
            return "repairing".equals(state);
        }

        public boolean isLearner() {
            return "learner".equals(role);
        }
    }

    /// Whether the node lets everybody in who reaches it.
    public boolean isInsecure() {
        return INSECURE.equals(access);
    }

    /// Whether a message sent to this node now can be expected to be acknowledged.
    public boolean isWritable() {
        return quorum && leader != 0;
    }

    static ClusterView parse(byte[] json) throws BadAnswerException {
        try {
            Map<String, @Nullable Object> fields = Json.object(json);
            if (fields.containsKey("node") && fields.get("members") instanceof List<?> list) {
                List<MemberView> members = new ArrayList<>();
                for (Object member : list) {
                    if (member instanceof Map<?, ?> map) {
                        members.add(member(map));
                    }
                }
                return new ClusterView(
                        Json.text(fields, "clusterId"),
                        Json.number(fields, "node", 0),
                        Json.number(fields, "leader", 0),
                        Json.number(fields, "term", 0),
                        Json.number(fields, "commit", 0),
                        Json.number(fields, "earliest", 1),
                        Json.isTrue(fields, "quorum"),
                        Json.number(fields, "canLose", 0),
                        Json.text(fields, "access"),
                        Json.isTrue(fields, "beyondRepair"),
                        members,
                        new String(json, StandardCharsets.UTF_8));
            }
        } catch (JacksonException e) {
            // the same answer as for JSON of something else
        }
        throw new BadAnswerException("this is no answer of a Concord node");
    }

    private static MemberView member(Map<?, ?> map) {
        Map<String, @Nullable Object> fields = Json.fields(map);
        return new MemberView(
                Json.number(fields, "id", 0),
                Json.text(fields, "role"),
                Json.text(fields, "state"),
                Json.text(fields, "peer"),
                Json.text(fields, "url"),
                Json.number(fields, "persisted", 0),
                Json.number(fields, "behind", 0),
                fields.get("rttMs") instanceof Number rtt ? rtt.doubleValue() : Double.NaN);
    }
}
