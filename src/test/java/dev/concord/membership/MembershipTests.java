package dev.concord.membership;

import static dev.concord.protocol.Examples.member;
import static dev.concord.protocol.Examples.peer;
import static dev.concord.protocol.Examples.voters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concord.protocol.Address;
import dev.concord.protocol.Configuration;
import dev.concord.protocol.History;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.Peer;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// The configuration in force is the latest of the own log (section 2).
class MembershipTests {
    private final History history = new History();
    private final Membership membership = new Membership(0, Configuration.EMPTY);

    @Nested
    @DisplayName("M4: the list of removed members")
    class Removed {
        @Test
        @DisplayName("does not grow without end where a node loses its volume at every start")
        void doesNotGrowWithoutEnd() {
            Configuration configuration = voters(1, 2, 3, 4, 5, 6, 7, 8, 9).without(member(9));
            for (int store = 100; store < 100 + 2 * Configuration.MAX_REMOVED; store++) {
                configuration =
                        configuration.withLearner(peer(member(4, store))).without(member(4, store));
            }

            assertThat(configuration.removed())
                    .hasSize(Configuration.MAX_REMOVED)
                    .contains(member(9), member(4, 99 + 2 * Configuration.MAX_REMOVED));
        }

        @Test
        void neverMakesAnEntryTooLongToBeRead() {
            String host = "h".repeat(255);
            Configuration largest = new Configuration(List.of(), List.of(), List.of(), 200_000, 1);
            for (int id = 1; id <= Configuration.MAX_VOTERS; id++) {
                Peer peer = new Peer(
                        member(id, Integer.MAX_VALUE), new Address(host, 65_535), "https://" + host + ":65535");
                largest = largest.withLearner(peer).promoted(peer.member());
            }
            for (int store = 0; store < 2 * Configuration.MAX_REMOVED; store++) {
                largest = largest.without(member(1_000_000_000 + store, store));
            }

            LogEntry entry = history.config(1, largest);
            assertThat(LogEntry.parse(entry.line())).isEqualTo(entry);
        }
    }

    @Nested
    class AConfiguration {
        @Test
        void isInForceWhenItsEntryIsAppended() {
            assertThat(membership.appended(history.config(1, voters(1)))).isTrue();

            assertThat(membership.current()).isEqualTo(voters(1));
            assertThat(membership.currentIndex()).isEqualTo(1);
        }

        @Test
        void isNotChangedByOtherEntries() {
            assertThat(membership.appended(history.chat(1, "a"))).isFalse();
            assertThat(membership.current()).isEqualTo(Configuration.EMPTY);
        }

        @Test
        void givesWayToThePreviousOneWhenItsEntryIsRewound() {
            membership.appended(history.config(1, voters(1)));
            membership.committed(1);
            membership.appended(history.config(1, voters(1, 2)));

            assertThat(membership.rewound(2)).isTrue();
            assertThat(membership.current()).isEqualTo(voters(1));
        }

        @Test
        void staysWhenOnlyLaterEntriesAreRewound() {
            membership.appended(history.config(1, voters(1)));
            membership.appended(history.chat(1, "a"));

            assertThat(membership.rewound(2)).isFalse();
            assertThat(membership.current()).isEqualTo(voters(1));
        }

        @Test
        void isKeptWhileALaterOneMayBeRewound() {
            membership.appended(history.config(1, voters(1)));
            membership.appended(history.config(1, voters(1, 2)));
            membership.committed(1);
            membership.rewound(2);

            assertThat(membership.current()).isEqualTo(voters(1));
        }
    }

    @Nested
    @DisplayName("I15: at most one configuration is uncommitted")
    class Uncommitted {
        @Test
        void oneIsAllowedTwoAreNot() {
            membership.appended(history.config(1, voters(1)));
            membership.checkInvariants(0);
            membership.appended(history.config(1, voters(1, 2)));

            assertThatThrownBy(() -> membership.checkInvariants(0)).hasMessage("2 uncommitted configurations (I15)");
            membership.checkInvariants(1);
        }
    }
}
