package dev.concord.web;

import dev.concord.chat.Cluster;
import dev.concord.chat.ClusterReport;
import dev.concord.node.RemovalResult;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/api/cluster/members`: who belongs to the cluster, and the order to take one of them out. Any node takes it. Nobody
/// is put in from here: a node joins by itself.
@RestController
@RequestMapping("/api/cluster/members")
public final class MembersController {
    private final Cluster cluster;
    private final Answers answers;

    public MembersController(Cluster cluster, Answers answers) {
        this.cluster = cluster;
        this.answers = answers;
    }

    /// @param removed id of the node that is out
    /// @param store which of its data directories; another one may join under the same id
    record Removal(int removed, String store) {}

    record Members(List<ClusterReport.MemberReport> members) {}

    @GetMapping
    void list(HttpServletRequest request, HttpServletResponse response) throws IOException {
        new Query(request);
        answers.json(
                response,
                HttpServletResponse.SC_OK,
                new Members(cluster.report().members()));
    }

    @PostMapping
    void add(HttpServletResponse response) {
        response.setHeader("Allow", "GET");
        throw new ProblemException(
                ProblemCode.MEMBERS_JOIN_BY_THEMSELVES,
                "start the node with this cluster among its seed_nodes; it asks to be taken in");
    }

    /// Waits until the removal is committed; the node itself gives up in time.
    @DeleteMapping("/{id}")
    void remove(@PathVariable String id, HttpServletRequest request, HttpServletResponse response)
            throws IOException, InterruptedException {
        new Query(request);
        NodeId target = target(id);
        switch (outcome(target)) {
            case RemovalResult.Removed(Member member) ->
                answers.json(
                        response,
                        HttpServletResponse.SC_OK,
                        new Removal(target.value(), member.store().toString()));
            case RemovalResult.NotAMember(NodeId node) ->
                throw new ProblemException(ProblemCode.NO_SUCH_MEMBER, "node " + node + " is no member of the cluster");
            case RemovalResult.Refused(RemovalResult.Reason reason) -> throw refused(target, reason);
            case RemovalResult.Unfinished(String why) ->
                throw new ProblemException(
                        ProblemCode.REMOVAL_UNFINISHED, "node " + target + " is not removed yet: " + why);
        }
    }

    private RemovalResult outcome(NodeId target) throws InterruptedException {
        try {
            return cluster.remove(target).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a removal has an outcome, not a failure", e);
        }
    }

    private static ProblemException refused(NodeId target, RemovalResult.Reason reason) {
        return switch (reason) {
            case LAST_VOTER ->
                new ProblemException(ProblemCode.LAST_VOTER, "node " + target + " is the last voter of the cluster");
            case NO_QUORUM ->
                new ProblemException(
                        ProblemCode.REMOVAL_ENDANGERS_QUORUM,
                        "without node " + target + " the voters in reach would be no majority");
        };
    }

    private static NodeId target(String id) {
        if (!id.matches("[1-9]\\d{0,8}")) {
            throw ProblemException.parameter("id", "\"" + id + "\" is no node id: give a number such as 4");
        }
        return new NodeId(Integer.parseInt(id));
    }
}
