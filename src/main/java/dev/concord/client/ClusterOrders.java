package dev.concord.client;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// What an operator orders a node to do.
public final class ClusterOrders {
    /// A handover is over, or refused, within this.
    private static final Duration HANDOVER = Duration.ofSeconds(15);

    private static final Duration PROMPT = Duration.ofSeconds(5);
    private static final String JSON = "application/json";
    private static final String LEVEL = "/api/cluster/level";
    private static final String DRAIN = "/api/cluster/drain";

    private ClusterOrders() {}

    /// How far a node is with its drain.
    ///
    /// @param leader 0 if nobody leads
    /// @param waitingFor what stopping has to wait for, in words; empty if it is safe
    public record DrainProgress(long node, long leader, boolean safeToStop, String waitingFor) {}

    /// Has the leader hand over to another node; returns when that one leads.
    ///
    /// @throws ProblemException if leadership stays where it is
    public static ClusterView transfer(NodeApi leader, long target) throws IOException, ProblemException {
        try (NodeApi.Response response =
                leader.post("/api/cluster/leader", JSON, Json.write(Map.of("node", target)), HANDOVER)) {
            refuseProblem(response);
            return ClusterView.parse(response.readAll());
        }
    }

    /// Begins to drain a node; it goes on by itself.
    public static DrainProgress drain(NodeApi node) throws IOException, ProblemException {
        return progress(node.post(DRAIN, JSON, "{}", PROMPT));
    }

    public static DrainProgress drainProgress(NodeApi node) throws IOException, ProblemException {
        return progress(node.get(DRAIN, JSON, PROMPT));
    }

    /// The level of a cluster and what its programs know.
    public record LevelView(long level, List<MemberLevels> members) {
        public LevelView {
            members = List.copyOf(members);
        }

        /// The highest level that every member is known to know, 0 if that of one is not known.
        public long newestOfAll() {
            return members.stream().mapToLong(MemberLevels::newest).min().orElse(0);
        }
    }

    /// @param newest 0 if it is not known
    public record MemberLevels(long id, boolean reachable, long oldest, long newest) {}

    public static LevelView level(NodeApi node) throws IOException, ProblemException {
        return levelView(node.get(LEVEL, JSON, PROMPT));
    }

    /// Has the cluster use a level from now on; there is no way back.
    public static LevelView raise(NodeApi leader, long level) throws IOException, ProblemException {
        return levelView(leader.put(LEVEL + "/" + level, JSON, HANDOVER));
    }

    private static LevelView levelView(NodeApi.Response answer) throws IOException, ProblemException {
        try (NodeApi.Response response = answer) {
            refuseProblem(response);
            Map<String, @Nullable Object> fields = Json.object(response.readAll());
            List<MemberLevels> members = new ArrayList<>();
            if (fields.get("members") instanceof List<?> list) {
                for (Object member : list) {
                    if (member instanceof Map<?, ?> map) {
                        Map<String, @Nullable Object> one = Json.fields(map);
                        members.add(new MemberLevels(
                                Json.number(one, "id", 0),
                                Json.isTrue(one, "reachable"),
                                Json.number(one, "oldest", 0),
                                Json.number(one, "newest", 0)));
                    }
                }
            }
            return new LevelView(Json.number(fields, "level", 0), members);
        } catch (JacksonException e) {
            throw new BadAnswerException("this is no answer of a Concord node");
        }
    }

    private static DrainProgress progress(NodeApi.Response answer) throws IOException, ProblemException {
        try (NodeApi.Response response = answer) {
            refuseProblem(response);
            Map<String, @Nullable Object> fields = Json.object(response.readAll());
            return new DrainProgress(
                    Json.number(fields, "node", 0),
                    Json.number(fields, "leader", 0),
                    Json.isTrue(fields, "safeToStop"),
                    Json.text(fields, "waitingFor"));
        } catch (JacksonException e) {
            throw new BadAnswerException("this is no answer of a Concord node");
        }
    }

    private static void refuseProblem(NodeApi.Response response) throws IOException, ProblemException {
        if (!response.isOk()) {
            throw new ProblemException(response.problem());
        }
    }
}
