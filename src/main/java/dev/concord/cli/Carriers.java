package dev.concord.cli;

/// The threads of the system that carry virtual threads.
///
/// Java has as many as processors. A virtual thread that loads a class cannot leave its carrier, whatever it waits for:
/// on one or two processors a few first requests would hold all carriers, and those they wait for would have none to go
/// on with. See `docs/decisions/0073-the-jar-is-read-by-threads-of-the-system.md`.
final class Carriers {
    /// Carriers a node has at least.
    static final int MINIMUM = 8;
    /// What Java reads when the first virtual thread begins.
    static final String PROPERTY = "jdk.virtualThreadScheduler.parallelism";

    private Carriers() {}

    /// Asks for enough of them, unless the operator has said how many there are to be. To be called before the first
    /// virtual thread begins.
    static void prepare() {
        if (System.getProperty(PROPERTY) == null) {
            int processors = Runtime.getRuntime().availableProcessors();
            System.setProperty(PROPERTY, Integer.toString(Math.max(MINIMUM, processors)));
        }
    }
}
