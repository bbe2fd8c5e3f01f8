package dev.concord.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.ChatBody;
import dev.concord.protocol.Reference;
import dev.concord.protocol.Reference.Kind;
import dev.concord.runtime.InMemoryLog;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Pages of messages as they are now.
class ChangesPageTests {
    private static final int MEGABYTE = 1 << 20;

    private final InMemoryLog log = new InMemoryLog();
    private final Changes changes = new Changes(log.committed(), new MessageReader(log.committed()));
    private int keys;

    private long say(String text, @Nullable Reference reference) {
        return log.commit(List.of(ChatBody.of("k" + ++keys, "", "general", "ada", text, reference)))
                .getFirst()
                .seq();
    }

    private CurrentPage page(OptionalLong after, OptionalLong before) {
        return changes.page(new PageRequest(after, before, PageRequest.MAX_LIMIT, RoomFilter.ALL));
    }

    private static List<Long> seqs(CurrentPage page) {
        return page.messages().stream().map(m -> m.original().seq()).toList();
    }

    @Test
    void theNewestEditBeforeTheFirstDeleteCounts() {
        long seq = say("one", null);
        say("two", new Reference(Kind.EDIT, seq));
        say("three", new Reference(Kind.EDIT, seq));
        CurrentMessage edited =
                page(OptionalLong.of(0), OptionalLong.empty()).messages().getFirst();
        assertThat(edited.edit().body().text()).isEqualTo("three");
        assertThat(changes.isDeleted(seq)).isFalse();
        long delete = say("", new Reference(Kind.DELETE, seq));
        say("late", new Reference(Kind.EDIT, seq)); // it raced the delete
        say("", new Reference(Kind.DELETE, seq));

        CurrentMessage deleted =
                page(OptionalLong.of(0), OptionalLong.empty()).messages().getFirst();
        assertThat(deleted.delete().seq()).isEqualTo(delete);
        assertThat(deleted.edit()).isNull();
        assertThat(changes.isDeleted(seq)).isTrue();
        assertThat(changes.of(seq, 0, 100)).hasSize(5);
        assertThat(changes.of(seq, 3, 2)).extracting(e -> e.seq()).containsExactly(4L, 5L);
    }

    @Test
    void whatIsNotCommittedYetChangesNothing() {
        long seq = say("one", null);
        Reference edit = new Reference(Kind.EDIT, seq);
        ChatBody open = ChatBody.of("e", "", "general", "ada", "two", edit);
        ChatBody delete = ChatBody.of("d", "", "general", "ada", "", new Reference(Kind.DELETE, seq));
        log.append(List.of(open, delete));

        CurrentMessage message =
                page(OptionalLong.of(0), OptionalLong.empty()).messages().getFirst();
        assertThat(message.edit()).isNull();
        assertThat(message.delete()).isNull();
        assertThat(changes.isDeleted(seq)).isFalse();
        assertThat(changes.of(seq, 0, 100)).isEmpty();
        assertThat(changes.repeated(edit, open.key(), open.payloadHash())).isEmpty();
    }

    /// Short messages that became long: what does not fit into one page is on the next one.
    @Test
    void aPageHoldsNoMoreBytesThanOneOfTheLogInEitherDirection() {
        List<Long> originals = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            originals.add(say("short", null));
        }
        for (long seq : originals) {
            say("x".repeat(30 * 1024), new Reference(Kind.EDIT, seq));
        }
        List<Long> forward = new ArrayList<>();
        CurrentPage page = page(OptionalLong.of(0), OptionalLong.empty());
        assertThat(bytes(page)).isBetween(3L * MEGABYTE, (long) MessageReader.MAX_PAGE_BYTES);
        for (int pages = 0; pages < 5 && forward.size() < 200; pages++) {
            forward.addAll(seqs(page));
            page = page(OptionalLong.of(page.next()), OptionalLong.empty());
        }
        assertThat(forward).isEqualTo(originals);

        List<Long> backward = new ArrayList<>();
        page = page(OptionalLong.empty(), OptionalLong.empty());
        assertThat(bytes(page)).isBetween(3L * MEGABYTE, (long) MessageReader.MAX_PAGE_BYTES);
        for (int pages = 0; pages < 5; pages++) {
            backward.addAll(0, seqs(page));
            if (page.prev().isEmpty()) {
                break;
            }
            page = page(OptionalLong.empty(), page.prev());
        }
        assertThat(backward).isEqualTo(originals);
    }

    private static long bytes(CurrentPage page) {
        return page.messages().stream().mapToLong(CurrentMessage::sizeInBytes).sum();
    }
}
