package dev.concord.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// Takes what cannot be trusted out of a log and keeps its bytes, for people (S6, P1). Each step leaves a
/// log that the next start judges in the same way, so a crash at any point of it does no harm but a copy too
/// many.
final class Quarantine {
    private final DataDirectory directory;
    private final List<Path> kept = new ArrayList<>();

    Quarantine(DataDirectory directory) {
        this.directory = directory;
    }

    /// Leaves the good beginning of the log alone in its folder: the segments before `open`, and of that
    /// file what was found good. All that follows is moved away, newest first, so that a crash leaves no gap.
    void cutAfter(SegmentSummary open) throws IOException {
        List<Long> firsts = new ArrayList<>(directory.segments());
        directory.seals().stream().filter(first -> !firsts.contains(first)).forEach(firsts::add);
        firsts.sort((a, b) -> Long.compare(b, a));
        for (long first : firsts) {
            if (first > open.firstIndex()) {
                move(directory.segment(first));
                move(directory.seal(first));
            }
        }
        DataDirectory.fsyncDirectory(directory.log());
        Path last = directory.segment(open.firstIndex());
        if (Files.exists(last) && Files.size(last) > open.size()) {
            kept.add(directory.copyToQuarantine(last));
            try (FileChannel channel = FileChannel.open(last, StandardOpenOption.WRITE)) {
                channel.truncate(open.size());
                channel.force(true);
            }
        }
    }

    /// Moves a file away, if it is there.
    void move(Path file) throws IOException {
        if (Files.exists(file)) {
            kept.add(directory.toQuarantine(file));
        }
    }

    /// Where the bytes are now.
    List<Path> kept() {
        return kept;
    }
}
