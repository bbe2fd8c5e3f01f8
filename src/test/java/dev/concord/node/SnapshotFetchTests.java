package dev.concord.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.ChainHash;
import dev.concord.protocol.Examples;
import dev.concord.protocol.History;
import dev.concord.protocol.LogSnapshot;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage.AckReason;
import dev.concord.protocol.PeerMessage.CatchupMode;
import dev.concord.protocol.PeerMessage.CatchupReq;
import dev.concord.protocol.PeerMessage.CatchupResp;
import dev.concord.protocol.PeerMessage.CatchupStatus;
import dev.concord.protocol.PeerMessage.SeqAck;
import dev.concord.protocol.PeerMessage.SeqChat;
import dev.concord.protocol.PeerMessage.SnapshotPart;
import dev.concord.protocol.Role;
import dev.concord.protocol.Snapshots;
import dev.concord.protocol.Term;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Node 1 has a configuration, a no-op and one message, all committed. Node 3 leads and has removed what node 1
/// needs next: a snapshot of nine entries stands for it, which comes in pieces (C5).
class SnapshotFetchTests {
    private static final int PIECE = 100;

    private final History history = history();
    private final LogSnapshot snapshot = Snapshots.of(history, Examples.voters(1, 2, 3));
    private final byte[] line = snapshot.line();
    private Rig member = Rig.startedOn(history.upTo(3), 1, 3);

    private static History history() {
        History history = Rig.founded(Examples.voters(1, 2, 3), 3);
        for (String key : List.of("a", "b", "c", "d", "e", "f", "g")) {
            history.chat(1, key);
        }
        return history;
    }

    @BeforeEach
    void isToldThatItIsTooFarBehind() {
        member.linkUp(2, 3);
        leads(3, member.node.currentTerm());
        tellTooOld(3);
    }

    @Test
    @DisplayName("C5: pieces in their order become the beginning of the log, and the leader hears where it ends")
    void isInstalledPieceByPiece() {
        assertThat(asked(3).fromIndex()).isZero();
        for (int at = 0; at < line.length; at += PIECE) {
            assertThat(asked(3).fromIndex()).isEqualTo(at);
            assertThat(installs()).isEmpty();
            answer(piece(at));
        }
        assertThat(installs()).containsExactly(snapshot);
        assertThat(member.sent(3, SeqAck.class)).as("before it is durable").isEmpty();

        member.persist();

        assertThat(member.ordered(Effect.SkipTo.class))
                .extracting(Effect.SkipTo::snapshot)
                .containsExactly(snapshot);
        SeqAck ack = member.sent(3, SeqAck.class).getLast();
        assertThat(ack.ok()).isFalse();
        assertThat(ack.reason()).isEqualTo(AckReason.GAP);
        assertThat(ack.lastIndex()).isEqualTo(snapshot.index());
        assertThat(member.status().commitSeq()).isEqualTo(snapshot.seq());
    }

    @Test
    @DisplayName("C5: a snapshot of what the log has commits that, and the leader goes on behind it")
    void commitsWhatTheLogHas() {
        member = Rig.startedOn(history, 1, 3);
        isToldThatItIsTooFarBehind();
        takeFrom(0);

        assertThat(installs()).isEmpty();
        assertThat(member.status().commitIndex()).isEqualTo(snapshot.index());
        assertThat(member.sent(3, SeqAck.class).getLast().lastIndex()).isEqualTo(snapshot.index());
    }

    @Test
    @DisplayName("R4, C5: a newer snapshot of what the log has cuts nothing of it while an older one is being written")
    void cutsNothingThatFollowsAnotherSnapshot() {
        takeFrom(0);
        assertThat(installs()).containsExactly(snapshot);
        hearWhatFollows();
        take(Snapshots.of(history.upTo(snapshot.index() + 2), Examples.voters(1, 2, 3)));

        assertThat(installs()).isEmpty();
        assertThat(member.ordered(Effect.Rewind.class)).isEmpty();
        member.persist();
        SeqAck ack = member.sent(3, SeqAck.class).getLast();
        assertThat(ack.ok()).isTrue();
        assertThat(ack.matchIndex()).isEqualTo(history.last().index());
    }

    @Test
    @DisplayName("R4, C5: what a snapshot cuts is not acknowledged, although it was on its way to the disk")
    void acknowledgesNothingThatItCuts() {
        takeFrom(0);
        hearWhatFollows();
        long appended = member.ordered(Effect.Append.class).getLast().ticket();
        history.chat(1, "k");
        LogSnapshot newer = Snapshots.of(history, Examples.voters(1, 2, 3));
        take(newer);
        assertThat(installs()).containsExactly(newer);

        member.step(new Event.Persisted(appended));

        assertThat(member.sent(3, SeqAck.class)).noneMatch(SeqAck::ok);
    }

    @Test
    @DisplayName(
            "T5: until a snapshot is durable the node says how the log ends that it replaces, as a crash may leave it")
    void saysWhatACrashWouldLeave() {
        History more = history.upTo(5);
        member = Rig.startedOn(more, 1, 3);
        isToldThatItIsTooFarBehind();
        takeFrom(0);

        assertThat(installs()).containsExactly(snapshot);
        assertThat(member.node.hello().last()).isEqualTo(more.lastPosition());

        member.persist();
        assertThat(member.node.hello().last()).isEqualTo(snapshot.position());
    }

    @Nested
    class APiece {
        @Test
        void thatIsLostIsAskedForAgainAndComesOnceOnly() {
            answer(piece(0));
            CatchupReq lost = asked(3);
            member.pass(Rig.SETTINGS.ackTimeout().plus(Rig.SETTINGS.heartbeat()));
            assertThat(asked(3).requestId()).isGreaterThan(lost.requestId());
            assertThat(asked(3).fromIndex()).isEqualTo(PIECE);

            hear(lost, piece(PIECE)); // it was only late
            assertThat(asked(3).fromIndex()).isEqualTo(PIECE);
            answer(piece(PIECE));
            assertThat(asked(3).fromIndex()).isEqualTo(2 * PIECE);
            assertInstalledFrom(2 * PIECE);
        }

        @Test
        void thatComesTwiceIsTakenOnce() {
            CatchupReq first = asked(3);
            hear(first, piece(0));
            hear(first, piece(0));
            assertThat(asked(3).fromIndex()).isEqualTo(PIECE);
            assertInstalledFrom(PIECE);
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 2 * PIECE})
        void outOfItsOrderBeginsTheWholeAnew(int at) {
            answer(piece(0));
            answer(piece(at));
            assertBegunAnew();
        }

        @Test
        void ofANewerSnapshotBeginsTheWholeAnew() {
            answer(piece(0));
            answer(part(snapshot.index() + 1, PIECE, line.length, bytes(PIECE, PIECE)));
            assertBegunAnew();
        }

        @Test
        void ofASnapshotOfAnotherSizeBeginsTheWholeAnew() {
            answer(piece(0));
            answer(part(snapshot.index(), PIECE, line.length + 1, bytes(PIECE, PIECE)));
            assertBegunAnew();
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "no base64!", "QQ"})
        void thatIsNoPieceBeginsTheWholeAnew(String data) {
            answer(piece(0));
            CatchupReq request = asked(3);
            String text = data.equals("QQ") ? Base64.getEncoder().encodeToString(new byte[line.length]) : data;
            member.hear(
                    3,
                    new SnapshotPart(
                            member.node.currentTerm(),
                            request.requestId(),
                            snapshot.index(),
                            PIECE,
                            line.length,
                            text));
            assertBegunAnew();
        }

        @Test
        void ofSomebodyElseIsNotTaken() {
            CatchupReq request = asked(3);
            member.hear(2, part(request, piece(0)));
            member.step(new Event.Received(Examples.member(3, 33), Examples.boot(3), part(request, piece(0))));

            assertThat(asked(3)).isEqualTo(request);
            assertInstalledFrom(0);
        }

        @Test
        void ofAnEarlierTermIsNotTaken() {
            CatchupReq request = asked(3);
            member.hear(
                    3,
                    new SnapshotPart(
                            Term.ZERO, request.requestId(), snapshot.index(), 0, line.length, base64(bytes(0, PIECE))));

            assertThat(asked(3)).isEqualTo(request);
        }
    }

    @Nested
    class TheWhole {
        @Test
        @DisplayName("C5: with a damaged byte is refused and said, changes nothing, and is fetched again")
        void withADamagedByteIsRefused() {
            for (int damaged : new int[] {0, line.length / 2, line.length - 1}) {
                line[damaged] ^= 1;
                takeFrom(0);
                line[damaged] ^= 1;

                assertThat(installs()).isEmpty();
                assertThat(said().getLast()).startsWith("node 3 sent a damaged snapshot: ");
                assertThat(member.status().commitIndex()).isEqualTo(3);
                member.forget();
                tellTooOld(3);
            }
            assertInstalledFrom(0);
        }

        @Test
        @DisplayName("C5: is the largest there may be")
        void isTheLargestThereMayBe() {
            LogSnapshot largest = Snapshots.ofSize(LogSnapshot.MAX_BYTES);
            byte[] bytes = largest.line();
            Term term = largest.position().term();
            leads(3, term);
            member.persist();
            tellTooOld(3);
            while (installs().isEmpty()) {
                int at = (int) asked(3).fromIndex();
                member.forget();
                CatchupReq request = lastAsked;
                int to = Math.min(bytes.length, at + request.maxBytes());
                member.hear(
                        3,
                        new SnapshotPart(
                                term,
                                request.requestId(),
                                largest.index(),
                                at,
                                bytes.length,
                                base64(Arrays.copyOfRange(bytes, at, to))));
            }

            assertThat(installs().getFirst().equals(largest)).isTrue();
        }

        @Test
        @DisplayName("C5: larger than that is not begun, and that is said once")
        void largerThanThatIsNotBegun() {
            for (int i = 0; i < 3; i++) {
                answer(part(snapshot.index(), 0, LogSnapshot.MAX_BYTES + 1L, bytes(0, PIECE)));
                member.pass(Rig.SETTINGS.ackTimeout().plus(Rig.SETTINGS.heartbeat()));
                leads(3, member.node.currentTerm());
                assertThat(asked(3).fromIndex()).isZero();
            }
            assertThat(said()).containsOnlyOnce("node 3 has a snapshot of 33554433 bytes, at most 33554432 are taken");
            assertInstalledFrom(0);
        }
    }

    @Nested
    class TheFetch {
        @Test
        void isNotBegunTwice() {
            answer(piece(0));
            CatchupReq request = asked(3);
            tellTooOld(3);

            assertThat(asked(3)).isEqualTo(request);
            assertInstalledFrom(PIECE);
        }

        @Test
        void isAbandonedWithItsLeaderAndBegunAnewWithTheNext() {
            answer(piece(0));
            CatchupReq request = asked(3);
            Term next = member.node.currentTerm().next();
            leads(2, next);
            member.persist();

            member.hear(3, part(request, piece(PIECE)));
            member.hear(3, new SnapshotPart(next, request.requestId(), 9, PIECE, line.length, base64(bytes(0, PIECE))));
            member.pass(Duration.ofSeconds(1));
            assertThat(asked(3)).as("nothing more is asked of the old leader").isEqualTo(request);
            leads(2, next);
            tellTooOld(2);
            assertThat(asked(2).fromIndex()).isZero();
            for (int at = 0; at < line.length; at += PIECE) {
                member.hear(2, part(asked(2), piece(at)));
            }
            assertThat(installs()).containsExactly(snapshot);
        }
    }

    // --- what the others say

    private record Piece(long index, long offset, long size, String data) {}

    private CatchupReq lastAsked = new CatchupReq(Term.ZERO, CatchupMode.SNAPSHOT, 0, 0, Term.ZERO, ChainHash.ZERO, 1);

    private byte[] bytes(int from, int count) {
        return Arrays.copyOfRange(line, from, Math.min(line.length, from + count));
    }

    private Piece piece(int at) {
        return part(snapshot.index(), at, line.length, bytes(at, PIECE));
    }

    private static Piece part(long index, long offset, long size, byte[] bytes) {
        return new Piece(index, offset, size, base64(bytes));
    }

    private SnapshotPart part(CatchupReq request, Piece piece) {
        return new SnapshotPart(
                member.node.currentTerm(), request.requestId(), piece.index, piece.offset, piece.size, piece.data);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private void hear(CatchupReq request, Piece piece) {
        member.hear(3, part(request, piece));
    }

    private void answer(Piece piece) {
        hear(asked(3), piece);
    }

    /// Three entries behind the snapshot, which are not durable yet.
    private void hearWhatFollows() {
        List.of("h", "i", "j").forEach(key -> history.chat(1, key));
        member.hear(
                3,
                new SeqChat(
                        member.node.currentTerm(),
                        new NodeId(3),
                        snapshot.index(),
                        snapshot.position().term(),
                        snapshot.hash(),
                        0,
                        history.from(snapshot.index() + 1)));
    }

    /// The leader has removed more meanwhile, and sends this whole.
    private void take(LogSnapshot newer) {
        byte[] newerLine = newer.line();
        member.forget();
        tellTooOld(3, newer);
        for (int at = 0; at < newerLine.length; at += PIECE) {
            byte[] piece = Arrays.copyOfRange(newerLine, at, Math.min(newerLine.length, at + PIECE));
            assertThat(asked(3).fromIndex()).isEqualTo(at);
            answer(part(newer.index(), at, newerLine.length, piece));
        }
    }

    private void takeFrom(int first) {
        for (int at = first; at < line.length; at += PIECE) {
            answer(piece(at));
        }
    }

    private void assertInstalledFrom(int first) {
        takeFrom(first);
        assertThat(installs()).containsExactly(snapshot);
    }

    private void assertBegunAnew() {
        assertThat(installs()).isEmpty();
        member.pass(Rig.SETTINGS.ackTimeout().plus(Rig.SETTINGS.heartbeat()));
        assertThat(asked(3).fromIndex()).isZero();
        assertInstalledFrom(0);
    }

    private void leads(int leader, Term term) {
        member.hear(leader, Rig.leading(member.heartbeat(leader, Role.LEADER, 0), term));
        member.hear(leader, new SeqChat(term, new NodeId(leader), 0, Term.ZERO, ChainHash.ZERO, 0, List.of()));
    }

    private void tellTooOld(int leader) {
        tellTooOld(leader, snapshot);
    }

    private void tellTooOld(int leader, LogSnapshot offered) {
        member.hear(
                leader,
                new CatchupResp(
                        member.node.currentTerm(),
                        CatchupMode.SNAPSHOT,
                        0,
                        CatchupStatus.TOO_OLD,
                        4,
                        offered.index(),
                        false,
                        offered.firstIndex(),
                        List.of()));
    }

    // --- what the node does

    /// The newest question for a piece.
    private CatchupReq asked(int peer) {
        lastAsked = member.sent(peer, CatchupReq.class).stream()
                .filter(request -> request.mode() == CatchupMode.SNAPSHOT)
                .reduce(lastAsked, (earlier, later) -> later);
        return lastAsked;
    }

    private List<LogSnapshot> installs() {
        return member.ordered(Effect.InstallSnapshot.class).stream()
                .map(Effect.InstallSnapshot::snapshot)
                .toList();
    }

    private List<String> said() {
        return member.ordered(Effect.Announce.class).stream()
                .map(announce -> announce.announcement().detail())
                .toList();
    }
}
