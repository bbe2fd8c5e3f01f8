package dev.concord.protocol;

import static dev.concord.protocol.Examples.member;
import static dev.concord.protocol.Examples.peer;
import static dev.concord.protocol.Examples.peers;
import static dev.concord.protocol.Examples.position;
import static dev.concord.protocol.Examples.voters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The small words of the protocol: positions, majorities, hashes, times, members.
class WordsTests {
    @Nested
    class APosition {
        @Test
        @DisplayName("E9, trap 3: a newer term beats any number of entries")
        void isComparedByTermBeforeLength() {
            assertThat(position(3, 10)).isGreaterThan(position(2, 1_000_000));
        }

        @Test
        void isComparedByLengthWithinATerm() {
            assertThat(position(3, 11)).isGreaterThan(position(3, 10));
            assertThat(position(3, 10).isAtLeast(position(3, 10))).isTrue();
            assertThat(position(3, 9).isAtLeast(position(3, 10))).isFalse();
        }
    }

    @Nested
    class AMajority {
        @ParameterizedTest(name = "of {0} voters is {1}, {2} may fail")
        @CsvSource({"1,1,0", "2,2,0", "3,2,1", "4,3,1", "5,3,2", "6,4,2", "7,4,3", "8,5,3", "9,5,4"})
        void ofVoters(int voters, int majority, int canLose) {
            assertThat(Quorum.majority(voters)).isEqualTo(majority);
            assertThat(Quorum.canLose(voters)).isEqualTo(canLose);
        }

        @Test
        void sharesAMemberWithEveryOther() {
            for (int voters = 1; voters <= Configuration.MAX_VOTERS; voters++) {
                assertThat(2 * Quorum.majority(voters)).isGreaterThan(voters);
                int ofThese = Quorum.majority(voters + 1) - 1; // of one voter more, the new one among them
                assertThat(Quorum.majority(voters) + ofThese).isGreaterThan(voters);
            }
        }

        @Test
        void hasReachedTheMiddleValue() {
            assertThat(Quorum.reachedByMajority(new long[] {7})).isEqualTo(7);
            assertThat(Quorum.reachedByMajority(new long[] {9, 5})).isEqualTo(5);
            assertThat(Quorum.reachedByMajority(new long[] {9, 0, 5})).isEqualTo(5);
            assertThat(Quorum.reachedByMajority(new long[] {1, 9, 4, 7})).isEqualTo(4);
            assertThat(Quorum.reachedByMajority(new long[] {9, 9, 1, 0, 0})).isEqualTo(1);
            assertThat(Quorum.reachedByMajority(new long[0])).isZero();
        }
    }

    @Nested
    class AHash {
        private final byte[] line = "a".getBytes(StandardCharsets.US_ASCII);

        @Test
        void isTheFirstHalfOfSha256OverThePreviousHashAndTheLine() {
            assertThat(ChainHash.of(ChainHash.ZERO, line, 0, 1)).hasToString("9c6bd5cc05acbe7cb4ab71165168ff3d");
        }

        @Test
        void dependsOnEverythingBefore() {
            ChainHash first = ChainHash.of(ChainHash.ZERO, line, 0, 1);

            assertThat(ChainHash.of(first, line, 0, 1)).isNotEqualTo(first);
        }

        @Test
        void isReadAsItIsWritten() {
            String text = "00000000000000ff8000000000000001";

            assertThat(ChainHash.parse(text)).isEqualTo(new ChainHash(255, Long.MIN_VALUE + 1));
            assertThat(ChainHash.parse(text)).hasToString(text);
        }

        @Test
        void hasThirtyTwoDigits() {
            assertThatThrownBy(() -> ChainHash.parse("ff")).hasMessage("a hash has 32 hexadecimal digits: ff");
        }
    }

    @Nested
    class ATime {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "1970-01-01T00:00:00.000Z",
                    "2026-11-22T07:30:00.123Z",
                    "2024-02-29T23:59:59.999Z",
                    "1969-12-31T23:59:59.999Z",
                    "0000-01-01T00:00:00.000Z",
                    "9999-12-31T23:59:59.999Z"
                })
        void isWrittenAndReadInMilliseconds(String text) {
            long millis = Instant.parse(text).toEpochMilli();

            assertThat(Timestamps.format(millis)).isEqualTo(text);
            assertThat(Timestamps.parse(text.getBytes(StandardCharsets.US_ASCII), 0))
                    .isEqualTo(millis);
        }

        @Test
        void endsWithTheYear9999() {
            long later = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli() + 1;

            assertThatThrownBy(() -> Timestamps.format(later)).hasMessageContaining("outside the years 0 to 9999");
        }
    }

    @Nested
    class AMember {
        @Test
        @DisplayName("T4: a wiped node under its old number is somebody else")
        void isThePairOfNodeAndStore() {
            assertThat(member(1, 1)).isNotEqualTo(member(1, 2));
            assertThat(voters(1, 2, 3).contains(member(1, 2))).isFalse();
        }
    }

    @Nested
    class ANodeId {
        @Test
        void outranksTheLowerOnes() {
            assertThat(new NodeId(3).outranks(new NodeId(2))).isTrue();
            assertThat(new NodeId(2).outranks(new NodeId(2))).isFalse();
        }

        @Test
        void isNotNegative() {
            assertThatThrownBy(() -> new NodeId(-1)).isInstanceOf(IllegalArgumentException.class);
            assertThat(NodeId.NONE.isPresent()).isFalse();
        }
    }

    @Nested
    class AConfiguration {
        private final Configuration two = voters(2, 1);

        @Test
        void listsItsMembersInTheOrderOfTheirIds() {
            assertThat(two.voters()).isEqualTo(peers(1, 2));
        }

        @Test
        @DisplayName("M2: a new member learns before it votes")
        void takesANewMemberInAsLearnerAndThenAsVoter() {
            Configuration learning = two.withLearner(peer(3));
            Configuration promoted = learning.promoted(member(3));

            assertThat(learning.isVoter(member(3))).isFalse();
            assertThat(learning.majority()).isEqualTo(2);
            assertThat(promoted).isEqualTo(voters(1, 2, 3));
        }

        @Test
        @DisplayName("M4: whoever was removed is listed for ever")
        void remembersTheRemoved() {
            Configuration without = two.without(member(2));

            assertThat(without.voters()).isEqualTo(peers(1));
            assertThat(without.removed()).isEqualTo(List.of(member(2)));
        }

        @Test
        void isNotChangedByItsSuccessors() {
            two.withLearner(peer(3));
            two.without(member(1));

            assertThat(two).isEqualTo(voters(1, 2));
        }

        @Test
        void promotesOnlyALearner() {
            assertThatThrownBy(() -> two.promoted(member(3))).isInstanceOf(java.util.NoSuchElementException.class);
        }
    }

    @Nested
    @DisplayName("Section 13: settings that cannot work")
    class Settings {
        @Test
        void areTheDefaultsOfTheSpecification() {
            ProtocolSettings defaults = ProtocolSettings.DEFAULTS;

            assertThat(defaults.okTimeout()).isEqualTo(Duration.ofMillis(300));
            assertThat(defaults.coordinatorTimeout()).isEqualTo(Duration.ofMillis(1500));
            assertThat(defaults.claimTimeout()).isEqualTo(Duration.ofSeconds(1));
            assertThat(defaults.diskStall()).isEqualTo(Duration.ofSeconds(3));
            assertThat(defaults.commitStall()).isEqualTo(Duration.ofMillis(4500));
            assertThat(defaults.ackTimeout()).isEqualTo(Duration.ofMillis(500));
            assertThat(defaults.handoverTimeout()).isEqualTo(Duration.ofMillis(1500));
            assertThat(defaults.maxPending()).isEqualTo(10_000);
            assertThat(defaults.dedupWindow()).isEqualTo(200_000);
        }

        @Test
        void areRefusedWhenTheTimeoutIsShorterThanThreeHeartbeats() {
            assertThatThrownBy(() -> ProtocolSettings.of(Duration.ofMillis(200), Duration.ofMillis(599)))
                    .hasMessage("leader_timeout (599 ms) must be at least three heartbeats (600 ms)");
            ProtocolSettings.of(Duration.ofMillis(200), Duration.ofMillis(600));
        }

        @Test
        void areRefusedWhenNothingBeats() {
            assertThatThrownBy(() -> ProtocolSettings.of(Duration.ZERO, Duration.ofMillis(600)))
                    .hasMessage("heartbeat must be positive, not 0 ms");
        }

        @Test
        void areRefusedWhenNoKeyWouldBeRemembered() {
            assertThatThrownBy(() ->
                            ProtocolSettings.DEFAULTS.with(Duration.ofSeconds(5), Duration.ofSeconds(10), 0, 0, 1))
                    .hasMessageContaining("dedup_window");
        }

        @Test
        void areRefusedWhenAClientWouldHaveNoTime() {
            assertThatThrownBy(() -> ProtocolSettings.DEFAULTS.with(Duration.ZERO, Duration.ofSeconds(10), 1000, 0, 1))
                    .hasMessage("submit_timeout must be positive, not 0 ms");
        }
    }
}
