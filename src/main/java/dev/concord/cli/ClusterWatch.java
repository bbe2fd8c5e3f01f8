package dev.concord.cli;

import dev.concord.cli.LocalCluster.LocalNode;
import dev.concord.cli.lab.Lab;
import dev.concord.client.ClusterSurvey;
import dev.concord.client.ClusterView;
import dev.concord.client.NodeApi;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Starts a local cluster, waits until it is ready, says what to do with it, and reports in one line each what happens
/// to it until it is stopped.
final class ClusterWatch {
    private static final Duration START_POLL = Duration.ofMillis(100);
    private static final Duration WATCH_POLL = Duration.ofSeconds(1);

    private final LocalCluster cluster;
    private final Optional<LabPlan> plan;
    private final Terminal terminal;
    private final CountDownLatch stopped = new CountDownLatch(1);
    /// When each node ended that was not seen since, in `System.nanoTime` units.
    private final Map<Integer, Long> endedAt = new ConcurrentHashMap<>();
    /// Those of them that somebody else has started again.
    private final Set<Integer> reportedBack = ConcurrentHashMap.newKeySet();
    private Optional<Lab> lab = Optional.empty();
    private long leader;
    private long term;

    /// Where the lab listens, and what it stands before.
    record LabPlan(int port, List<Lab.Ports> ports) {
        LabPlan {
            ports = List.copyOf(ports);
        }

        String url() {
            return "http://127.0.0.1:" + port;
        }
    }

    ClusterWatch(LocalCluster cluster, Optional<LabPlan> plan, Terminal terminal) {
        this.cluster = cluster;
        this.plan = plan;
        this.terminal = terminal;
    }

    /// @return the exit code, when all nodes have ended by themselves; Ctrl-C ends the process instead
    int run(Duration readyWithin) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "concord-stop"));
        if (plan.isPresent()) {
            lab = Optional.of(Lab.open(cluster, plan.get().port(), plan.get().ports(), this::say));
        }
        cluster.onEnd(this::reportEnd);
        cluster.start();
        lab.ifPresent(Lab::watch);
        int count = cluster.ids().size();
        say("starting " + count + (count == 1 ? " node" : " nodes") + ", data in " + cluster.data());
        Optional<ClusterView> ready = awaitReady(start + readyWithin.toNanos());
        if (ready.isEmpty()) {
            return CommandFailedException.FAILED;
        }
        leader = ready.get().leader();
        term = ready.get().term();
        double seconds = (System.nanoTime() - start) / 1e9;
        say(String.format(Locale.ROOT, "ready in %.1f s, node %d leads", seconds, leader));
        suggest();
        return watch();
    }

    private void stop() {
        stopped.countDown();
        if (nodes().stream().anyMatch(LocalNode::isAlive)) {
            terminal.err().println();
            say("stopping");
        }
        lab.ifPresent(Lab::release);
        cluster.stop();
        lab.ifPresent(Lab::close);
        say("stopped; concord up goes on with the same data");
    }

    private Optional<ClusterView> awaitReady(long deadline) throws InterruptedException {
        while (System.nanoTime() < deadline) {
            if (stopped.await(START_POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                return Optional.empty();
            }
            if (nodes().stream().noneMatch(LocalNode::isAlive)) {
                say("no node is left; what each said last is in " + cluster.data() + "/node-*/node.log");
                return Optional.empty();
            }
            ClusterSurvey survey = survey();
            Optional<ClusterView> view = survey.best().filter(this::isComplete);
            if (view.isPresent() && allFollow(survey, view.get())) {
                return view;
            }
        }
        say("the cluster is not ready yet; see what the nodes say in " + cluster.data() + "/node-*/node.log");
        return Optional.empty();
    }

    /// Ready is: everybody who still runs is a voter, and messages are acknowledged.
    private boolean isComplete(ClusterView view) {
        long running = nodes().stream().filter(LocalNode::isAlive).count();
        long voters = view.members().stream()
                .filter(member -> member.isAlive() && !member.isLearner())
                .count();
        return view.isWritable() && voters >= running;
    }

    private boolean allFollow(ClusterSurvey survey, ClusterView view) {
        return nodes().stream()
                .filter(LocalNode::isAlive)
                .map(node -> survey.views().get(node.url()))
                .allMatch(own -> own != null && own.leader() == view.leader());
    }

    private ClusterSurvey survey() {
        List<NodeApi> apis = new ArrayList<>();
        cluster.ids().forEach(id -> apis.add(new NodeApi(cluster.url(id))));
        return ClusterSurvey.of(apis);
    }

    private void suggest() {
        int other = leader == 1 && cluster.ids().size() > 1 ? 2 : 1;
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("  Look:   " + cluster.url(1) + "/api/cluster");
        lines.add("  Type, in another terminal:");
        lines.add("    ./concord chat --as ada" + nodeOption());
        lines.add("    ./concord send --as ada hello" + nodeOption());
        lines.add("    curl -s " + cluster.url(other)
                + "/api/messages -H 'Content-Type: application/json' -d '{\"sender\":\"ada\",\"text\":\"hello\"}'");
        lines.add("    curl -s " + cluster.url(other) + "/api/messages");
        lines.add("    ./concord tail" + nodeOption());
        lines.add("    ./concord status" + nodeOption());
        process(leader).ifPresent(process -> {
            if (cluster.ids().size() > 2) {
                lines.add("    kill -9 " + process.pid() + "    # the leader, node " + leader + ": the others go on");
            }
        });
        plan.ifPresent(at -> lines.add("  Break it: below the chat at " + cluster.url(1) + ", or: curl -X POST "
                + at.url() + "/lab/nodes/" + leader + "/kill"));
        lines.add("  Ctrl-C stops all.");
        lines.add("");
        lines.forEach(terminal.err()::println);
    }

    /// Only where the defaults of the commands would not find the cluster.
    private String nodeOption() {
        return NodesOption.DEFAULT.contains(cluster.url(1)) ? "" : " --node " + cluster.url(1);
    }

    private Optional<ProcessHandle> process(long id) {
        return nodes().stream()
                .filter(node -> node.id() == id)
                .map(node -> node.process().toHandle())
                .findFirst();
    }

    private int watch() throws InterruptedException {
        while (!stopped.await(WATCH_POLL.toMillis(), TimeUnit.MILLISECONDS)) {
            long asked = System.nanoTime();
            ClusterSurvey survey = survey();
            reportReturns(survey, asked);
            if (lab.isEmpty()
                    && nodes().stream().noneMatch(LocalNode::isAlive)
                    && survey.views().isEmpty()) {
                say("no node is left");
                return CommandFailedException.FAILED;
            }
            survey.best().ifPresent(this::reportLeader);
        }
        return 0;
    }

    private void reportEnd(LocalNode node) {
        if (stopped.getCount() == 0) {
            return;
        }
        int status = node.process().exitValue();
        String how = status > 128 ? "was killed (signal " + (status - 128) + ")" : "ended: " + node.lastWords();
        say("node " + node.id() + " (pid " + node.process().pid() + ") " + how);
        say("start it again, "
                + plan.map(at -> "with: curl -X POST " + at.url() + "/lab/nodes/" + node.id() + "/start")
                        .orElse("in another terminal, with: ./concord node --config " + node.config()));
        reportedBack.remove(node.id());
        endedAt.put(node.id(), System.nanoTime());
    }

    /// @param asked when the nodes were asked; what they said before their end says nothing of their return
    private void reportReturns(ClusterSurvey survey, long asked) {
        for (LocalNode node : nodes()) {
            int id = node.id();
            Long ended = endedAt.get(id);
            if (ended == null || asked - ended < 0) {
                continue;
            }
            boolean answers = survey.views().containsKey(node.url());
            if (answers && reportedBack.add(id)) {
                say("node " + id + " is back");
            } else if (!answers && reportedBack.remove(id)) {
                say("node " + id + " has ended again");
            }
            if (answers && node.isAlive()) { // a process of this command again: its next end is news
                endedAt.remove(id, ended);
                reportedBack.remove(id);
            }
        }
    }

    private List<LocalNode> nodes() {
        return cluster.nodes();
    }

    private void reportLeader(ClusterView view) {
        if (view.isWritable() && (view.leader() != leader || view.term() != term)) {
            leader = view.leader();
            term = view.term();
            say("node " + leader + " leads now (term " + term + ")");
        } else if (!view.isWritable() && leader != 0) {
            leader = 0;
            say("no quorum: messages are refused until a majority of the nodes is back");
        }
    }

    private void say(String text) {
        terminal.err().println("concord: " + text);
    }
}
