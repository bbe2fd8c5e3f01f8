package dev.concord.detection;

import static dev.concord.protocol.Examples.boot;
import static dev.concord.protocol.Examples.heartbeat;
import static dev.concord.protocol.Examples.member;
import static dev.concord.protocol.Examples.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.Member;
import dev.concord.protocol.PeerMessage.Heartbeat;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Opinions about links, from heartbeats alone (F2 to F4). Time is counted in nanoseconds of a test.
class HeartbeatFailureDetectorTests {
    private static final long TIMEOUT = 1000;

    private final Member peer = member(2);
    private final HeartbeatFailureDetector detector = new HeartbeatFailureDetector(TIMEOUT);

    @Nested
    @DisplayName("F2: a link")
    class ALink {
        @Test
        void isDownBeforeAnythingWasHeard() {
            detector.nextNumber(peer, 0);

            assertThat(detector.linkUp(peer, 0)).isFalse();
        }

        @Test
        void isUpOnceThePeerEchoesWhatWasSent() {
            long sent = detector.nextNumber(peer, 100);
            detector.heard(peer, heartbeat(1, sent), 150);

            assertThat(detector.linkUp(peer, 150)).isTrue();
        }

        @Test
        void isDownWhenTheTimeoutHasPassedInSilence() {
            long sent = detector.nextNumber(peer, 100);
            detector.heard(peer, heartbeat(1, sent), 150);

            assertThat(detector.linkUp(peer, 100 + TIMEOUT - 1)).isTrue();
            assertThat(detector.linkUp(peer, 100 + TIMEOUT)).isFalse();
        }

        @Test
        @DisplayName("trap 21: hearing a peer that does not hear us proves nothing")
        void isDownWhenOnlyThePeerIsHeard() {
            for (long beat = 1; beat <= 20; beat++) {
                detector.nextNumber(peer, beat * 100);
                detector.heard(peer, heartbeat(beat, 0), beat * 100);
            }

            assertThat(detector.linkUp(peer, 2000)).isFalse();
        }

        @Test
        @DisplayName("trap 21: a link that breaks in one direction is down in both opinions")
        void isDownForBothWhenOneDirectionBreaks() {
            HeartbeatFailureDetector other = new HeartbeatFailureDetector(TIMEOUT);
            Member self = member(1);
            long now = 0;
            for (int beat = 0; beat < 30; beat++) {
                now += 100;
                Heartbeat there = heartbeat(detector.nextNumber(peer, now), detector.echoFor(peer));
                Heartbeat back = heartbeat(other.nextNumber(self, now), other.echoFor(self));
                if (beat < 10) { // later nothing gets from 1 to 2
                    other.heard(self, there, now);
                }
                detector.heard(peer, back, now);
            }

            assertThat(detector.linkUp(peer, now)).isFalse();
            assertThat(other.linkUp(self, now)).isFalse();
        }

        @Test
        void isNotProvedByTheEchoOfAnOldNumber() {
            long old = detector.nextNumber(peer, 0);
            detector.nextNumber(peer, 2000);
            detector.heard(peer, heartbeat(1, old), 2000);

            assertThat(detector.linkUp(peer, 2000)).isFalse();
        }

        @Test
        void isNotProvedByTheEchoOfANumberThatWasNeverSent() {
            detector.nextNumber(peer, 0);
            detector.heard(peer, heartbeat(1, 77), 10);

            assertThat(detector.linkUp(peer, 10)).isFalse();
        }

        @Test
        void isNotProvedByANumberThatIsNoLongerRemembered() {
            long first = detector.nextNumber(peer, 0);
            for (int i = 0; i < HeartbeatFailureDetector.REMEMBERED_HEARTBEATS; i++) {
                detector.nextNumber(peer, 1);
            }
            detector.heard(peer, heartbeat(1, first), 2);

            assertThat(detector.linkUp(peer, 2)).isFalse();
        }

        @Test
        void isNotTakenDownByALateCopy() {
            long first = detector.nextNumber(peer, 100);
            long second = detector.nextNumber(peer, 200);
            detector.heard(peer, heartbeat(2, second), 210);
            detector.heard(peer, heartbeat(1, first), 220);

            assertThat(detector.echoFor(peer)).isEqualTo(2);
            assertThat(detector.linkUp(peer, 200 + TIMEOUT - 1)).isTrue();
        }
    }

    @Nested
    @DisplayName("F4: a refused connection")
    class ARefusedConnection {
        @Test
        void takesTheLinkDownAtOnce() {
            long sent = detector.nextNumber(peer, 100);
            detector.heard(peer, heartbeat(1, sent), 150);
            detector.unreachable(node(2), 160);

            assertThat(detector.isUnreachable(node(2))).isTrue();
            assertThat(detector.linkUp(peer, 160)).isFalse();
        }

        @Test
        void isForgottenWithTheNextHeartbeat() {
            long sent = detector.nextNumber(peer, 100);
            detector.unreachable(node(2), 160);
            detector.heard(peer, heartbeat(1, sent), 170);

            assertThat(detector.isUnreachable(node(2))).isFalse();
            assertThat(detector.linkUp(peer, 170)).isTrue();
        }
    }

    @Nested
    class ARestartedPeer {
        @Test
        void hasToProveItsLinkAnew() {
            long sent = detector.nextNumber(peer, 100);
            detector.heard(peer, heartbeat(1, sent), 150);
            detector.restarted(peer, boot(2));

            assertThat(detector.linkUp(peer, 150)).isFalse();
            assertThat(detector.last(peer)).isNull();
        }

        @Test
        void provesNothingByNumbersSentToItsEarlierLife() {
            long before = detector.nextNumber(peer, 100);
            detector.restarted(peer, boot(2));
            detector.heard(peer, heartbeat(1, before), 150);

            assertThat(detector.linkUp(peer, 150)).isFalse();
            assertThat(detector.rttNanos(peer)).isEqualTo(-1);
        }

        @Test
        void countsItsHeartbeatsFromOne() {
            detector.heard(peer, heartbeat(500, 0), 100);
            detector.restarted(peer, boot(2));
            detector.heard(peer, heartbeat(1, 0), 150);

            assertThat(detector.echoFor(peer)).isEqualTo(1);
        }

        @Test
        void isNotForgottenWhenTheSameBootSaysHelloAgain() {
            detector.restarted(peer, boot(1));
            long sent = detector.nextNumber(peer, 100);
            detector.heard(peer, heartbeat(1, sent), 150);
            detector.restarted(peer, boot(1));

            assertThat(detector.linkUp(peer, 150)).isTrue();
        }
    }

    @Nested
    @DisplayName("P2: numbers of heartbeats")
    class Numbers {
        @Test
        @DisplayName("of an earlier boot that come late do not hide those of the present one")
        void ofAnEarlierBootDoNotHideThePresentOnes() {
            for (long late : List.of(900_000L, 3L)) {
                detector.heard(peer, heartbeat(500_000, 0), 100);
                detector.heard(peer, heartbeat(late, 0), 110);
                detector.heard(peer, heartbeat(500_001, 0), 120);

                assertThat(detector.echoFor(peer)).isEqualTo(500_001);
            }
        }

        @Test
        void thatOvertookEachOtherAreTakenForTheHighest() {
            detector.heard(peer, heartbeat(500_003, 0), 100);
            detector.heard(peer, heartbeat(500_001, 0), 110);

            assertThat(detector.echoFor(peer)).isEqualTo(500_003);
        }

        @Test
        void sayWhichBootWasHeard() {
            HeartbeatFailureDetector boot = new HeartbeatFailureDetector(TIMEOUT, 700_000);
            long sent = boot.nextNumber(peer, 100);

            assertThat(sent).isEqualTo(700_001);
            assertThat(boot.answersThisBoot(peer, heartbeat(1, sent))).isTrue();
            assertThat(boot.answersThisBoot(peer, heartbeat(1, 700_000))).isFalse();
            assertThat(boot.answersThisBoot(peer, heartbeat(1, sent + 1))).isFalse();
            assertThat(boot.answersThisBoot(peer, heartbeat(1, 1))).isFalse();
        }
    }

    @Nested
    class TheRoundTrip {
        @Test
        void doesNotCountHowLongThePeerHeldTheNumber() {
            long sent = detector.nextNumber(peer, 10_000);
            Heartbeat answer = heartbeat(1, sent);
            Heartbeat held = new Heartbeat(
                    answer.term(),
                    1,
                    sent,
                    3,
                    answer.role(),
                    answer.leader(),
                    false,
                    true,
                    answer.last(),
                    0,
                    0,
                    answer.checkHash(),
                    0);
            detector.heard(peer, held, 15_000);

            assertThat(detector.rttNanos(peer)).isEqualTo(2000);
        }

        @Test
        void isUnknownBeforeTheFirstEcho() {
            assertThat(detector.rttNanos(peer)).isEqualTo(-1);
        }
    }

    @Nested
    @DisplayName("F3: a quorum in reach")
    class AQuorum {
        @Test
        void countsThisNodeAndTheLinksThatAreUp() {
            List<Member> voters = List.of(member(1), member(2), member(3));
            long sent = detector.nextNumber(peer, 100);
            detector.heard(peer, heartbeat(1, sent), 150);
            detector.heard(member(3), heartbeat(1, 0), 150);

            assertThat(detector.reachable(voters, member(1), 150)).isEqualTo(2);
        }

        @Test
        void doesNotCountThisNodeWhereItHasNoVote() {
            assertThat(detector.reachable(List.of(member(2), member(3)), member(1), 0))
                    .isZero();
        }

        @Test
        @DisplayName("I16: another store under a known id is not counted")
        void doesNotCountAnotherStore() {
            Member wiped = member(2, 99);
            long sent = detector.nextNumber(wiped, 100);
            detector.heard(wiped, heartbeat(1, sent), 150);

            assertThat(detector.reachable(List.of(member(2)), member(1), 150)).isZero();
        }
    }

    @Nested
    @DisplayName("I17: strangers")
    class Strangers {
        @Test
        void areForgotten() {
            detector.heard(peer, heartbeat(1, 0), 100);
            detector.retain(List.of(member(3)));

            assertThat(detector.last(peer)).isNull();
        }
    }
}
