package dev.concord.system;

import java.util.ArrayList;
import java.util.List;

/// A Compose of this machine.
enum Compose {
    /// The program of its own, in Python; it knows no `--wait`.
    ONE("docker-compose"),
    /// The plugin of `docker`.
    TWO("docker compose");

    private final String command;

    Compose(String command) {
        this.command = command;
    }

    List<String> command() {
        return List.of(command.split(" ", -1));
    }

    private boolean isThere() {
        List<String> version = new ArrayList<>(command());
        version.add("version");
        return Shell.has(version.toArray(String[]::new));
    }

    /// All that are installed. CI must have both.
    static List<Compose> all() {
        List<Compose> there =
                List.of(values()).stream().filter(Compose::isThere).toList();
        if (there.size() < values().length && "true".equals(System.getenv("CI"))) {
            throw new IllegalStateException("only " + there + " of " + List.of(values())
                    + " is installed, and CI has to have both (.ci/packages, .ci/compose-2)");
        }
        if (there.isEmpty()) {
            throw new IllegalStateException(
                    "neither docker compose nor docker-compose is installed: apt-get install docker-compose");
        }
        return there;
    }

    static Compose newest() {
        return all().getLast();
    }
}
