package dev.concord.cli.lab;

import java.util.Arrays;
import java.util.Optional;

/// What can be ordered for one node.
enum NodeOrder {
    KILL("killed"),
    PAUSE("paused"),
    RESUME("goes on"),
    START("started"),
    CUT("cut off from the others"),
    HEAL("no longer cut off");

    private final String done;

    NodeOrder(String done) {
        this.done = done;
    }

    /// How it is told once it is done.
    String done() {
        return done;
    }

    static Optional<NodeOrder> of(String word) {
        return Arrays.stream(values())
                .filter(order -> LabView.word(order).equals(word))
                .findFirst();
    }
}
