package dev.concord.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.Configuration;
import dev.concord.protocol.Examples;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.ProtocolSettings;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// X4: how far back a key is recognised is the cluster's business, written in its configuration.
class DedupWindowTests {
    @Test
    @DisplayName("X4: the founder writes its own setting into the first configuration")
    void foundersSettingIsWrittenDown() {
        Rig founder = Rig.empty(1, new Founding(List.of(), Optional.empty()));
        founder.pass(Rig.SETTINGS.heartbeat());

        LogEntry first =
                founder.ordered(Effect.Append.class).getFirst().entries().getFirst();
        assertThat(first.configuration().dedupWindow()).isEqualTo(Rig.SETTINGS.dedupWindow());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    @DisplayName("X4: nodes with different own settings answer the same, by the configuration in their log")
    void ownSettingOfALaterLeaderDoesNotCount(int own) {
        Rig leader = leaderOf(2, own);

        leader.submit("a", "b", "c"); // the window of 2 holds b and c
        leader.persist();
        leader.submit("b");
        leader.submit("a");
        leader.persist();

        assertThat(leader.answers())
                .extracting(SubmitResult::getClass)
                .containsExactly(
                        SubmitResult.Committed.class,
                        SubmitResult.Committed.class,
                        SubmitResult.Committed.class,
                        SubmitResult.Duplicate.class,
                        SubmitResult.Committed.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    @DisplayName("X4: a retry from before the configured window is refused, whatever the own setting")
    void retryFromBeforeTheConfiguredWindowIsRefused(int own) {
        Rig leader = leaderOf(2, own);
        leader.submit("a", "b", "c");
        leader.persist();
        leader.forget();

        leader.submit(Examples.body("late"), 0);
        leader.submit(Examples.body("in time"), 1);
        leader.persist();
        leader.pass(Rig.SETTINGS.leaderTimeout()); // what followed the refused one goes in a new stream
        leader.persist();

        assertThat(leader.answers())
                .extracting(SubmitResult::getClass)
                .containsExactly(SubmitResult.DedupExpired.class, SubmitResult.Committed.class);
    }

    /// A leader on its own whose configuration says `configured`, and whose own file says `own`.
    private static Rig leaderOf(int configured, int own) {
        ProtocolSettings s = Rig.SETTINGS;
        Configuration alone = new Configuration(Examples.peers(1), List.of(), List.of(), configured, 1);
        Rig leader = Rig.startedOn(
                Rig.founded(alone, 1), 1, 2, s.with(s.submitTimeout(), s.preemptStable(), own, 0, s.catchupRate()));
        leader.pass(s.leaderTimeout());
        leader.persist();
        return leader;
    }
}
