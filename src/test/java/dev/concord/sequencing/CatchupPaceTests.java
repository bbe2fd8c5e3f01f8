package dev.concord.sequencing;

import static dev.concord.protocol.Examples.member;
import static dev.concord.protocol.Examples.peer;
import static dev.concord.protocol.Examples.term;
import static dev.concord.protocol.Examples.voters;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.Configuration;
import dev.concord.protocol.History;
import dev.concord.protocol.Member;
import dev.concord.protocol.PeerMessage.AckReason;
import dev.concord.protocol.PeerMessage.SeqAck;
import dev.concord.protocol.PeerMessage.SeqChat;
import dev.concord.protocol.ProtocolSettings;
import dev.concord.protocol.Term;
import java.time.Duration;
import java.util.ArrayDeque;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// How node 3, leader of voters 1, 2 and 3 with little of its log in memory, feeds node 1, which comes back far behind.
/// Each page is one entry of some 190 bytes; what a member is sent it confirms at once, unless it is dead.
@DisplayName("R8: a member that comes back is fed at a pace")
class CatchupPaceTests {
    private static final long SECOND = 1_000_000_000L;
    private static final int BYTES_PER_SECOND = 2_000;
    private static final ProtocolSettings SETTINGS = settings();

    private record Answer(Member from, SeqAck ack) {}

    private final History history = new History();
    private final LogTail log = Logs.tail(1_000);
    private final ArrayDeque<Long> reads = new ArrayDeque<>();
    private final long[] held = new long[4];
    private final boolean[] dead = new boolean[4];
    private final boolean[] repairing = new boolean[4];
    private final ArrayDeque<Answer> answering = new ArrayDeque<>();
    private final Replicator replicator = new Replicator(
            member(3),
            log,
            SETTINGS,
            (to, message) -> {
                if (message instanceof SeqChat chat && !dead[to.value()]) {
                    took(to.value(), chat);
                }
            },
            (to, from, bytes) -> reads.add(from));

    private Configuration configuration = voters(1, 2, 3);
    private long now = 100 * SECOND;
    private long bytes;

    CatchupPaceTests() {
        history.noop(1, 1);
        history.entries().forEach(log::append);
        log.commit(1);
    }

    @Test
    void ofSoManyBytesInASecond() {
        comesBack(400);
        pass(Duration.ofSeconds(1));
        bytes = 0;
        pass(Duration.ofSeconds(9));

        assertThat(bytes).isBetween(9L * BYTES_PER_SECOND * 9 / 10, 9L * BYTES_PER_SECOND * 11 / 10);
    }

    @Test
    void thatDoesNotBeginWithMoreThanAMoment() {
        comesBack(400);

        assertThat(bytes).isPositive().isLessThan(BYTES_PER_SECOND / 4);
    }

    @Test
    void untilItIsFedFromMemoryWhichHasNone() {
        comesBack(60);
        pass(Duration.ofSeconds(10));
        assertThat(held[1]).isEqualTo(log.lastIndex());
        bytes = 0;
        for (int i = 0; i < 100; i++) {
            write(1);
        }

        assertThat(held[1]).isEqualTo(log.lastIndex());
        assertThat(bytes).isGreaterThan(5L * BYTES_PER_SECOND);
        assertThat(reads).isEmpty();
    }

    @Test
    void andAsksToBeWokenForTheNextPageOnly() {
        comesBack(400);
        long due = replicator.nextWakeUp();
        assertThat(due).isBetween(now + 1, now + SECOND / 5);
        long before = held[1];
        wakeAt(due - 1);
        assertThat(held[1]).isEqualTo(before);
        assertThat(replicator.nextWakeUp()).isEqualTo(due);

        wakeAt(due);
        assertThat(held[1]).isGreaterThan(before);
        assertThat(replicator.nextWakeUp()).isGreaterThan(due);
        replicator.rest();
        assertThat(replicator.nextWakeUp()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void andIsNotTakenForLostMeanwhile() {
        comesBack(400);
        long before = bytes;
        long entries = held[1];
        wakeAt(now + SETTINGS.ackTimeout().toNanos() * 3);

        assertThat(bytes - before).isLessThan(3 * 200);
        assertThat(held[1]).isGreaterThan(entries);
    }

    @Test
    void unlessItIsNeededForAMajority() {
        comesBack(400);
        dead[2] = true;
        write(1);
        wakeAt(now + SETTINGS.ackTimeout().toNanos());

        assertThat(held[1]).isEqualTo(log.lastIndex());
        assertThat(replicator.nextWakeUp()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void alsoWhenTheOthersWereSilentOnlyForWantOfNews() {
        comesBack(400);
        now += 60 * SECOND;
        replicator.onTime(now);

        assertThat(held[1]).isLessThan(log.lastIndex() - 300);
    }

    @Test
    void unlessTheOtherOneIsInRepair() {
        comesBack(400);
        repairing[2] = true;
        write(1);
        wakeAt(now + 1);

        assertThat(held[1]).isEqualTo(log.lastIndex());
    }

    @Test
    void unlessItsClientsWaitForIt() {
        comesBack(400);
        replicator.passedOn(member(2), now);
        wakeAt(now + 1);
        assertThat(held[1]).as("clients of another node").isLessThan(log.lastIndex() - 300);

        replicator.passedOn(member(1), now);
        wakeAt(now + 1);
        assertThat(held[1]).isEqualTo(log.lastIndex());
    }

    @Test
    void againWhenItsClientsHaveGone() {
        comesBack(400);
        replicator.passedOn(member(1), now);
        now += SETTINGS.submitTimeout().toNanos();
        wakeAt(now);

        assertThat(held[1]).isLessThan(log.lastIndex() - 300);
    }

    @Test
    void alsoIfItLearns() {
        configuration = voters(2, 3);
        configuration = configuration.withLearner(peer(1));
        comesBack(400);
        dead[2] = true;
        write(1);
        wakeAt(now + SETTINGS.ackTimeout().toNanos());

        assertThat(held[1]).isLessThan(log.lastIndex() - 300);
    }

    @Test
    void unlessItWasLevelAMomentAgo() {
        comesBack(20);
        pass(Duration.ofSeconds(10));
        assertThat(held[1]).isEqualTo(log.lastIndex());
        dead[1] = true;
        write(100);
        now += SECOND;
        dead[1] = false;
        replicator.reconnected(member(1), false, now);
        serveReads();

        assertThat(held[1]).isEqualTo(log.lastIndex());
    }

    @Test
    void thatGrowsWhileTheLogGrowsFaster() {
        comesBack(400);
        long atFirst = inTenSecondsOfLoad();
        assertThat(atFirst).isLessThan(11L * BYTES_PER_SECOND);
        long then = inTenSecondsOfLoad();
        assertThat(then).isBetween(atFirst * 14 / 10, atFirst * 16 / 10);
        int tens = 2;
        while (held[1] < log.lastIndex() && tens < 30) {
            inTenSecondsOfLoad();
            tens++;
        }

        assertThat(tens).as("tens of seconds until it is level").isLessThan(12);
    }

    @Test
    void andBeginsAnewOnceItIsLevelOrComesBackAgain() {
        comesBack(400);
        inTenSecondsOfLoad();
        inTenSecondsOfLoad();
        inTenSecondsOfLoad();
        dead[1] = true;
        write(400);
        comesBackNow();
        pass(Duration.ofSeconds(1));
        bytes = 0;
        pass(Duration.ofSeconds(8));

        assertThat(bytes).isLessThan(9L * BYTES_PER_SECOND);
    }

    @Test
    void thatDoesNotGrowWhileNobodyWrites() {
        comesBack(2_000);
        pass(Duration.ofSeconds(60));
        bytes = 0;
        pass(Duration.ofSeconds(10));

        assertThat(bytes).isBetween(9L * BYTES_PER_SECOND, 11L * BYTES_PER_SECOND);
    }

    // --- the others

    /// Node 1 is away while so many entries are written, and then comes back as a new boot.
    private void comesBack(int missed) {
        replicator.lead(term(1), configuration, now);
        dead[1] = true;
        write(missed);
        now += 20 * SECOND;
        comesBackNow();
    }

    private void comesBackNow() {
        dead[1] = false;
        bytes = 0;
        replicator.reconnected(member(1), true, now);
        serveReads();
    }

    /// Ten seconds in which somebody writes somewhat more than the pace.
    private long inTenSecondsOfLoad() {
        bytes = 0;
        for (int i = 0; i < 100; i++) {
            write(1);
            pass(Duration.ofMillis(100));
        }
        return bytes;
    }

    private void write(int entries) {
        for (int i = 0; i < entries; i++) {
            log.append(history.chat(1, "m"));
            replicator.pump(now);
            serveReads();
            log.commit(log.lastIndex());
        }
    }

    /// Time passes as the replicator asked to be woken, and once in 200 ms.
    private void pass(Duration time) {
        long end = now + time.toNanos();
        while (now < end) {
            wakeAt(Math.min(end, Math.min(now + SECOND / 5, replicator.nextWakeUp())));
        }
    }

    private void wakeAt(long then) {
        now = then;
        replicator.onTime(now);
        serveReads();
    }

    private void serveReads() {
        answer();
        while (!reads.isEmpty()) {
            long from = reads.removeFirst();
            long to = Math.min(log.lastIndex(), from + 1);
            replicator.readDone(member(1), history.upTo(to).from(from), now);
            answer();
        }
    }

    private void took(int id, SeqChat chat) {
        if (chat.prevIndex() == 0 && chat.entries().isEmpty()) {
            return;
        }
        if (id == 1) {
            chat.entries().forEach(entry -> bytes += entry.sizeInBytes());
        }
        boolean fits = chat.prevIndex() <= held[id];
        held[id] = fits ? Math.max(held[id], chat.prevIndex() + chat.entries().size()) : held[id];
        AckReason reason = fits ? AckReason.NONE : AckReason.GAP;
        answering.add(new Answer(
                member(id),
                new SeqAck(term(1), fits, fits ? held[id] : 0, !repairing[id], reason, held[id], Term.ZERO, 0)));
    }

    private void answer() {
        while (!answering.isEmpty()) {
            Answer answer = answering.removeFirst();
            replicator.acked(answer.from(), answer.ack(), now);
        }
    }

    private static ProtocolSettings settings() {
        ProtocolSettings s = ProtocolSettings.DEFAULTS;
        return s.with(s.submitTimeout(), s.preemptStable(), s.dedupWindow(), 0, BYTES_PER_SECOND);
    }
}
