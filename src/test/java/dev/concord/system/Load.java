package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// Clients that post at a steady rate to all nodes and keep what was acknowledged. Each client stays with its
/// node; if the node's process is gone it moves on and tries again with the same id, as a real client does.
final class Load implements AutoCloseable {
    private final TestCluster cluster;
    private final String name;
    private final List<Thread> clients = new ArrayList<>();
    private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
    private final ConcurrentSkipListSet<Long> ackTimes = new ConcurrentSkipListSet<>();
    private final ConcurrentLinkedQueue<String> errors = new ConcurrentLinkedQueue<>();
    private final AtomicLong numbers = new AtomicLong();
    private volatile boolean running = true;

    /// @param perSecond posts each second, over all nodes together
    Load(TestCluster cluster, String name, int perSecond, int clientsPerNode) {
        this.cluster = cluster;
        this.name = name;
        int count = clientsPerNode * cluster.size();
        long interval = 1_000_000_000L * count / perSecond;
        for (int i = 0; i < count; i++) {
            int home = i % cluster.size() + 1;
            long offset = interval * i / count;
            clients.add(Thread.ofVirtual().name("client-" + i).start(() -> run(home, interval, offset)));
        }
    }

    private void run(int home, long interval, long offset) {
        long next = System.nanoTime() + offset;
        int at = home;
        while (running) {
            LockSupport.parkNanos(next - System.nanoTime());
            next = Math.max(next + interval, System.nanoTime() - interval);
            String id = name + "-" + numbers.incrementAndGet();
            at = post(id, at);
        }
    }

    private int post(String id, int start) {
        int at = start;
        while (running) {
            try {
                Api.Answer answer = cluster.api(at).post(id, "text of " + id);
                if (answer.status() == 201 || answer.status() == 200) {
                    acknowledged.put(id, answer.json().get("seq").asLong());
                    ackTimes.add(System.nanoTime());
                    return at;
                }
                if (answer.status() != 503 && answer.status() != 504) {
                    errors.add("node " + at + " answered " + answer.status() + ": " + answer.body());
                    return at;
                }
                errors.add("node " + at + " answered " + answer.status() + ": " + answer.body());
            } catch (RuntimeException e) {
                // the process is gone or paused: another node takes the same message
            }
            at = at % cluster.size() + 1;
        }
        return at;
    }

    /// Answers of living nodes that were no success.
    List<String> errors() {
        return List.copyOf(errors);
    }

    long acknowledged() {
        return acknowledged.size();
    }

    /// Waits until `more` further messages are acknowledged.
    void awaitMore(int more) {
        long target = acknowledged() + more;
        ClusterProcesses.await(more + " more acknowledged messages", () -> acknowledged() >= target);
    }

    /// The longest time without any acknowledgement that began or ended after `since`, in nanoseconds.
    long longestPauseSince(long since) {
        Long last = ackTimes.floor(since);
        long previous = last == null ? since : last;
        long longest = 0;
        for (long time : ackTimes.tailSet(since)) {
            longest = Math.max(longest, time - previous);
            previous = time;
        }
        return longest;
    }

    @Override
    public void close() {
        stop();
    }

    /// Stops the clients and waits for their end; whatever they have sent has its answer then.
    void stop() {
        running = false;
        for (Thread client : clients) {
            try {
                client.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Checks the promise against the history of each living node: everything acknowledged is there, once, at
    /// its seq, and all nodes have the same history, 1..N without a gap.
    void assertKept() {
        long highest =
                acknowledged.values().stream().mapToLong(Long::longValue).max().orElse(0);
        cluster.awaitLevel(highest);
        List<Api.Message> first = null;
        for (int id : cluster.livingIds()) {
            List<Api.Message> history = cluster.api(id).history();
            Map<String, Long> seqs = new HashMap<>();
            Set<String> doubled = new HashSet<>();
            for (int i = 0; i < history.size(); i++) {
                Api.Message message = history.get(i);
                assertThat(message.seq()).as("seq on node %s", id).isEqualTo(i + 1L);
                if (seqs.put(message.id(), message.seq()) != null) {
                    doubled.add(message.id());
                }
            }
            assertThat(doubled).as("doubled on node %s", id).isEmpty();
            acknowledged.forEach((key, seq) ->
                    assertThat(seqs.get(key)).as("%s on node %s", key, id).isEqualTo(seq));
            if (first != null) {
                int common = Math.min(first.size(), history.size());
                assertThat(history.subList(0, common)).as("node %s", id).isEqualTo(first.subList(0, common));
            }
            first = history;
        }
    }
}
