package dev.concord.storage;

import dev.concord.storage.LostMajorityRecovery.Plan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// The lines of `recovery.log`: what was given up, by whom, and what was kept. The file is only ever added to.
///
/// @param given the folders that were compared
record RecoveryRecord(Plan plan, String newCluster, List<String> given) {
    private record Line(
            String at,
            String state,
            String user,
            String oldCluster,
            String newCluster,
            int node,
            long keptIndex,
            long keptSeq,
            String keptHash,
            long committedIndex,
            long durableIndex,
            int voters,
            List<String> folders,
            List<String> damage) {}

    void append(DataDirectory directory, String at, String state) throws IOException {
        byte[] line = CheckedJson.write(new Line(
                at,
                state,
                System.getProperty("user.name", ""),
                plan.cluster(),
                newCluster,
                plan.node(),
                plan.index(),
                plan.seq(),
                plan.hash(),
                plan.committed(),
                plan.durable(),
                plan.voters(),
                given,
                plan.damage()));
        try (FileChannel channel =
                FileChannel.open(directory.recoveryRecord(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            DataDirectory.writeFully(channel, ByteBuffer.wrap(line), channel.size());
            channel.force(true);
        }
        DataDirectory.fsyncDirectory(directory.root());
    }
}
