package dev.concord.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/// What can go wrong. A run knows some kinds only, drawn by its seed (swarm testing): a fault that is rare among all
/// others, or hides another one, rules the runs that leave those out.
enum Fault {
    KILL,
    POWER_LOSS,
    POWER_CUT_FOR_ALL,
    PAUSE,
    DISK_STALL,
    ISOLATE,
    SPLIT,
    CUT_LINK,
    CUT_ONE_WAY,
    DEAF,
    MUTE,
    RESET,
    CLOCK_JUMP,
    WIPE,
    DAMAGE,
    FULL_DISK,
    HANDOVER,
    GRACEFUL_STOP,
    NEW_NODE,
    REMOVE,
    REJOIN,
    FLAP;

    /// All that belongs to a theme; what stands twice comes twice as often.
    static List<Fault> of(Conditions.Theme theme) {
        return switch (theme) {
            case MIXED -> {
                List<Fault> all = new ArrayList<>(Arrays.asList(values()));
                all.add(KILL);
                yield all;
            }
            case CRASHES -> List.of(KILL, KILL, KILL, POWER_LOSS, POWER_CUT_FOR_ALL);
            case PARTITIONS -> List.of(ISOLATE, SPLIT, CUT_LINK, CUT_ONE_WAY, DEAF, MUTE, RESET, FLAP);
            case STALLS -> List.of(PAUSE, PAUSE, DISK_STALL, FULL_DISK, FULL_DISK, CLOCK_JUMP, RESET);
            case WIPES -> List.of(WIPE, WIPE, KILL, ISOLATE, NEW_NODE);
            case DAMAGE ->
                List.of(
                        DAMAGE,
                        DAMAGE,
                        DAMAGE,
                        KILL,
                        KILL,
                        POWER_LOSS,
                        POWER_CUT_FOR_ALL,
                        ISOLATE,
                        SPLIT,
                        DISK_STALL,
                        PAUSE,
                        RESET,
                        HANDOVER);
            case OPERATIONS -> List.of(HANDOVER, HANDOVER, GRACEFUL_STOP, KILL, NEW_NODE, RESET);
            case MEMBERS ->
                List.of(
                        REMOVE,
                        REMOVE,
                        NEW_NODE,
                        REJOIN,
                        REJOIN,
                        KILL,
                        POWER_LOSS,
                        PAUSE,
                        ISOLATE,
                        CUT_ONE_WAY,
                        HANDOVER,
                        RESET);
            case CALM ->
                List.of(
                        KILL,
                        POWER_LOSS,
                        PAUSE,
                        DISK_STALL,
                        ISOLATE,
                        DEAF,
                        MUTE,
                        CUT_LINK,
                        CUT_ONE_WAY,
                        RESET,
                        CLOCK_JUMP,
                        FLAP);
        };
    }

    /// What one seed turns on of a theme: each kind or not, and at least one. While members go, no volume is lost: of
    /// two voters that are left, one would be a majority.
    static List<Fault> swarm(Conditions.Theme theme, RandomGenerator random) {
        List<Fault> all = of(theme);
        List<Fault> off =
                Arrays.stream(values()).filter(fault -> random.nextBoolean()).toList();
        List<Fault> on = all.stream()
                .filter(fault -> !off.contains(fault))
                .filter(fault ->
                        off.contains(REMOVE) || fault != WIPE && fault != DAMAGE || theme != Conditions.Theme.MIXED)
                .toList();
        return on.isEmpty() ? List.of(all.get(random.nextInt(all.size()))) : on;
    }
}
