package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The disk of a leader fails, or answers no more, under load: each sync of the real process is made to (S4, F5).
@NeedsPrograms(NeedsPrograms.Program.STRACE)
class FailingDiskIT {
    /// `EX_SOFTWARE`: the process has ended itself (S4).
    private static final int HALTED = 70;

    @TempDir
    private Path folder;

    @Test
    void aLeaderWhoseSyncFailsEndsAtOnceAndIsWholeWhenItIsBack() throws IOException, InterruptedException {
        String said = underLoad((cluster, load) -> {
            Process fault = inject(cluster.node(3), "error=EIO");
            assertThat(cluster.node(3).awaitExit(30)).isEqualTo(HALTED);
            fault.waitFor(10, TimeUnit.SECONDS);
            assertThat(cluster.node(3).output()).contains("cannot be written any more");
            cluster.awaitLeader(1, 2);
            load.awaitMore(50);
            cluster.node(3).start();
        });
        assertThat(said).doesNotContain("is repaired from");
    }

    @Test
    void aLeaderWhoseSyncDoesNotReturnStepsDownAndComesBack() throws IOException, InterruptedException {
        String said = underLoad((cluster, load) -> {
            Process fault = inject(cluster.node(3), "delay_enter=20000000");
            cluster.awaitLeader(1, 2);
            load.awaitMore(50);
            assertThat(cluster.node(3).isAlive()).isTrue();
            fault.destroy();
            fault.waitFor(30, TimeUnit.SECONDS);
        });
        assertThat(said).contains("the disk has not");
    }

    @FunctionalInterface
    private interface Attack {
        void on(ClusterProcesses cluster, Load load) throws IOException, InterruptedException;
    }

    /// Node 3 leads, is attacked, and leads again; whatever was acknowledged meanwhile is kept.
    ///
    /// @return what node 3 said
    private String underLoad(Attack attack) throws IOException, InterruptedException {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3, "preempt_stable_ms: 1000")
                        .start()
                        .awaitReady();
                Load load = new Load(cluster, "load", 50, 1)) {
            cluster.awaitLeader(1, 3);
            load.awaitMore(50);
            attack.on(cluster, load);
            cluster.awaitLeader(1, 3);
            load.awaitMore(50);
            load.stop();
            load.assertKept();
            return cluster.node(3).output();
        }
    }

    private static Process inject(NodeProcess node, String fault) throws IOException {
        return new ProcessBuilder(
                        "strace",
                        "-f",
                        "-q",
                        "-o",
                        "/dev/null",
                        "-e",
                        "trace=fdatasync,fsync",
                        "-e",
                        "inject=fdatasync,fsync:" + fault,
                        "-p",
                        Long.toString(node.pid()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
