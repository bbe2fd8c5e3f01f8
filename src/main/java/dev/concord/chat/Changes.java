package dev.concord.chat;

import dev.concord.protocol.LogEntry;
import dev.concord.protocol.Reference;
import dev.concord.runtime.CommittedLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What became of messages: the edits and deletes that the log holds for them. The newest edit before the first
/// delete counts, and what is deleted stays so.
///
/// Which changes a message has is known from the log's list of changes, not by reading on from the message: a page
/// deep in the history costs what the newest costs, and one entry more for each edited message on it. Any number of
/// threads.
public final class Changes {
    /// Changes of one message that are looked through for a repetition, the newest.
    static final int MAX_LOOKED_THROUGH = 1_000;
    /// Newest messages that are looked through for a repetition of a reply.
    static final int MAX_REPLIES_LOOKED_THROUGH = 10_000;
    /// Entries read at once where edits stand close together.
    private static final int WINDOW_ENTRIES = 32;

    private static final int WINDOW_BYTES = 32 * 1024;
    private static final int REPLY_STEP = 1_000;
    private static final int REPLY_STEP_BYTES = 1 << 20;

    private final CommittedLog log;
    private final MessageReader messages;

    public Changes(CommittedLog log, MessageReader messages) {
        this.log = log;
        this.messages = messages;
    }

    /// A page of messages as they are now.
    ///
    /// @throws MessagesRemovedException if it would begin with messages that are no longer there
    public CurrentPage page(PageRequest request) {
        Page page = messages.page(new PageRequest(
                request.after(),
                request.before(),
                request.limit(),
                request.filter().withoutChanges()));
        List<CurrentMessage> folded = fold(page.messages(), page.commit());
        return request.after().isPresent() ? cutEnd(page, folded) : cutBegin(page, folded);
    }

    /// New texts may be longer than the old ones: what does not fit is left to the next page.
    private static CurrentPage cutEnd(Page page, List<CurrentMessage> folded) {
        long bytes = 0;
        for (int i = 0; i < folded.size(); i++) {
            bytes += folded.get(i).sizeInBytes();
            if (bytes > MessageReader.MAX_PAGE_BYTES && i > 0) {
                long next = folded.get(i - 1).original().seq();
                return new CurrentPage(folded.subList(0, i), page.earliest(), page.commit(), next, page.prev());
            }
        }
        return new CurrentPage(folded, page.earliest(), page.commit(), page.next(), page.prev());
    }

    private static CurrentPage cutBegin(Page page, List<CurrentMessage> folded) {
        long bytes = 0;
        for (int i = folded.size() - 1; i >= 0; i--) {
            bytes += folded.get(i).sizeInBytes();
            if (bytes > MessageReader.MAX_PAGE_BYTES && i < folded.size() - 1) {
                List<CurrentMessage> kept = folded.subList(i + 1, folded.size());
                OptionalLong prev = OptionalLong.of(kept.getFirst().original().seq());
                return new CurrentPage(kept, page.earliest(), page.commit(), page.next(), prev);
            }
        }
        return new CurrentPage(folded, page.earliest(), page.commit(), page.next(), page.prev());
    }

    private List<CurrentMessage> fold(List<LogEntry> originals, long commit) {
        if (originals.isEmpty()) {
            return List.of();
        }
        Fates fates = new Fates(originals, commit);
        log.reader().changes(originals.getFirst().seq(), originals.getLast().seq(), fates::add);
        Window window = new Window();
        List<CurrentMessage> folded = new ArrayList<>(originals.size());
        for (int i = 0; i < originals.size(); i++) {
            LogEntry edit = fates.deletes[i] > 0 ? null : window.entry(fates.edits[i]);
            folded.add(new CurrentMessage(originals.get(i), edit, window.entry(fates.deletes[i])));
        }
        return folded;
    }

    /// For each message of a page the changes that count.
    private static final class Fates {
        private final long[] seqs;
        private final long[] edits;
        private final long[] deletes;
        private final long commit;

        Fates(List<LogEntry> originals, long commit) {
            this.seqs = originals.stream().mapToLong(LogEntry::seq).toArray();
            this.edits = new long[seqs.length];
            this.deletes = new long[seqs.length];
            this.commit = commit;
        }

        void add(long target, long seq, boolean isDelete) {
            int at = java.util.Arrays.binarySearch(seqs, target);
            if (at < 0 || seq > commit) {
                return;
            }
            boolean first = deletes[at] == 0 || seq < deletes[at];
            if (isDelete && first) {
                deletes[at] = seq;
            } else if (!isDelete && first) {
                edits[at] = seq;
            }
        }
    }

    /// Reads single entries, some together where they stand close.
    private final class Window {
        private List<LogEntry> entries = List.of();

        /// @param seq of a committed message, or 0 for none
        @Nullable
        LogEntry entry(long seq) {
            if (seq == 0) {
                return null;
            }
            boolean inside = !entries.isEmpty()
                    && entries.getFirst().seq() <= seq
                    && seq <= entries.getLast().seq();
            if (!inside) {
                entries = log.after(seq - 1, WINDOW_ENTRIES, WINDOW_BYTES);
            }
            return entries.get((int) (seq - entries.getFirst().seq()));
        }
    }

    /// Whether a message is deleted, as far as this node knows.
    public boolean isDeleted(long seq) {
        long commit = log.commitSeq();
        boolean[] deleted = new boolean[1];
        log.reader().changes(seq, seq, (target, change, isDelete) -> deleted[0] |= isDelete && change <= commit);
        return deleted[0];
    }

    /// What changed a message, in the order of the log.
    ///
    /// @param after only changes with a greater seq
    /// @param limit most of them
    public List<LogEntry> of(long seq, long after, int limit) {
        TreeSet<Long> seqs = new TreeSet<>();
        long commit = log.commitSeq();
        log.reader().changes(seq, seq, (target, change, isDelete) -> {
            if (change > after && change <= commit) {
                seqs.add(change);
                if (seqs.size() > limit) {
                    seqs.pollLast();
                }
            }
        });
        Window window = new Window();
        List<LogEntry> changes = new ArrayList<>(seqs.size());
        for (long change : seqs) {
            LogEntry entry = window.entry(change);
            if (entry != null) {
                changes.add(entry);
            }
        }
        return changes;
    }

    /// The change of the same message under the same key and with the same content, if it is among the newest: what
    /// is submitted is that one once more.
    Optional<LogEntry> repeated(Reference reference, String key, long payloadHash) {
        TreeSet<Long> newest = new TreeSet<>();
        long commit = log.commitSeq();
        log.reader().changes(reference.seq(), reference.seq(), (target, change, isDelete) -> {
            if (change <= commit) {
                newest.add(change);
                if (newest.size() > MAX_LOOKED_THROUGH) {
                    newest.pollFirst();
                }
            }
        });
        Window window = new Window();
        for (long change : newest.descendingSet()) {
            LogEntry entry = window.entry(change);
            if (entry != null && isSame(entry, key, payloadHash)) {
                return Optional.of(entry);
            }
        }
        return Optional.empty();
    }

    /// The same for a reply. No list names those, but who repeats one does so soon: it is looked for among the newest
    /// messages, which are in memory for the most part.
    boolean isRepeatedReply(String key, long payloadHash) {
        long commit = log.commitSeq();
        long position = Math.max(log.firstSeq() - 1, commit - MAX_REPLIES_LOOKED_THROUGH);
        while (position < commit) {
            List<LogEntry> entries = log.after(position, REPLY_STEP, REPLY_STEP_BYTES);
            if (entries.isEmpty()) {
                return false;
            }
            if (entries.stream().anyMatch(entry -> isSame(entry, key, payloadHash))) {
                return true;
            }
            position = entries.getLast().seq();
        }
        return false;
    }

    private static boolean isSame(LogEntry entry, String key, long payloadHash) {
        return entry.body().payloadHash() == payloadHash && entry.body().key().equals(key);
    }
}
