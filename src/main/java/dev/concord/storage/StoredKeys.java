package dev.concord.storage;

import dev.concord.node.EventAction;
import dev.concord.node.Recovery;
import dev.concord.node.Recovery.KeyVisitor;
import dev.concord.protocol.LogEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The keys of a stretch of the log without its entries: of closed segments from the [KeyFile] of each, of the open
/// one from the scan that has just verified it. Where neither is there, the entries are read.
///
/// @param seals of the segments behind the start of the log, oldest first; the last is that of the open one
/// @param open what the start noted of the open segment, if it did
/// @param firstSeq the first message whose key is wanted; likewise `lastSeq`
record StoredKeys(
        DataDirectory directory,
        SegmentLimits limits,
        List<Seal> seals,
        @Nullable OpenContents open,
        SegmentReader reader,
        long firstSeq,
        long lastSeq)
        implements Recovery.Keys {
    private static final Logger LOG = LoggerFactory.getLogger(StoredKeys.class);

    @Override
    public int count() {
        return (int) Math.max(0, lastSeq - firstSeq + 1);
    }

    @Override
    public void forEach(KeyVisitor visitor) {
        for (int at = 0; at < seals.size(); at++) {
            Seal seal = seals.get(at);
            if (firstSeq <= lastSeq
                    && seal.end().seq() >= firstSeq
                    && seal.before().seq() < lastSeq) {
                if (at == seals.size() - 1) {
                    openKeys(seal, visitor);
                } else {
                    closedKeys(seal, visitor);
                }
            }
        }
    }

    private void openKeys(Seal seal, KeyVisitor visitor) {
        KeyList keys = open == null ? null : open.keys();
        if (keys == null) {
            readEntries(seal, firstSeq, visitor);
        } else {
            keys.forEach(seal.before(), firstSeq, lastSeq, visitor);
        }
    }

    private void closedKeys(Seal seal, KeyVisitor visitor) {
        long first = seal.before().index() + 1;
        Path file = directory.keys(first);
        Shown shown = new Shown(visitor, Math.max(firstSeq, seal.before().seq() + 1));
        try {
            if (isGood(file, seal) || writeAgain(seal, first) && isGood(file, seal)) {
                KeyFile.forEach(file, seal.before(), firstSeq, lastSeq, shown);
                return;
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.debug("the keys beside {} cannot be used: reading the entries", directory.segment(first), e);
        }
        readEntries(seal, shown.next, visitor);
    }

    private static boolean isGood(Path file, Seal seal) throws IOException {
        return KeyFile.isGood(file, seal.before(), seal.end());
    }

    /// Notes how far the keys were shown, in case that the file cannot be read to its end.
    private static final class Shown implements KeyVisitor {
        private final KeyVisitor visitor;
        private long next;

        Shown(KeyVisitor visitor, long next) {
            this.visitor = visitor;
            this.next = next;
        }

        @Override
        public void key(long seq, long index, long payloadHash, byte[] source, int at, int length) {
            visitor.key(seq, index, payloadHash, source, at, length);
            next = seq + 1;
        }
    }

    /// Reads the whole segment, so that the next start need not. One that is damaged is left to whoever reads its
    /// entries, which may not be those that are wanted here.
    private boolean writeAgain(Seal seal, long first) throws IOException {
        try (KeyWriter writer =
                KeyWriter.open(directory.keys(first), new KeyList(seal.before().index()))) {
            SegmentScan scan = SegmentScan.of(
                    directory.segment(first), seal.before(), limits, (entry, offset) -> writer.add(entry));
            if (scan.damage() != null
                    || !scan.summary().end().hash().equals(seal.end().hash())) {
                writer.discard();
                return false;
            }
            writer.finish(seal.end());
        }
        LOG.atInfo()
                .addKeyValue(EventAction.FIELD, EventAction.KEYS_REWRITTEN)
                .log("{} was missing or did not fit; its segment was read: written again", directory.keys(first));
        return true;
    }

    /// @param fromSeq the first message whose key is still wanted; one before, in or right behind the segment
    private void readEntries(Seal seal, long fromSeq, KeyVisitor visitor) {
        if (fromSeq > seal.end().seq()) {
            return;
        }
        long first = seal.before().seq() < fromSeq
                ? reader.indexOfSeq(fromSeq)
                : seal.before().index() + 1;
        Iterator<LogEntry> read =
                new StoredHistory.Pages(reader, first, seal.end().index());
        while (read.hasNext()) {
            LogEntry entry = read.next();
            if (entry.isChat() && entry.seq() >= fromSeq && entry.seq() <= lastSeq) {
                byte[] key = new byte[entry.body().keyLength()];
                entry.body().copyKey(key, 0);
                visitor.key(entry.seq(), entry.index(), entry.body().payloadHash(), key, 0, key.length);
            }
        }
    }
}
