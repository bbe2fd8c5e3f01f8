package dev.concord.cli;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import jdk.management.VirtualThreadSchedulerMXBean;

/// The threads of the system that carry virtual threads.
///
/// Java has as many as processors. A virtual thread that loads a class cannot leave its carrier, whatever it waits for:
/// on one or two processors a few first requests would hold all carriers, and those they wait for would have none to go
/// on with. So a node starts with more, and gives them up when its first requests are over: the system shares its
/// processors among all carriers that have work, and subscribers wait longer for theirs. See
/// `docs/decisions/0073-the-jar-is-read-by-threads-of-the-system.md`.
final class Carriers {
    /// Carriers a node has at least while it starts.
    static final int MINIMUM_AT_START = 8;
    /// Carriers a node has at least from then on.
    static final int MINIMUM = 2;
    /// How long a start counts: it takes a few seconds, and clients come back in the next ones.
    static final Duration START = Duration.ofMinutes(1);
    /// What Java reads when the first virtual thread begins.
    static final String PROPERTY = "jdk.virtualThreadScheduler.parallelism";

    private Carriers() {}

    /// Asks for enough of them, and for fewer a while later, unless the operator has said how many there are to be.
    /// To be called before the first virtual thread begins.
    static void prepare() {
        if (System.getProperty(PROPERTY) == null) {
            System.setProperty(PROPERTY, Integer.toString(Math.max(MINIMUM_AT_START, processors())));
            settleAfter(START);
        }
    }

    /// Goes back to as many as there are processors, so much later. The thread that waits ends no program later.
    static Thread settleAfter(Duration start) {
        return Thread.ofPlatform().name("carriers").daemon().start(() -> {
            try {
                Thread.sleep(start);
            } catch (InterruptedException e) {
                return;
            }
            ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class)
                    .setParallelism(Math.max(MINIMUM, processors()));
        });
    }

    private static int processors() {
        return Runtime.getRuntime().availableProcessors();
    }
}
