package dev.concord.simulation;

import dev.concord.node.Effect;
import dev.concord.node.Event;
import dev.concord.node.NodeStatus;
import dev.concord.node.SubmitResult;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.ProtocolSettings;
import dev.concord.protocol.Role;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/// A play in several commands, and everything that the nodes say in it. The network takes one millisecond, the disk
/// one millisecond, always; heartbeats and what is only about links are left out.
///
/// ```
/// nodes N                    the configured nodes, with the default settings
/// start 1 2 3 | start all    starts processes
/// kill N | power-loss N      ends a process; its peers notice, or do not
/// pause N | resume N         stops a process for a while
/// wipe N                     empties the volume of a dead process
/// cut A B | cut-one-way A B  nothing passes any more (from A to B)
/// isolate A | heal           cuts A off from all others | mends every cut
/// submit N KEY               a client hands in a message at a node
/// handover N                 an operator asks every node to let N lead
/// remove N AT                an operator asks node AT to take N out of the cluster
/// quiet | loud               stops | resumes writing down what is said
/// run MILLIS                 lets time pass
/// until leader N             lets time pass until N leads and all that are up follow it
/// until committed SEQ        lets time pass until all that are up have delivered that many messages
/// status                     what each node says of itself
/// ```
final class Scenario {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final StringBuilder transcript = new StringBuilder();
    private Simulation simulation;
    private boolean loud = true;
    private long sceneStart;

    /// Does what one command says, and returns what was said meanwhile.
    String perform(String command) {
        transcript.setLength(0);
        String[] words = command.split(" ", -1);
        if (simulation != null) {
            sceneStart = simulation.nowNanos();
        }
        switch (words[0]) {
            case "nodes" -> open(Integer.parseInt(words[1]));
            case "start" -> start(words);
            case "kill" -> node(words[1]).die(false);
            case "power-loss" -> node(words[1]).die(true);
            case "pause" -> node(words[1]).pause();
            case "resume" -> node(words[1]).resume();
            case "wipe" -> node(words[1]).wipe();
            case "cut" -> simulation.network().partition(node(words[1])).from(node(words[2]));
            case "cut-one-way" -> simulation.network().cutOneWay(node(words[1]), node(words[2]));
            case "isolate" -> simulation.network().partition(node(words[1])).from(others(node(words[1])));
            case "heal" -> simulation.network().heal();
            case "submit" -> submit(node(words[1]), words[2]);
            case "handover" -> handOver(new NodeId(Integer.parseInt(words[1])));
            case "remove" -> node(words[2]).take(new Event.RemovalRequested(1, new NodeId(Integer.parseInt(words[1]))));
            case "quiet" -> loud = false;
            case "loud" -> loud = true;
            case "run" -> simulation.runFor(Duration.ofMillis(Long.parseLong(words[1])));
            case "until" -> await(words[1], Integer.parseInt(words[2]));
            case "status" -> simulation.founders().forEach(this::describe);
            default -> throw new IllegalArgumentException("unknown command: " + command);
        }
        return transcript.toString();
    }

    private void open(int nodes) {
        Conditions still = new Conditions(
                nodes,
                Conditions.Theme.MIXED,
                ProtocolSettings.DEFAULTS,
                true,
                Conditions.Weather.STILL,
                Conditions.DiskSpeed.STILL,
                0,
                Duration.ZERO,
                Duration.ZERO,
                false);
        simulation = new Simulation(1, still, new Listening());
        simulation.expectHalts();
    }

    private void start(String[] words) {
        for (SimulatedProcess process : simulation.founders()) {
            boolean named = words[1].equals("all") || List.of(words).contains(process.id.toString());
            if (named && !process.isUp()) {
                process.start();
            }
        }
    }

    private SimulatedProcess node(String id) {
        return simulation.node(Integer.parseInt(id));
    }

    private SimulatedProcess[] others(SimulatedProcess one) {
        return simulation.processes().stream().filter(p -> p != one).toArray(SimulatedProcess[]::new);
    }

    private void submit(SimulatedProcess process, String key) {
        Letter letter = new Letter(Letter.Purpose.NEWS, ChatBody.of(key, "", "general", "ada", "text of " + key), null);
        Letter known = simulation.workload().letter(letter.key);
        if (known != null) {
            letter = known;
        }
        letter.tries++;
        simulation.workload().submitted(letter);
        long deadline = simulation.nowNanos() + 5_000_000_000L;
        process.desk.submit(new Voice(), simulation.workload().newSession(), List.of(letter), deadline);
    }

    private void handOver(NodeId target) {
        for (SimulatedProcess process : simulation.founders()) {
            process.take(new Event.HandoverRequested(1, target));
        }
    }

    private void await(String what, int number) {
        BooleanSupplier condition = what.equals("leader") ? () -> allFollow(number) : () -> allDelivered(number);
        if (!simulation.runUntil(condition, PATIENCE)) {
            say("n" + number, "... but it did not come to that in " + PATIENCE.toSeconds() + " s");
        }
    }

    private boolean allFollow(int leader) {
        return simulation.founders().stream()
                .filter(SimulatedProcess::isUp)
                .allMatch(p -> p.node().status(p.now()).leader().value() == leader);
    }

    private boolean allDelivered(long seq) {
        return simulation.founders().stream()
                .filter(SimulatedProcess::isUp)
                .allMatch(p -> p.deliveredChats().size() >= seq);
    }

    private void describe(SimulatedProcess process) {
        if (!process.isUp()) {
            say(process.toString(), "is down");
            return;
        }
        NodeStatus status = process.node().status(process.now());
        say(
                process.toString(),
                "%s of term %s, leader %s, last %d, commit %d, messages %d"
                        .formatted(
                                status.role() == Role.LEADER ? "leader" : "follower",
                                status.term(),
                                status.leader(),
                                status.lastIndex(),
                                status.commitIndex(),
                                status.commitSeq()));
    }

    private void say(String who, String what) {
        if (loud) {
            transcript.append("%7.1f  %s %s%n".formatted((simulation.nowNanos() - sceneStart) / 1e6, who, what));
        }
    }

    /// Writes down what a client is answered.
    private final class Voice implements Desk.Writer {
        @Override
        public void answered(Letter letter, SubmitResult result) {
            say("client", "is told of " + letter.body.id() + ": " + result);
        }

        @Override
        public void lost(Letter letter) {
            say("client", "loses its connection, waiting for " + letter.body.id());
        }

        @Override
        public void refusedConnection(Letter letter) {
            say("client", "finds nobody to take " + letter.body.id());
        }
    }

    /// Changes nothing; writes down what leaves each node.
    private final class Listening extends Mutation {
        @Override
        List<Effect> effects(SimulatedProcess process, Event event, List<Effect> effects) {
            for (Effect effect : effects) {
                if (isWorthTelling(effect)) {
                    say(process.toString(), (effect instanceof Effect.Send ? "-> " : "") + Wording.of(effect));
                }
            }
            return effects;
        }

        private static boolean isWorthTelling(Effect effect) {
            return switch (effect) {
                case Effect.Send send -> !(send.message() instanceof PeerMessage.Heartbeat);
                case Effect.Rewind _,
                        Effect.InstallSnapshot _,
                        Effect.SkipTo _,
                        Effect.Deliver _,
                        Effect.Announce _,
                        Effect.Halt _,
                        Effect.AnswerHandover _,
                        Effect.AnswerRemoval _,
                        Effect.AnswerRaise _ -> true;
                case Effect.Append _, Effect.WriteMeta _, Effect.ReadLog _, Effect.Answer _ -> false;
                case Effect.AnswerHello _, Effect.AnswerHead _, Effect.Dial _ -> false;
            };
        }
    }
}
