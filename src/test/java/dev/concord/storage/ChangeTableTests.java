package dev.concord.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.ChatBody;
import dev.concord.protocol.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Which messages a segment changes.
class ChangeTableTests {
    private record Change(long target, long seq, boolean isDelete) {}

    private static List<Change> read(ChangeSource source, long first, long last) {
        List<Change> found = new ArrayList<>();
        source.forEach(first, last, (target, seq, isDelete) -> found.add(new Change(target, seq, isDelete)));
        return found;
    }

    private static List<Change> ofOne(List<Change> all, long target) {
        return all.stream().filter(c -> c.target == target).toList();
    }

    private static void add(OpenChanges changes, long seq, Reference.Kind kind, long target) {
        String text = kind == Reference.Kind.DELETE ? "" : "x";
        changes.add(seq, ChatBody.of("k", "", "r", "s", text, new Reference(kind, target)));
    }

    @Test
    void holdsEditsAndDeletesAndNothingElse() {
        OpenChanges changes = new OpenChanges();
        changes.add(1, ChatBody.of("k", "", "r", "s", "t"));
        add(changes, 2, Reference.Kind.REPLY, 1);
        add(changes, 3, Reference.Kind.EDIT, 1);
        add(changes, 4, Reference.Kind.DELETE, 1);
        add(changes, 5, Reference.Kind.EDIT, 5); // of itself: of nothing
        add(changes, 6, Reference.Kind.EDIT, 9); // of what is not there yet

        assertThat(read(changes, 1, 100)).containsExactly(new Change(1, 3, false), new Change(1, 4, true));
        assertThat(read(changes.toTable(), 1, 100)).containsExactlyElementsOf(read(changes, 1, 100));
        assertThat(changes.toTable().count()).isEqualTo(2);
    }

    @Test
    void isTheSameOpenClosedAndWrittenDown() {
        for (long seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            OpenChanges changes = new OpenChanges();
            long seq = 1 + random.nextLong(random.nextBoolean() ? 10 : 1L << 50);
            long start = seq;
            for (int i = random.nextInt(300); i > 0; i--) {
                seq += 1 + random.nextInt(3);
                long target = random.nextBoolean() ? seq - 1 : 1 + random.nextLong(seq - 1);
                add(changes, seq, random.nextInt(4) == 0 ? Reference.Kind.DELETE : Reference.Kind.EDIT, target);
            }
            ChangeTable table = changes.toTable();
            ChangeTable.Text text = table.toText();
            List<Change> all = read(changes, 1, Long.MAX_VALUE);

            assertThat(text == null).as("seed %s", seed).isEqualTo(all.isEmpty());
            ChangeTable again = text == null ? ChangeTable.NONE : text.toTable();
            assertThat(again).as("seed %s", seed).isEqualTo(table);
            assertThat(again.blocks()).as("seed %s", seed).isEqualTo(table.blocks());
            assertThat(read(again, 1, Long.MAX_VALUE)).as("seed %s", seed).hasSameElementsAs(all);
            for (Change change : all) {
                assertThat(read(again, change.target, change.target))
                        .as("seed %s", seed)
                        .isEqualTo(ofOne(all, change.target));
                assertThat(again.blocks().mayTouch(change.target, change.target))
                        .isTrue();
            }
            long middle = start + (seq - start) / 2;
            assertThat(read(again, middle, seq))
                    .as("seed %s", seed)
                    .hasSameElementsAs(
                            all.stream().filter(c -> c.target >= middle).toList());
        }
    }

    @Test
    void takesAFewBytesForEachChange() {
        OpenChanges changes = new OpenChanges();
        for (int i = 0; i < 10_000; i++) {
            add(changes, 5_000_000 + 20L * i, Reference.Kind.EDIT, 5_000_000 + 20L * i - 7);
        }
        assertThat(String.valueOf(changes.toTable().toText()).length()).isLessThan(45_000);
    }

    @Test
    void touchesNoBlocksButThoseOfItsMessages() {
        OpenChanges changes = new OpenChanges();
        add(changes, 1_000_001, Reference.Kind.EDIT, 5);
        add(changes, 1_000_002, Reference.Kind.EDIT, 999_990);
        ChangedBlocks blocks = changes.toTable().blocks();

        assertThat(blocks.mayTouch(1, 200)).isTrue();
        assertThat(blocks.mayTouch(300, 900_000)).isFalse();
        assertThat(blocks.mayTouch(300, 999_990)).isTrue();
        assertThat(blocks.mayTouch(1_001_000, 2_000_000)).isFalse();
        assertThat(ChangedBlocks.NONE.mayTouch(1, Long.MAX_VALUE)).isFalse();
    }

    @Test
    void tellsBlocksApartMoreRoughlyOnceThereAreTooMany() {
        OpenChanges most = new OpenChanges();
        OpenChanges more = new OpenChanges();
        long seq = 1L << 40;
        int size = 1 << ChangedBlocks.SMALLEST_SHIFT;
        for (int i = 0; i <= ChangedBlocks.MAX; i++) {
            if (i < ChangedBlocks.MAX) {
                add(most, seq + i, Reference.Kind.EDIT, 1 + 3L * size * i);
            }
            add(more, seq + i, Reference.Kind.EDIT, 1 + 3L * size * i);
        }
        assertThat(most.toTable().blocks().shift()).isEqualTo(ChangedBlocks.SMALLEST_SHIFT);
        assertThat(most.toTable().blocks().blocks().count()).isEqualTo(ChangedBlocks.MAX);
        ChangedBlocks rough = more.toTable().blocks();
        assertThat(rough.shift()).isGreaterThan(ChangedBlocks.SMALLEST_SHIFT);
        assertThat(rough.blocks().count()).isLessThanOrEqualTo(ChangedBlocks.MAX);
        for (int i = 0; i <= ChangedBlocks.MAX; i++) {
            assertThat(rough.mayTouch(1 + 3L * size * i, 1 + 3L * size * i)).isTrue();
        }
    }
}
