package dev.concord.storage;

import dev.concord.protocol.ChainHash;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.MalformedEntryException;
import dev.concord.protocol.Term;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Reads entries one after the other and believes none of them: form, checksum, index, term and hash chain of each are
/// verified before it is handed out (S6, S9). Start-up, readers and `verify` all read through here. One thread.
final class EntryCursor {
    private final Path file;
    private final LineScanner lines;
    private long nextIndex;
    private @Nullable ChainHash previousHash;
    private Term previousTerm;
    private @Nullable Damage damage;

    /// @param previousHash of the entry before, or null if it is not known: then the first entry's own is believed
    EntryCursor(Path file, LineScanner lines, long nextIndex, @Nullable ChainHash previousHash, Term previousTerm) {
        this.file = file;
        this.lines = lines;
        this.nextIndex = nextIndex;
        this.previousHash = previousHash;
        this.previousTerm = previousTerm;
    }

    /// The next entry; null at the end, or at a record that is not what it must be ([#damage]).
    @Nullable
    LogEntry next() throws IOException {
        if (damage != null) {
            return null;
        }
        if (!lines.next()) {
            if (lines.lineLength() > 0) {
                damaged(
                        lines.lineLength() > LogEntry.MAX_LINE_BYTES
                                ? "no line feed within " + LogEntry.MAX_LINE_BYTES + " bytes"
                                : "a line without an end (" + lines.lineLength() + " bytes)");
            }
            return null;
        }
        LogEntry entry;
        try {
            entry = LogEntry.parse(lines.line());
        } catch (MalformedEntryException | IllegalArgumentException e) {
            return damaged(String.valueOf(e.getMessage()));
        }
        if (entry.index() != nextIndex) {
            return damaged("the entry says index " + entry.index());
        }
        if (entry.term().isBefore(previousTerm)) {
            return damaged("term " + entry.term() + " after term " + previousTerm);
        }
        if (previousHash != null && !entry.follows(previousHash)) {
            return damaged("its hash does not continue that of the entry before");
        }
        nextIndex++;
        previousHash = entry.hash();
        previousTerm = entry.term();
        return entry;
    }

    /// Passes over a line that the caller has no use for: it is counted, not verified.
    boolean skip() throws IOException {
        if (damage != null || !lines.next()) {
            return false;
        }
        nextIndex++;
        previousHash = null;
        return true;
    }

    /// What [#next] stumbled over, or null.
    @Nullable
    Damage damage() {
        return damage;
    }

    /// Where the entry last returned starts; after the end, where one more would start.
    long offset() {
        return lines.offset();
    }

    long nextIndex() {
        return nextIndex;
    }

    private @Nullable LogEntry damaged(String what) {
        damage = new Damage(file, lines.offset(), nextIndex, what);
        return null;
    }
}
