package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.system.Witness.Outcome;
import dev.concord.system.Witness.Seen;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real nodes under attack: killed, stopped, cut off, slowed, one fault after the other, while clients send
/// and subscribers listen at all of them. The [Witness] judges by what the clients saw.
///
/// `-Dattack.faults=400 -Dattack.nodes=5 -Dattack.seed=7` makes it long, the profile `attack` does that for three and
/// five.
class AttackIT {
    private static final int NODES = Integer.getInteger("attack.nodes", 3);
    private static final int FAULTS = Integer.getInteger("attack.faults", 12);
    private static final long SEED = Long.getLong("attack.seed", 1);
    private static final int SENDERS = 6;
    private static final int SUBSCRIBERS = 3;
    private static final int FAULTS_PER_LINE = 20;
    private static final Duration TIME_PER_LINE = Duration.ofSeconds(30);

    /// What is done to the cluster, and how many messages it must take meanwhile before it is made well again.
    private enum Fault {
        KILL_THE_LEADER(100),
        KILL_A_FOLLOWER(100),
        KILL_EVERYBODY(0),
        STOP_THE_LEADER(100),
        STOP_A_FOLLOWER(100),
        CUT_THE_LEADER_OFF(100),
        CUT_A_FOLLOWER_OFF(100),
        CUT_ONE_DIRECTION(50),
        RESET_A_LINK(100),
        SLOW_A_LINK(30),
        SLOW_A_DISK(30);

        private final int messages;

        Fault(int messages) {
            this.messages = messages;
        }
    }

    @TempDir
    private Path folder;

    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    private final Witness witness = new Witness();
    private final Map<Fault, List<Long>> pauses = new EnumMap<>(Fault.class);

    private UpProcess cluster;
    private Lab lab;

    @Test
    void whatClientsWereToldStaysTrueWhateverFails() throws IOException {
        int ports = ClusterProcesses.freeRun(3 * NODES + 1);
        int labPort = ports + 3 * NODES;
        try (UpProcess up = new UpProcess(folder, NODES, ports, ports + NODES, "--lab", "--lab-port", "" + labPort)) {
            cluster = up.awaitReady();
            lab = new Lab("http://127.0.0.1:" + labPort);
            List<Sender> senders = new ArrayList<>();
            List<Subscriber> subscribers = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                senders.add(new Sender("c" + i, cluster, witness, new SplittableRandom(SEED * 100 + i)));
            }
            for (int i = 0; i < SUBSCRIBERS; i++) {
                subscribers.add(new Subscriber(cluster, i % NODES + 1));
            }
            awaitMore(100);
            long start = System.nanoTime();
            long told = start;
            for (int i = 0; i < FAULTS; i++) {
                Fault fault = Fault.values()[(i + (int) SEED) % Fault.values().length];
                suffer(fault, subscribers);
                long now = System.nanoTime();
                if ((i + 1) % FAULTS_PER_LINE == 0 || now - told > TIME_PER_LINE.toNanos()) {
                    told = now;
                    progress(i + 1, Duration.ofNanos(now - start));
                }
            }
            senders.forEach(Sender::close);
            judge(subscribers);
        }
    }

    private void suffer(Fault fault, List<Subscriber> subscribers) {
        long start = System.nanoTime();
        inflict(fault);
        awaitMore(fault.messages);
        subscribers.forEach(Subscriber::moveOn); // a stream of a node that stands still ends only so
        makeWell();
        awaitMore(50);
        pauses.computeIfAbsent(fault, f -> new ArrayList<>()).add(longestPauseSince(start));
    }

    private void inflict(Fault fault) {
        int leader = leader();
        int follower = (leader + random.nextInt(NODES - 1)) % NODES + 1;
        switch (fault) {
            case KILL_THE_LEADER -> lab.order("nodes/" + leader + "/kill");
            case KILL_A_FOLLOWER -> lab.order("nodes/" + follower + "/kill");
            case KILL_EVERYBODY -> {
                for (int id = 1; id <= NODES; id++) {
                    lab.order("nodes/" + id + "/kill");
                }
            }
            case STOP_THE_LEADER -> lab.order("nodes/" + leader + "/pause");
            case STOP_A_FOLLOWER -> lab.order("nodes/" + follower + "/pause");
            case CUT_THE_LEADER_OFF -> lab.order("nodes/" + leader + "/cut");
            case CUT_A_FOLLOWER_OFF -> lab.order("nodes/" + follower + "/cut");
            case CUT_ONE_DIRECTION -> lab.link(leader, follower, "silence", 0);
            case RESET_A_LINK -> {
                lab.link(leader, follower, "reset", 0);
                lab.link(follower, leader, "reset", 0);
            }
            case SLOW_A_LINK -> lab.link(leader, follower, "none", 100);
            case SLOW_A_DISK ->
                lab.order("nodes/" + (random.nextBoolean() ? leader : follower) + "/disk", "{\"delayMs\":200}");
        }
    }

    private int leader() {
        int[] leader = new int[1];
        ClusterProcesses.await("somebody leads", () -> {
            for (int id : cluster.livingIds()) {
                leader[0] = cluster.api(id).cluster().leader();
                if (leader[0] != 0) {
                    return true;
                }
            }
            return false;
        });
        return leader[0];
    }

    private void makeWell() {
        for (int id = 1; id <= NODES; id++) {
            if (lab.node(id).process().equals("paused")) {
                lab.order("nodes/" + id + "/resume");
            } else if (lab.node(id).process().equals("ended")) {
                lab.order("nodes/" + id + "/start");
            }
        }
        lab.order("heal");
        ClusterProcesses.await(
                "all nodes follow one leader",
                () -> cluster.livingIds().size() == NODES
                        && cluster.livingIds().stream()
                                        .map(id -> cluster.api(id).cluster().leader())
                                        .distinct()
                                        .count()
                                == 1
                        && cluster.api(1).cluster().leader() != 0);
    }

    private void awaitMore(int messages) {
        long target = witness.acknowledged() + messages;
        ClusterProcesses.await(messages + " more acknowledged messages", () -> witness.acknowledged() >= target);
    }

    private long longestPauseSince(long start) {
        long last = start;
        long longest = 0;
        for (long at : witness.acknowledgedAt()) {
            if (at > start) {
                longest = Math.max(longest, at - last);
                last = at;
            }
        }
        return longest;
    }

    private void judge(List<Subscriber> subscribers) {
        long newest = cluster.api(leader()).newestSeq();
        cluster.awaitLevel(newest);
        ClusterProcesses.await(
                "all subscribers saw it", () -> subscribers.stream().allMatch(s -> s.last() >= newest));
        subscribers.forEach(subscriber -> {
            subscriber.close();
            witness.subscription(subscriber.seen());
        });
        Map<Integer, List<Seen>> histories = new TreeMap<>();
        for (int id : cluster.livingIds()) {
            histories.put(
                    id,
                    cluster.api(id).history().stream()
                            .map(message -> new Seen(message.seq(), message.id()))
                            .toList());
        }
        List<String> broken = witness.broken(histories);
        report(newest, broken);

        assertThat(histories).hasSize(NODES);
        assertThat(broken).as("seed %d", SEED).isEmpty();
        assertThat(witness.acknowledged()).isGreaterThan(20L * FAULTS);
    }

    /// A long run takes up to an hour: whoever waits for it sees how far it is.
    private void progress(int faults, Duration since) {
        System.out.printf(
                Locale.ROOT,
                "attack: %d:%02d min, %d of %d faults (%s), %,d acknowledged, longest pause %,d ms%n",
                since.toMinutes(),
                since.toSecondsPart(),
                faults,
                FAULTS,
                pauses.entrySet().stream()
                        .map(of -> words(of.getKey()) + " " + of.getValue().size())
                        .collect(Collectors.joining(", ")),
                witness.acknowledged(),
                pauses.values().stream()
                                .flatMap(List::stream)
                                .mapToLong(Long::longValue)
                                .max()
                                .orElse(0)
                        / 1_000_000);
    }

    private static String words(Fault fault) {
        return fault.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private void report(long stored, List<String> broken) {
        System.out.printf(
                Locale.ROOT,
                "attack: %d nodes, %d faults, seed %d: %,d acknowledged, %,d refused, %,d unknown, %,d stored, %d promises broken%n",
                NODES,
                FAULTS,
                SEED,
                witness.acknowledged(),
                witness.with(Outcome.REFUSED),
                witness.with(Outcome.UNKNOWN),
                stored,
                broken.size());
        pauses.forEach((fault, nanos) -> {
            List<Long> sorted = nanos.stream().sorted().toList();
            System.out.printf(
                    Locale.ROOT,
                    "attack: %-20s %3d times, longest pause without an acknowledgement: median %,d ms, max %,d ms%n",
                    words(fault),
                    sorted.size(),
                    sorted.get(sorted.size() / 2) / 1_000_000,
                    sorted.getLast() / 1_000_000);
        });
    }
}
