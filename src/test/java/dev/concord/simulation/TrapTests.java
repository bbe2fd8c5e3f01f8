package dev.concord.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.ProtocolSettings;
import dev.concord.simulation.Conditions.Theme;
import java.time.Duration;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// The simulation can fail: for each trap of section 15 that can be sprung from outside a node, breaking the
/// rule makes the invariant that guards it speak. Without these tests a silent simulation would prove nothing.
class TrapTests {
    /// Seeds tried until the invariant speaks; most speak with the first.
    private static final int MAX_SEEDS = 60;

    @Test
    void retentionRemovesKeysThatCount() {
        assertNoticed(
                Theme.CRASHES, RetentionMutations.KeepsNoWindow::new, "NoKeyTwice", "AcknowledgedMessagesSurvive");
    }

    @Test
    void retentionRemovesEntriesBeforeTheirSnapshotIsDurable() {
        assertNoticed(
                Theme.CRASHES,
                RetentionMutations.RemovesBeforeTheSnapshotIsDurable::new,
                "LeaderHasAllCommitted",
                "CommitsRestOnMajority",
                "NodesDoNotHalt",
                "EveryoneDeliversTheSameOrder");
    }

    @Test
    void aSnapshotIsInstalledInTwoSteps() {
        assertNoticed(
                Theme.PARTITIONS,
                drawn -> withoutMemory(drawn.settings()), // who was away needs a snapshot
                RetentionMutations.InstallsInTwoSteps::new,
                "LeaderHasAllCommitted",
                "CommitsRestOnMajority",
                "NodesDoNotHalt",
                "EveryoneDeliversTheSameOrder");
    }

    @Test
    void trap3ClaimantTakesItsOwnLogForTheNewest() {
        assertNoticed(Theme.CRASHES, Mutations::promisesWithoutAPosition, "LeaderHasAllCommitted");
    }

    @Test
    void trap4AcknowledgesTheOldLeaderAfterAPromise() {
        assertNoticed(Theme.CRASHES, Mutations.AcknowledgesAfterItsPromise::new, "NoOldAckAfterPromise");
    }

    @Test
    void trap5RestartedLeaderGoesOn() {
        assertNoticed(Theme.CRASHES, Mutations.GoesOnLeadingAfterARestart::new, "OneLeaderPerTerm");
    }

    @Test
    void trap6FollowerCommitsBeyondWhatIsVerified() {
        assertNoticed(Theme.CRASHES, Mutations.CommitsWhatItReceives::new, "CommitsRestOnMajority");
    }

    @Test
    void trap11EmptiedStoreKeepsItsIdentity() {
        assertNoticed(Theme.CRASHES, Mutations.ComesBackEmptyUnderItsOldStore::new, "PromisesAreKept");
    }

    @Test
    void trap12DamageIsTakenForATornTail() {
        assertNoticed(
                Theme.CRASHES,
                Mutations.TakesDamageForATornTail::new,
                "LeaderHasAllCommitted",
                "CommitsRestOnMajority",
                "EveryoneDeliversTheSameOrder");
    }

    @Test
    void trap12WhoLacksEntriesHelpsToElect() {
        assertNoticed(
                Theme.DAMAGE,
                Mutations.IgnoresThatItLacksEntries::new,
                "LeaderHasAllCommitted",
                "CommitsRestOnMajority",
                "EveryoneDeliversTheSameOrder");
    }

    @Test
    void trap13RepairedUpToTheStartOfTheTermOnly() {
        ProtocolSettings aFewEntriesAtATime = Conditions.settings(
                Duration.ofMillis(100),
                Duration.ofMillis(600),
                Duration.ofSeconds(5),
                Duration.ofSeconds(3),
                200_000,
                10_000,
                1,
                600,
                16 << 20,
                16 << 20);
        assertNoticed(
                Theme.DAMAGE,
                drawn -> aFewEntriesAtATime,
                Mutations.RepairsUpToTheStartOfTheTerm::new,
                "RepairingDoesNotCount",
                "LeaderHasAllCommitted",
                "CommitsRestOnMajority");
    }

    @Test
    void trap14UnreadableMetaBecomesTermZero() {
        assertNoticed(Theme.CRASHES, Mutations.ForgetsItsTerm::new, "PromisesAreKept");
    }

    @Test
    void trap18DeposedLeaderAnswersFailed() {
        assertNoticed(Theme.CRASHES, Mutations.CallsTheUnknownFailed::new, "RefusedMeansNotAppended", "SessionOrder");
    }

    @Test
    void trap2HigherNodeTakesTheLeadUnasked() {
        assertNoticed(Theme.CRASHES, Mutations.TakesTheLeadUnasked::new, "HandoverIsTheLeadersBusiness");
    }

    @Test
    void trap16RelayedEntriesAreTakenWithoutTheirTerm() {
        assertNoticed(Theme.PARTITIONS, Mutations.TakesRelayedEntriesInItsOwnTerm::new, "EntriesAreOfKnownTerms");
    }

    /// The leader sleeps. Whoever hears its heartbeats waits for it; nobody takes over.
    @Test
    void trap19HeartbeatsComeFromAThreadOfTheirOwn() {
        assertThat(isReplacedInItsSleep(Mutation.NONE)).isTrue();
        assertThat(isReplacedInItsSleep(new Mutations.HeartbeatsOfASleeper())).isFalse();
    }

    @Test
    void trap22NodeWithoutTheLeaderStartsElections() {
        assertNoticed(Theme.CALM, Mutations::keepsTheLeaderToItself, "TermsStayCalm");
    }

    @Test
    void trap27FounderWithAnEmptyVolumeFoundsAgain() {
        assertNoticed(Theme.WIPES, Mutations.FoundsAgain::new, "OneCluster", "LogMatching");
    }

    @Test
    void trap28AbsenceIsTakenForRemoval() {
        assertNoticed(Theme.MEMBERS, Mutations.TakesAbsenceForRemoval::new, "RemovedStayOut");
    }

    private static boolean isReplacedInItsSleep(Mutation mutation) {
        Conditions still = new Conditions(
                3,
                Theme.MIXED,
                ProtocolSettings.DEFAULTS,
                true,
                Conditions.Weather.STILL,
                Conditions.DiskSpeed.STILL,
                0,
                Duration.ZERO,
                Duration.ZERO,
                false);
        Simulation simulation = new Simulation(1, still, mutation);
        simulation.founders().forEach(SimulatedProcess::start);
        SimulatedProcess witness = simulation.node(1);
        assertThat(simulation.runUntil(() -> leader(witness) == 3, Duration.ofSeconds(10)))
                .isTrue();
        simulation.runFor(Duration.ofSeconds(2));
        simulation.node(3).pause();
        return simulation.runUntil(() -> leader(witness) == 2, Duration.ofSeconds(10));
    }

    private static int leader(SimulatedProcess process) {
        return process.node().currentLeader().value();
    }

    @Test
    void trap29AcknowledgesBeforeItIsDurable() {
        assertNoticed(Theme.CRASHES, Mutations.TakesOrderedForDurable::new, "RepliesAfterDurability");
    }

    /// Runs seeds with the rule broken until one of these invariants speaks.
    private static ProtocolSettings withoutMemory(ProtocolSettings s) {
        return Conditions.settings(
                s.heartbeat(),
                s.leaderTimeout(),
                s.preemptStable(),
                s.replaceAfter(),
                20,
                s.maxPending(),
                s.windowMessages(),
                s.pageBytes(),
                0,
                s.catchupRate());
    }

    private static void assertNoticed(Theme theme, Supplier<Mutation> mutation, String... invariants) {
        assertNoticed(theme, drawn -> drawn.settings(), mutation, invariants);
    }

    private static void assertNoticed(
            Theme theme,
            Function<Conditions, ProtocolSettings> settings,
            Supplier<Mutation> mutation,
            String... invariants) {
        Set<String> guards = Set.of(invariants);
        TreeMap<String, Integer> others = new TreeMap<>();
        for (long seed = 1; seed <= MAX_SEEDS; seed++) {
            String broken = brokenInvariant(seed, theme, settings, mutation.get());
            if (guards.contains(broken)) {
                return;
            }
            others.merge(broken, 1, Integer::sum);
        }
        assertThat(others)
                .as("what %d seeds broke, %s not among it", MAX_SEEDS, guards)
                .isEmpty();
    }

    private static String brokenInvariant(
            long seed, Theme theme, Function<Conditions, ProtocolSettings> settings, Mutation mutation) {
        Conditions drawn = Conditions.draw(new SplittableRandom(seed));
        Conditions conditions = new Conditions(
                3,
                theme,
                settings.apply(drawn),
                true,
                theme == Theme.CALM ? Conditions.Weather.FAIR : drawn.weather(),
                drawn.disk(),
                4,
                Duration.ofSeconds(15),
                Duration.ofMillis(400),
                false);
        try {
            new Run(seed, conditions, mutation).execute();
            return "nothing";
        } catch (InvariantBroken e) {
            return e.invariant();
        } catch (RuntimeException e) {
            return e.toString(); // the node or its disk noticed by itself
        }
    }
}
