package dev.concord.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// With the options that a node has, each time in a Java of its own: how large the young generation is depends on
/// everything that happened before.
class YoungGenerationTests {
    private static final int MIB = 1 << 20;

    /// Keeps so many MiB, lets many more go by, and says how many MiB the young generation has before and after.
    static final class Load {
        private static final int PASSING = 200;
        private static final long PATIENCE_NANOS = 20_000_000_000L;
        /// As in a node, something is always young.
        private static volatile byte[] newest = {};

        public static void main(String[] arguments) {
            boolean grows = Boolean.parseBoolean(arguments[1]);
            YoungGeneration.growUnderLoad(YoungGeneration.OLD_BYTES);
            long before = young();
            List<byte[]> kept = new ArrayList<>();
            for (int i = 0; i < Integer.parseInt(arguments[0]); i++) {
                kept.add(new byte[MIB]);
            }
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            for (int i = 0; i < PASSING || grows && young() == before && System.nanoTime() < deadline; i++) {
                newest = new byte[MIB];
            }
            System.out.println(before + " " + young() + " kept " + kept.size() + " + " + newest.length / MIB);
        }

        private static long young() {
            return ManagementFactory.getMemoryPoolMXBeans().stream()
                            .filter(pool -> pool.getName().matches(".*(Eden|Survivor).*"))
                            .mapToLong(pool -> pool.getUsage().getCommitted())
                            .sum()
                    / MIB;
        }
    }

    @Test
    void isSmallUntilMessagesGrowOldAndThenAsLargeAsItMayBe() throws Exception {
        // one survivor space is always empty, and not counted
        assertThat(young(100, true)).isEqualTo("10 40 kept 100 + 1");
    }

    @Test
    void staysSmallWhereAllDiesYoung() throws Exception {
        assertThat(young(20, false)).isEqualTo("10 10 kept 20 + 1");
    }

    @Test
    void theHeapMayBeTooSmallForThat() throws Exception {
        assertThat(young(10, false, "-Xmx64m")).endsWith("kept 10 + 1");
    }

    @Test
    void anotherCollectorKnowsBetter() throws Exception {
        assertThat(young(100, false, "-XX:-UseSerialGC", "-XX:+UseG1GC")).endsWith("kept 100 + 1");
    }

    private static String young(int kept, boolean grows, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JavaCommand.NODE_OPTIONS);
        command.addAll(JavaCommand.NODE_TUNING);
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Load.class.getName()));
        command.addAll(List.of(Integer.toString(kept), Boolean.toString(grows)));
        Process load = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String said = new String(load.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(load.waitFor()).as(said).isZero();
            return said.strip();
        } finally {
            load.destroyForcibly();
        }
    }
}
