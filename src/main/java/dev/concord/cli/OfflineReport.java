package dev.concord.cli;

import dev.concord.config.ProgramLevels;
import dev.concord.storage.Backup;
import dev.concord.storage.BackupVerification;
import dev.concord.storage.OfflineVerification;
import dev.concord.storage.StoredLevel;
import dev.concord.storage.VerificationReport;
import dev.concord.storage.VerificationReport.Folder;
import dev.concord.storage.VerificationReport.Problem;
import dev.concord.storage.VerificationReport.SegmentFile;
import java.nio.file.Path;
import java.util.List;

/// Prints what `concord verify --data` finds in data folders: a line for each folder and each closed segment,
/// every problem with file and byte offset, and the verdict.
final class OfflineReport {
    private static final int DIGEST_DIGITS = 16;

    private final Terminal terminal;

    OfflineReport(Terminal terminal) {
        this.terminal = terminal;
    }

    /// @return the exit code: 0 PASS, 1 FAIL
    int verify(List<Path> folders) {
        for (Path folder : folders) {
            StoredLevel.require(folder, ProgramLevels.read());
            if (Backup.isBackup(folder)) {
                BackupVerification.Report backup = BackupVerification.verify(folder);
                terminal.out()
                        .println(folder + ": complete backup of cluster " + backup.cluster() + ", taken "
                                + backup.takenAt() + ", "
                                + (backup.firstSeq() > 1 ? "from message " + backup.firstSeq() + " on, " : "")
                                + "up to index " + backup.index());
            }
        }
        VerificationReport report = OfflineVerification.verify(folders);
        report.folders().forEach(this::print);
        List<Problem> problems = report.problems().toList();
        for (Problem problem : problems) {
            terminal.out().println((problem.isFailure() ? "FAIL  " : "note  ") + problem);
        }
        if (!report.passed()) {
            terminal.out()
                    .println(
                            "FAIL  "
                                    + problems.stream()
                                            .filter(Problem::isFailure)
                                            .count()
                                    + " problems; move the folder of a damaged node away and start it again: it joins as a new store");
            return CommandFailedException.FAILED;
        }
        terminal.out()
                .println("PASS  " + report.folders().size() + " folders hold the same " + report.agreedSeq()
                        + " messages" + (report.firstSeq() > 1 ? ", from " + report.firstSeq() + " on," : "")
                        + " up to index " + report.agreedIndex() + ", hash " + report.agreedHash());
        return 0;
    }

    private void print(Folder folder) {
        terminal.out()
                .println(folder.path() + ": last index " + folder.lastIndex() + ", seq " + folder.lastSeq() + ", hash "
                        + folder.lastHash());
        for (SegmentFile segment : folder.segments()) {
            if (segment.closed() && !segment.sha256().isEmpty()) {
                terminal.out()
                        .println("  " + segment.file().getFileName() + "  "
                                + segment.sha256().substring(0, DIGEST_DIGITS) + "…  " + segment.bytes() + " bytes");
            }
        }
    }
}
