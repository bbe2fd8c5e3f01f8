package dev.concord.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.LogEntry;
import dev.concord.protocol.Meta;
import dev.concord.protocol.Term;
import dev.concord.runtime.DurableLog;
import dev.concord.storage.DurableLogContract;
import dev.concord.storage.SampleHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// The simulated disk keeps the promises of a real one, and breaks nothing but what a real one may lose.
class SimulatedDiskTest extends DurableLogContract {
    private final RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
    private final SimulatedDisk disk = new SimulatedDisk(SELF, random);

    @Override
    protected DurableLog boot() {
        return disk;
    }

    @Override
    protected void crash(DurableLog log) {
        disk.crash(random);
    }

    @Override
    protected DurableLog secondProcess(DurableLog first) {
        return disk;
    }

    @Nested
    class Faults {
        private final SampleHistory history = SampleHistory.founded(50).chats(30);

        @Test
        void loseAnyNumberOfUnsyncedEntries() {
            TreeSet<Integer> seen = new TreeSet<>();
            while (seen.size() < 11) {
                disk.wipe(random);
                open(history.entries(1, 20));
                disk.append(history.entries(21, 30));
                disk.crash(random);
                seen.add(all(disk.recover()).size());
            }
            assertThat(seen.first()).isEqualTo(20);
            assertThat(seen.last()).isEqualTo(30);
        }

        @Test
        void leaveTheOldOrTheNewMetaRecord() {
            TreeSet<Term> seen = new TreeSet<>();
            while (seen.size() < 2) {
                disk.wipe(random);
                Meta old = disk.recover().meta();
                disk.crashDuringWriteMeta(old.withTerm(new Term(5), null), random);
                seen.add(disk.recover().meta().currentTerm());
            }
            assertThat(seen).containsExactly(Term.ZERO, new Term(5));
        }

        @Test
        void leaveAnyPartOfASuffixThatWasBeingCut() {
            TreeSet<Integer> seen = new TreeSet<>();
            while (seen.size() < 11) {
                disk.wipe(random);
                open(history.entries());
                disk.crashDuringRewind(history.lastIndex() - 9, random);
                List<LogEntry> left = new ArrayList<>();
                disk.recover().entries().forEach(left::add);
                assertThat(left).isEqualTo(history.entries(1, left.size()));
                seen.add(left.size());
            }
            assertThat(seen.first()).isEqualTo((int) history.lastIndex() - 10);
        }

        @Test
        void makeAWipedDiskAnotherStore() {
            Meta before = disk.recover().meta();
            disk.crash(random);
            disk.wipe(random);

            assertThat(disk.recover().meta().self()).isNotEqualTo(before.self());
        }
    }
}
