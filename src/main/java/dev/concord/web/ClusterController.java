package dev.concord.web;

import dev.concord.chat.Cluster;
import dev.concord.protocol.NodeId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `/api/cluster`: the cluster as this node sees it, and the order to hand leadership over.
@RestController
@RequestMapping("/api/cluster")
public final class ClusterController {
    /// Most bytes of an order to the cluster.
    static final int MAX_BODY_BYTES = 1024;
    private static final int HANDOVER_SECONDS = 10;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Cluster cluster;
    private final Answers answers;

    public ClusterController(Cluster cluster, Answers answers) {
        this.cluster = cluster;
        this.answers = answers;
    }

    @GetMapping
    void report(HttpServletRequest request, HttpServletResponse response) throws IOException {
        new Query(request);
        answers.json(response, HttpServletResponse.SC_OK, cluster.report());
    }

    @PostMapping(path = "/leader", consumes = MediaType.APPLICATION_JSON_VALUE)
    void handOver(HttpServletRequest request, HttpServletResponse response) throws IOException, InterruptedException {
        new Query(request);
        NodeId target = target(RequestBody.read(request, MAX_BODY_BYTES, RequestBody.ORDER_PATIENCE));
        if (!cluster.hasMember(target)) {
            throw ProblemException.parameter("node", "node " + target + " is no member of the cluster");
        }
        String failure = handOver(target);
        if (!failure.isEmpty()) {
            throw new ProblemException(ProblemCode.LEADERSHIP_NOT_MOVED, failure);
        }
        answers.json(response, HttpServletResponse.SC_OK, cluster.report());
    }

    private String handOver(NodeId target) throws InterruptedException {
        try {
            return cluster.handOver(target).get(HANDOVER_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            return "no answer within " + HANDOVER_SECONDS + " s; GET /api/cluster tells who leads";
        } catch (ExecutionException e) {
            throw new IllegalStateException("a handover has an outcome, not a failure", e);
        }
    }

    private static NodeId target(byte[] body) {
        JsonNode json;
        try {
            json = MAPPER.readTree(body);
        } catch (JacksonException e) {
            throw new ProblemException(ProblemCode.MALFORMED_REQUEST, "malformed JSON: " + e.getOriginalMessage());
        }
        if (!json.isObject()) {
            throw new ProblemException(ProblemCode.MALFORMED_REQUEST, "send a JSON object such as {\"node\":2}");
        }
        for (Map.Entry<String, JsonNode> member : json.properties()) {
            if (!member.getKey().equals("node")) {
                throw ProblemException.parameter(
                        member.getKey(), "unknown field; known here is node, as in {\"node\":2}");
            }
        }
        JsonNode node = json.get("node");
        if (node == null || !node.isInt() || node.intValue() < 1) {
            throw ProblemException.parameter("node", "node must be the id of a node, as in {\"node\":2}");
        }
        return new NodeId(node.intValue());
    }
}
