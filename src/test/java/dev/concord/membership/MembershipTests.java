package dev.concord.membership;

import static dev.concord.protocol.Examples.voters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concord.protocol.Configuration;
import dev.concord.protocol.History;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// The configuration in force is the latest of the own log (section 2).
class MembershipTests {
    private final History history = new History();
    private final Membership membership = new Membership(0, Configuration.EMPTY);

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
