package dev.concord.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.Term;
import dev.concord.runtime.SingleNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Who is here, on a clock that stands still until it is moved. Node 1 is this one, node 2 the other member.
class PresenceTests {
    private final SingleNode node = new SingleNode();
    private final AtomicLong clock = new AtomicLong(1_000_000_000_000L);
    private final Presence presence = new Presence(node, clock::get);

    @BeforeEach
    void listen() {
        presence.start();
    }

    @AfterEach
    void stop() {
        presence.close();
        node.close();
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
        presence.step();
    }

    private static PeerMessage.Presence others(int connected, String... names) {
        List<PeerMessage.Person> people = List.of(names).stream()
                .map(name -> new PeerMessage.Person(name, List.of("general")))
                .toList();
        return new PeerMessage.Presence(new Term(3), connected, false, people, List.of());
    }

    private List<String> names() {
        return presence.state().people().stream()
                .map(PresenceState.Person::name)
                .toList();
    }

    @Test
    void somebodyIsSeenWithTheirRoomsUntilTheyLeave() {
        Presence.Visit ada = presence.enter("ada");
        ada.joins("general");
        ada.joins("general");
        ada.joins("dev");
        presence.enter("");

        assertThat(presence.state().people())
                .containsExactly(new PresenceState.Person("ada", List.of("dev", "general"), List.of(1)));
        assertThat(presence.state().nodes())
                .containsExactly(new PresenceState.NodeCount(1, 2, true), new PresenceState.NodeCount(2, 0, false));
        ada.leaves("general");
        assertThat(presence.state().people().getFirst().rooms()).containsExactly("dev", "general");
        ada.leaves("general");
        assertThat(presence.state().people().getFirst().rooms()).containsExactly("dev");
        ada.close();
        ada.close();
        assertThat(names()).isEmpty();
        assertThat(presence.state().nodes().getFirst().connected()).isEqualTo(1);
    }

    @Test
    void onePersonAtSeveralNodesIsOnePerson() {
        presence.enter("ada").joins("dev");
        node.presence().hear(2, others(3, "ada", "bob"));

        assertThat(presence.state().people())
                .containsExactly(
                        new PresenceState.Person("ada", List.of("dev", "general"), List.of(1, 2)),
                        new PresenceState.Person("bob", List.of("general"), List.of(2)));
        assertThat(presence.state().nodes().getLast()).isEqualTo(new PresenceState.NodeCount(2, 3, true));
    }

    @Test
    void aRoomShowsThoseWhoFollowItOrAll() {
        presence.enter("ada").joins("dev");
        presence.enter("bob").joins(PresenceState.ALL_ROOMS);
        presence.enter("eve").joins("general");

        assertThat(presence.state().of("dev").people())
                .extracting(PresenceState.Person::name)
                .containsExactly("ada", "bob");
    }

    @Test
    void aNodeThatFallsSilentIsForgottenWithItsPeople() {
        node.presence().hear(2, others(1, "bob"));
        pass(Presence.FORGET.minusMillis(1));
        assertThat(names()).containsExactly("bob");
        node.presence().hear(2, others(1, "bob"));
        pass(Presence.FORGET.minusMillis(1));
        assertThat(names()).containsExactly("bob");
        pass(Duration.ofMillis(1));
        assertThat(names()).isEmpty();
        assertThat(presence.state().nodes().getLast().known()).isFalse();
    }

    @Test
    void whateverAnotherNodeTellsAnewIsShown() {
        PeerMessage.Presence first = others(1, "bob");
        PeerMessage.Presence writing = new PeerMessage.Presence(
                first.term(), 1, false, first.people(), List.of(new PeerMessage.Typing("bob", "general")));
        long shown = presence.version();
        for (PeerMessage.Presence told : List.of(first, others(2, "bob"), others(2, "eve"), writing)) {
            node.presence().hear(2, told);
            pass(Presence.SHOW_PAUSE);
            assertThat(presence.version()).isEqualTo(++shown);
            node.presence().hear(2, told);
            pass(Presence.SHOW_PAUSE);
            assertThat(presence.version()).isEqualTo(shown);
        }
    }

    @Test
    void aNodeThatIsNoMemberIsNotShown() {
        node.presence().hear(7, others(1, "mallory"));

        assertThat(names()).isEmpty();
    }

    @Nested
    class TheOthersAreTold {
        private int told() {
            return node.presence().told().size();
        }

        @Test
        void ofChangesAtMostEveryHalfSecond() {
            presence.step();
            int before = told();
            presence.enter("ada");
            presence.step();
            assertThat(told()).isEqualTo(before);
            presence.enter("bob");
            pass(Presence.TELL_PAUSE);
            assertThat(told()).isEqualTo(before + 1);
            assertThat(node.presence().told().getLast().people())
                    .extracting(PeerMessage.Person::name)
                    .containsExactly("ada", "bob");
        }

        @Test
        void thatAllIsAsItWasEveryThreeSeconds() {
            presence.step();
            int before = told();
            pass(Presence.KEEP_ALIVE.minusMillis(1));
            assertThat(told()).isEqualTo(before);
            pass(Duration.ofMillis(1));
            assertThat(told()).isEqualTo(before + 1);
        }

        @Test
        void ofAThousandNamesAndHowManyMoreThereAre() {
            for (int i = 0; i < Presence.MAX_NAMES; i++) {
                presence.enter("name " + i);
            }
            assertThat(presence.state().truncated()).isFalse();
            presence.enter("one more");
            pass(Presence.TELL_PAUSE);

            PeerMessage.Presence last = node.presence().told().getLast();
            assertThat(last.people()).hasSize(Presence.MAX_NAMES);
            assertThat(last.truncated()).isTrue();
            assertThat(last.connected()).isEqualTo(Presence.MAX_NAMES + 1);
            assertThat(presence.state().truncated()).isTrue();
        }

        @Test
        void ofNoMoreBytesThanALinkShouldCarry() {
            for (int i = 0; i < Presence.MAX_NAMES; i++) {
                Presence.Visit visit = presence.enter("\ud83d\ude00".repeat(60) + i);
                for (int room = 0; room < 2 * Presence.MAX_ROOMS; room++) {
                    visit.joins("r".repeat(60) + room);
                }
            }
            pass(Presence.TELL_PAUSE);

            PeerMessage.Presence last = node.presence().told().getLast();
            int bytes = last.people().stream()
                    .mapToInt(p ->
                            240 + p.rooms().stream().mapToInt(String::length).sum())
                    .sum();
            assertThat(bytes).isBetween(Presence.MAX_BYTES / 2, Presence.MAX_BYTES);
            assertThat(last.people().getFirst().rooms()).hasSize(Presence.MAX_ROOMS);
            assertThat(last.truncated()).isTrue();
        }
    }

    @Test
    void whatSeveralNodesTellIsShownUpToTheLimitToo() {
        String[] names = new String[Presence.MAX_NAMES];
        java.util.Arrays.setAll(names, i -> "there " + i);
        node.presence().hear(2, others(names.length, names));
        presence.enter("zoe");

        assertThat(presence.state().people()).hasSize(Presence.MAX_NAMES);
        assertThat(presence.state().truncated()).isTrue();
    }

    @Nested
    class AHint {
        @Test
        void countsForFiveSeconds() {
            presence.enter("ada").types("ada", "dev");
            pass(Presence.TYPING.minusMillis(1));
            assertThat(presence.state().typing()).containsExactly(new PresenceState.Typing("ada", "dev"));
            assertThat(presence.state().of("general").typing()).isEmpty();
            pass(Duration.ofMillis(1));
            assertThat(presence.state().typing()).isEmpty();
        }

        @Test
        void isDroppedWhenASessionSendsThemTooFast() {
            Presence.Visit ada = presence.enter("ada");
            ada.types("ada", "a");
            ada.types("ada", "b");
            assertThat(presence.state().typing()).hasSize(1);
            assertThat(presence.droppedHints()).isEqualTo(1);
            pass(Presence.HINT_PAUSE);
            ada.types("ada", "c");
            assertThat(presence.state().typing()).hasSize(2);
        }

        @Test
        void withoutASessionIsDroppedWhenOneClientSendsThemTooFastWhateverTheySay() {
            for (int i = 1; i <= Presence.HINTS_A_SECOND; i++) {
                presence.types("192.0.2.1", "name " + i, "room-" + i);
            }
            assertThat(presence.droppedHints()).isZero();
            presence.types("192.0.2.1", "another name", "another-room");
            assertThat(presence.droppedHints()).isEqualTo(1);
            assertThat(presence.state().typing()).hasSize(Presence.HINTS_A_SECOND);
            presence.types("192.0.2.2", "another name", "another-room");
            assertThat(presence.droppedHints()).isEqualTo(1);
            pass(Presence.HINT_PAUSE);
            presence.types("192.0.2.1", "ada", "dev");
            assertThat(presence.droppedHints()).isEqualTo(1);
            assertThat(presence.state().typing()).hasSize(Presence.HINTS_A_SECOND + 2);
        }

        @Test
        void isShownAndToldWhenItBeginsAndNotWhenItGoesOn() {
            Presence.Visit ada = presence.enter("ada");
            pass(Presence.KEEP_ALIVE);
            long shown = presence.version();
            ada.types("ada", "dev");
            pass(Presence.TELL_PAUSE);
            assertThat(presence.version()).isEqualTo(shown + 1);
            assertThat(node.presence().told().getLast().typing()).containsExactly(new PeerMessage.Typing("ada", "dev"));
            int told = node.presence().told().size();
            ada.types("ada", "dev");
            pass(Presence.TELL_PAUSE);
            assertThat(presence.version()).isEqualTo(shown + 1);
            assertThat(node.presence().told()).hasSize(told);
        }

        @Test
        void countsAnewWhenItIsRepeated() {
            Presence.Visit ada = presence.enter("ada");
            ada.types("ada", "dev");
            pass(Presence.TYPING.minusMillis(1));
            ada.types("ada", "dev");
            pass(Presence.TYPING.minusMillis(1));
            assertThat(presence.state().typing()).hasSize(1);
            pass(Duration.ofMillis(1));
            assertThat(presence.state().typing()).isEmpty();
        }

        @Test
        void isDroppedWhenTooManyWriteAtOnce() {
            for (int i = 0; i <= Presence.MAX_TYPING; i++) {
                presence.types("client " + i, "name " + i, "dev");
            }
            assertThat(presence.state().typing()).hasSize(Presence.MAX_TYPING);
            assertThat(presence.droppedHints()).isEqualTo(1);
            pass(Presence.TYPING.minusMillis(1));
            presence.types("client 0", "name 0", "dev"); // who is among them may go on
            assertThat(presence.droppedHints()).isEqualTo(1);
            pass(Duration.ofMillis(1));
            assertThat(presence.state().typing()).containsExactly(new PresenceState.Typing("name 0", "dev"));
        }

        @Test
        void ofNobodyOrForNoRoomIsRefused() {
            assertThatThrownBy(() -> presence.types("here", " ", "dev")).isInstanceOf(PostRefusedException.class);
            assertThatThrownBy(() -> presence.types("here", "ada", "No Room")).isInstanceOf(PostRefusedException.class);
            assertThatThrownBy(() -> presence.enter("a\nb")).isInstanceOf(PostRefusedException.class);
        }
    }

    @Test
    void thoseWhoWatchAreToldAtMostFourTimesASecond() {
        pass(Presence.SHOW_PAUSE);
        long before = presence.version();
        presence.enter("ada");
        presence.step();
        presence.enter("bob");
        presence.step();
        assertThat(presence.version()).isLessThanOrEqualTo(before + 1);
        for (int i = 0; i < 10; i++) {
            presence.enter("name " + i);
            pass(Presence.SHOW_PAUSE.dividedBy(10));
        }
        assertThat(presence.version()).isBetween(before + 1, before + 2);
        long still = presence.version();
        pass(Presence.KEEP_ALIVE);
        pass(Presence.KEEP_ALIVE);
        assertThat(presence.version()).isLessThanOrEqualTo(still + 1);
    }
}
