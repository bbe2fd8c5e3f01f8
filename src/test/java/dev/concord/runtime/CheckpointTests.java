package dev.concord.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.ChainHash;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Term;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The places at which replicas are compared.
class CheckpointTests {
    private final List<LogEntry> log = new ArrayList<>();

    CheckpointTests() {
        ChainHash before = ChainHash.ZERO;
        for (long index = 1; index <= 3L * Checkpoint.SPACING; index++) {
            LogEntry entry = LogEntry.noop(new LogPosition(new Term(1), index), 0, new NodeId(1), before);
            log.add(entry);
            before = entry.hash();
        }
    }

    /// The entries `first` to `last`, both included.
    private List<LogEntry> entries(long first, long last) {
        return log.subList((int) first - 1, (int) last);
    }

    private Checkpoint at(long index) {
        return new Checkpoint(index, log.get((int) index - 1).hash().low());
    }

    @Test
    void thereIsNoneBeforeTheFirstPlace() {
        assertThat(Checkpoint.NONE.after(entries(1, Checkpoint.SPACING - 1))).isEqualTo(Checkpoint.NONE);
    }

    @Test
    void aPlaceIsReachedByTheEntryThatStandsThere() {
        assertThat(Checkpoint.NONE.after(entries(1, Checkpoint.SPACING))).isEqualTo(at(Checkpoint.SPACING));
        assertThat(Checkpoint.NONE.after(entries(Checkpoint.SPACING, Checkpoint.SPACING)))
                .isEqualTo(at(Checkpoint.SPACING));
    }

    @Test
    void aPlaceInTheMiddleOfABatchCountsWithItsOwnHash() {
        assertThat(Checkpoint.NONE.after(entries(Checkpoint.SPACING - 5, Checkpoint.SPACING + 7)))
                .isEqualTo(at(Checkpoint.SPACING));
    }

    @Test
    void ofSeveralPlacesInABatchTheLastCounts() {
        assertThat(Checkpoint.NONE.after(entries(1, 2L * Checkpoint.SPACING + 1)))
                .isEqualTo(at(2L * Checkpoint.SPACING));
    }

    @Test
    void itStaysUntilTheNextPlaceIsReached() {
        Checkpoint first = at(Checkpoint.SPACING);

        assertThat(first.after(entries(Checkpoint.SPACING + 1, 2L * Checkpoint.SPACING - 1)))
                .isEqualTo(first);
        assertThat(first.after(entries(2L * Checkpoint.SPACING, 2L * Checkpoint.SPACING)))
                .isEqualTo(at(2L * Checkpoint.SPACING));
    }

    @Test
    void itIsTheSameHoweverTheEntriesWereBatched() {
        Checkpoint byOnes = Checkpoint.NONE;
        for (LogEntry entry : log) {
            byOnes = byOnes.after(List.of(entry));
        }
        assertThat(byOnes).isEqualTo(Checkpoint.NONE.after(log)).isEqualTo(at(3L * Checkpoint.SPACING));
    }

    @Test
    void historiesThatDifferShowDifferentHashes() {
        LogEntry other = LogEntry.noop(
                new LogPosition(new Term(1), Checkpoint.SPACING),
                1, // the time differs, and nothing else
                new NodeId(1),
                log.get(Checkpoint.SPACING - 2).hash());

        assertThat(Checkpoint.NONE.after(List.of(other)).index()).isEqualTo(Checkpoint.SPACING);
        assertThat(Checkpoint.NONE.after(List.of(other))).isNotEqualTo(at(Checkpoint.SPACING));
    }
}
