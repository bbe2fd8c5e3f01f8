package dev.concord.system;

import dev.concord.system.Witness.Outcome;
import dev.concord.system.Witness.Sent;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/// A client under attack: it sends one message after the other to some node, and again under the same id to another as
/// long as nobody says that it is stored. One in ten it gives up after the first try, whatever came of it.
final class Sender implements AutoCloseable {
    private static final int CREATED = 201;
    private static final int OK = 200;
    private static final int NOT_STORED = 503;
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final long PACE_NANOS = 5_000_000;

    private final String name;
    private final TestCluster cluster;
    private final Witness witness;
    private final RandomGenerator random;
    private final Thread thread;
    private volatile boolean running = true;

    Sender(String name, TestCluster cluster, Witness witness, RandomGenerator random) {
        this.name = name;
        this.cluster = cluster;
        this.witness = witness;
        this.random = random;
        this.thread = Thread.ofVirtual().name(name).start(this::run);
    }

    private void run() {
        int node = random.nextInt(cluster.size()) + 1;
        for (long number = 1; running; number++) {
            String id = name + "-" + number;
            boolean once = random.nextInt(10) == 0;
            long start = System.nanoTime();
            Outcome outcome = Outcome.UNKNOWN;
            long seq = 0;
            do {
                Api.Answer answer = post(node, id);
                if (answer != null && (answer.status() == CREATED || answer.status() == OK)) {
                    outcome = Outcome.ACKNOWLEDGED;
                    seq = answer.json().get("seq").asLong();
                } else {
                    outcome =
                            once && answer != null && answer.status() == NOT_STORED ? Outcome.REFUSED : Outcome.UNKNOWN;
                    node = node % cluster.size() + 1;
                    LockSupport.parkNanos(PACE_NANOS);
                }
            } while (running && !once && outcome != Outcome.ACKNOWLEDGED);
            witness.sent(new Sent(name, id, start, System.nanoTime(), outcome, seq));
            LockSupport.parkNanos(PACE_NANOS);
        }
    }

    /// Null if there was no answer at all.
    private Api.Answer post(int node, String id) {
        try {
            return cluster.api(node).post(id, "text of " + id, PATIENCE);
        } catch (RuntimeException e) {
            return null;
        }
    }

    /// Stops it once its last message has ended.
    @Override
    public void close() {
        running = false;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
