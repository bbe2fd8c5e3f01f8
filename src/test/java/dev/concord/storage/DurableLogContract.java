package dev.concord.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concord.node.Recovery;
import dev.concord.protocol.ChainHash;
import dev.concord.protocol.ClusterId;
import dev.concord.protocol.Configuration;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogSnapshot;
import dev.concord.protocol.Meta;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Term;
import dev.concord.runtime.DurableLog;
import dev.concord.runtime.LogReader;
import dev.concord.runtime.LogReader.RoomSummary;
import dev.concord.runtime.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// The promises of [DurableLog], kept by the files of a real node and by the disk of the simulation alike.
public abstract class DurableLogContract {
    protected static final NodeId SELF = new NodeId(1);

    /// The log of the one data directory of this test; called again after [#crash] or close, it is the next boot.
    protected abstract DurableLog boot();

    /// The process dies without closing anything. What was written, synced or not, may stay.
    protected abstract void crash(DurableLog log);

    /// Another process uses the same data directory.
    protected abstract DurableLog secondProcess(DurableLog first);

    private final SampleHistory history =
            SampleHistory.founded(200_000).chats(40).term(2).chats(60);

    @Nested
    class AnEmptyDirectory {
        @Test
        void becomesAStoreWithAnIdentityOfItsOwn() {
            DurableLog log = boot();
            Recovery recovery = log.recover();

            assertThat(recovery.meta()).isEqualTo(Meta.fresh(recovery.meta().self(), 1));
            assertThat(recovery.meta().self().id()).isEqualTo(SELF);
            assertThat(recovery.base()).isEqualTo(LogSnapshot.START);
            assertThat(recovery.commitIndex()).isZero();
            assertThat(recovery.entries()).isEmpty();
            assertThat(log.lastIndex()).isZero();
        }

        @Test
        void keepsTheIdentityOverACrash() {
            DurableLog log = boot();
            Meta first = log.recover().meta();
            crash(log);

            assertThat(boot().recover().meta()).isEqualTo(first);
        }

        @Test
        void readsAsEmpty() {
            DurableLog log = boot();
            log.recover();

            assertThat(log.reader().read(1, 10, 1000)).isEmpty();
            assertThat(log.reader().indexOfSeq(1)).isZero();
            assertThat(log.reader().firstSeq()).isEqualTo(1);
            assertThat(log.reader().rooms(10).rooms()).isEmpty();
        }
    }

    @Nested
    class AfterASync {
        @Test
        void everythingAppendedBeforeSurvivesACrash() {
            DurableLog log = open(history.entries());
            log.noteCommit(30);
            log.sync();
            crash(log);

            Recovery recovery = boot().recover();

            assertThat(all(recovery)).isEqualTo(history.entries());
            assertThat(recovery.commitIndex()).isIn(0L, 30L); // the mark may be one that was flushed earlier
        }

        @Test
        void nothingIsCalledCommittedThatIsNotDurable() {
            DurableLog log = open(history.entries());
            log.noteCommit(history.lastIndex() + 7);
            log.close();

            assertThat(boot().recover().commitIndex()).isEqualTo(history.lastIndex());
        }

        @Test
        void whatIsAppendedLaterMayBeLostButOnlyFromTheEnd() {
            DurableLog log = open(history.entries(1, 50));
            log.append(history.entries(51, 100));
            crash(log);

            List<LogEntry> kept = all(boot().recover());

            assertThat(kept).hasSizeGreaterThanOrEqualTo(50);
            assertThat(kept).isEqualTo(history.entries(1, kept.size()));
        }

        @Test
        void theLogGoesOnWhereItEnded() {
            crash(open(history.entries(1, 50)));
            DurableLog log = boot();
            log.recover();
            log.append(history.entries(51, 60));
            log.sync();
            crash(log);

            assertThat(all(boot().recover())).isEqualTo(history.entries(1, 60));
        }
    }

    @Nested
    class Appending {
        @Test
        void letsReadersSeeTheEntriesBeforeTheyAreDurable() {
            DurableLog log = open(List.of());
            log.append(history.entries(1, 5));

            assertThat(log.reader().read(1, 5, 1 << 20)).isEqualTo(history.entries(1, 5));
            assertThat(log.lastIndex()).isEqualTo(5);
        }

        @Test
        void refusesAGap() {
            DurableLog log = open(history.entries(1, 5));

            assertThatThrownBy(() -> log.append(history.entries(7, 7))).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Nested
    class Rewinding {
        @Test
        void isDurableWhenItReturns() {
            DurableLog log = open(history.entries());
            log.rewind(71);
            crash(log);

            assertThat(all(boot().recover())).isEqualTo(history.entries(1, 70));
        }

        @Test
        void makesRoomForOtherEntries() {
            SampleHistory other = history.branch("other").cutFrom(71).term(3).chats(30);
            DurableLog log = open(history.entries());
            log.rewind(71);
            log.append(other.entries(71, other.lastIndex()));

            assertThat(log.reader().read(60, 200, 1 << 20)).isEqualTo(other.entries(60, other.lastIndex()));
            assertThat(log.reader().indexOfSeq(other.lastSeq())).isEqualTo(other.lastIndex());

            log.sync();
            crash(log);
            assertThat(all(boot().recover())).isEqualTo(other.entries());
        }

        @Test
        void mayTakeBackEverythingThatIsNotCommitted() {
            DurableLog log = open(history.entries());
            log.rewind(1);
            log.append(history.entries(1, 3));
            log.sync();
            crash(log);

            assertThat(all(boot().recover())).isEqualTo(history.entries(1, 3));
        }

        @Test
        void takesBackWhatWasNotYetSynced() {
            DurableLog log = open(history.entries(1, 10));
            log.append(history.entries(11, 40));
            log.rewind(30);

            assertThat(log.lastIndex()).isEqualTo(29);
            assertThat(log.reader().read(1, 100, 1 << 20)).isEqualTo(history.entries(1, 29));
        }

        @Test
        void neverTakesBackWhatIsCommitted() {
            DurableLog log = open(history.entries());
            log.noteCommit(70);

            assertThatThrownBy(() -> log.rewind(70)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Nested
    class TheMetaRecord {
        @Test
        void isDurableWhenWritten() {
            DurableLog log = boot();
            Meta meta = log.recover().meta();
            Meta changed = meta.withCluster(new ClusterId(new UUID(7, 7)))
                    .withTerm(new Term(9), meta.self())
                    .withRepairing(true);
            log.writeMeta(changed);
            crash(log);

            assertThat(boot().recover().meta()).isEqualTo(changed);
        }
    }

    @Nested
    class Reading {
        private LogReader reader;

        @BeforeEach
        void openLog() {
            reader = open(history.entries()).reader();
        }

        @Test
        void startsAndEndsAnywhere() {
            for (long from = 1; from <= history.lastIndex(); from++) {
                long to = Math.min(history.lastIndex(), from + 9);
                assertThat(reader.read(from, to, 1 << 20)).isEqualTo(history.entries(from, to));
            }
        }

        @Test
        void givesAsMuchAsFitsAndAtLeastOne() {
            int size = history.entry(5).sizeInBytes() + history.entry(6).sizeInBytes();

            assertThat(reader.read(5, 90, size)).isEqualTo(history.entries(5, 6));
            assertThat(reader.read(5, 90, size - 1)).isEqualTo(history.entries(5, 5));
            assertThat(reader.read(5, 90, 0)).isEqualTo(history.entries(5, 5));
        }

        @Test
        void givesNothingBeyondTheEnd() {
            assertThat(reader.read(history.lastIndex() + 1, 1000, 1000)).isEmpty();
            assertThat(reader.read(0, 10, 1000)).isEmpty();
        }

        @Test
        void findsEveryMessageByItsNumber() {
            for (long seq = 1; seq <= history.lastSeq(); seq++) {
                assertThat(history.entry(reader.indexOfSeq(seq)).seq()).isEqualTo(seq);
            }
            assertThat(reader.indexOfSeq(0)).isZero();
            assertThat(reader.indexOfSeq(history.lastSeq() + 1)).isZero();
        }

        @Test
        void showsTheChangesOfAnyMessages() {
            List<List<Long>> all = SampleHistory.changesIn(history.entries(), 1, Long.MAX_VALUE);
            assertThat(all).hasSizeGreaterThan(8);

            assertThat(SampleHistory.changes(reader, 1, Long.MAX_VALUE)).hasSameElementsAs(all);
            for (long seq = 1; seq <= history.lastSeq(); seq++) {
                assertThat(SampleHistory.changes(reader, seq, seq + 10))
                        .hasSameElementsAs(SampleHistory.changesIn(history.entries(), seq, seq + 10));
            }
        }

        @Test
        void countsRoomsUpToAnIndexThatItNames() {
            LogReader.RoomsUpTo rooms = reader.rooms(history.lastIndex());

            assertThat(rooms.index()).isBetween(0L, history.lastIndex());
            assertThat(rooms.rooms()).isEqualTo(roomsOf(history.entries(1, rooms.index())));
        }
    }

    @Nested
    class RecoveringALongLog {
        @Test
        void sumsUpWhatTheNodeNeedsNotSeeEntryByEntry() {
            SampleHistory longHistory = SampleHistory.founded(50);
            for (int leader = 2; leader <= 12; leader++) {
                longHistory.term(leader).chats(30);
            }
            DurableLog log = open(longHistory.entries());
            log.noteCommit(longHistory.lastIndex() - 10);
            log.close();

            Recovery recovery = boot().recover();

            LogSnapshot base = recovery.base();
            List<LogEntry> entries = all(recovery);
            assertThat(base.position().index()).isPositive();
            assertThat(base.seq()).isLessThanOrEqualTo(longHistory.lastSeq() - 50);
            assertThat(base)
                    .isEqualTo(baseOf(longHistory.entries(1, base.position().index())));
            assertThat(entries).isEqualTo(longHistory.entries(base.position().index() + 1, longHistory.lastIndex()));
        }

        @Test
        void startsAtOrBeforeTheCommitIndex() {
            SampleHistory longHistory = SampleHistory.founded(10).chats(300);
            DurableLog log = open(longHistory.entries());
            log.noteCommit(100);
            log.close();

            Recovery recovery = boot().recover();

            assertThat(recovery.base().position().index()).isBetween(1L, 100L);
            // the rest may be cut, and then the window ends where what is committed ends (X4, X5)
            long committed = longHistory.entries(100, 100).getFirst().seq();
            assertThat(recovery.base().seq()).isLessThanOrEqualTo(committed - 10);
        }
    }

    @Nested
    class TheDirectory {
        @Test
        void belongsToOneProcess() {
            DurableLog first = open(history.entries(1, 5));
            DurableLog second = secondProcess(first);

            assertThatThrownBy(second::recover)
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("in use by another process");
        }

        @Test
        void isFreeAgainAfterClose() {
            DurableLog log = open(List.of());
            log.append(history.entries(1, 5));
            log.close();

            assertThat(all(boot().recover())).isEqualTo(history.entries(1, 5));
        }
    }

    @Nested
    class ASnapshotInThePlaceOfTheLog {
        private final LogSnapshot snapshot = baseOf(history.entries(1, 60));

        @Test
        void isWhatTheLogGoesOnBehind() {
            DurableLog log = open(history.entries(1, 30));
            log.install(snapshot);
            log.append(history.entries(61, 80));
            log.sync();

            assertThat(log.lastIndex()).isEqualTo(80);
            assertThat(log.reader().firstSeq()).isEqualTo(snapshot.firstSeq());
            assertThat(log.reader().read(1, 80, Integer.MAX_VALUE)).isEmpty();
            assertThat(log.reader().read(61, 80, Integer.MAX_VALUE)).isEqualTo(history.entries(61, 80));
            assertThat(log.reader().indexOfSeq(snapshot.seq())).isZero();
        }

        @Test
        void isThereAfterACrash() {
            DurableLog log = open(history.entries(1, 30));
            log.install(snapshot);
            log.append(history.entries(61, 80));
            log.sync();
            crash(log);

            Recovery recovery = boot().recover();

            assertThat(recovery.start()).isEqualTo(snapshot);
            assertThat(recovery.base()).isEqualTo(snapshot);
            assertThat(recovery.commitIndex()).isEqualTo(60);
            assertThat(recovery.meta().repairing()).isFalse();
            assertThat(all(recovery)).isEqualTo(history.entries(61, 80));
        }

        @Test
        void mayBeAllThatThereIs() {
            DurableLog log = open(List.of());
            log.install(snapshot);
            crash(log);

            DurableLog again = boot();
            Recovery recovery = again.recover();

            assertThat(recovery.start()).isEqualTo(snapshot);
            assertThat(all(recovery)).isEmpty();
            assertThat(again.lastIndex()).isEqualTo(60);
        }

        @Test
        void canBeCutDownToButNotInto() {
            DurableLog log = open(List.of());
            log.install(snapshot);
            log.append(history.entries(61, 62));
            log.sync();

            log.rewind(61);

            assertThat(log.lastIndex()).isEqualTo(60);
            assertThatThrownBy(() -> log.rewind(60)).isInstanceOf(IllegalArgumentException.class);
            crash(log);
            assertThat(all(boot().recover())).isEmpty();
        }

        @Test
        void isRefusedIfTheLogReachesFurther() {
            DurableLog log = open(history.entries(1, 60));

            assertThatThrownBy(() -> log.install(snapshot)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    /// A log with these entries, synced.
    protected final DurableLog open(List<LogEntry> entries) {
        DurableLog log = boot();
        log.recover();
        log.append(entries);
        log.sync();
        return log;
    }

    /// What recovery hands out, from the first entry if its base is the start.
    protected static List<LogEntry> all(Recovery recovery) {
        List<LogEntry> entries = new ArrayList<>();
        recovery.entries().forEach(entries::add);
        return entries;
    }

    private static List<RoomSummary> roomsOf(List<LogEntry> entries) {
        return entries.stream()
                .filter(LogEntry::isChat)
                .map(e -> e.body().room())
                .distinct()
                .sorted()
                .map(room -> {
                    List<LogEntry> own = entries.stream()
                            .filter(e -> e.isChat() && e.body().room().equals(room))
                            .toList();
                    return new RoomSummary(room, own.size(), own.getLast().seq());
                })
                .toList();
    }

    private static LogSnapshot baseOf(List<LogEntry> entries) {
        HistorySummary summary = new HistorySummary();
        entries.forEach(summary::add);
        LogSnapshot base = summary.toBase();
        assertThat(base.hash()).isNotEqualTo(ChainHash.ZERO);
        assertThat(base.configuration()).isNotEqualTo(Configuration.EMPTY);
        return base;
    }
}
