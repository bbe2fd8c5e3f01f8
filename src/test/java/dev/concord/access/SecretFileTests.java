package dev.concord.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFileTests {
    @TempDir
    private Path folder;

    @Test
    void isForItsOwnersEyesOnly() throws IOException {
        Path file = folder.resolve("secret");

        assertThat(SecretFile.createIfMissing(file)).isTrue();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(FileRights.checkSecret(file)).isEmpty();
        assertThat(SecretFile.read(file)).matches("[0-9a-f]{64}");
        assertThat(folder).isDirectoryContaining(file::equals).isDirectoryNotContaining("glob:**/.secret*");
    }

    @Test
    void staysWhatItIsWhenItIsThere() throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), "mine");

        assertThat(SecretFile.createIfMissing(file)).isFalse();
        assertThat(SecretFile.read(file)).isEqualTo("mine");
    }

    @Test
    void isTheSameForAllWhoMakeItAtOnce() throws Exception {
        int makers = 8;
        for (int round = 0; round < 20; round++) {
            Path file = folder.resolve("secret-" + round);
            CyclicBarrier start = new CyclicBarrier(makers);
            Callable<String> make = () -> {
                start.await();
                boolean made = SecretFile.createIfMissing(file);
                return made + " " + SecretFile.read(file);
            };
            List<String> answers = new ArrayList<>();
            try (ExecutorService threads = Executors.newFixedThreadPool(makers)) {
                List<Future<String>> all = new ArrayList<>();
                for (int i = 0; i < makers; i++) {
                    all.add(threads.submit(make));
                }
                for (Future<String> one : all) {
                    answers.add(one.get());
                }
            }
            String secret = SecretFile.read(file);
            assertThat(secret).hasSize(64);
            assertThat(answers).containsOnlyOnce("true " + secret).contains("false " + secret);
            assertThat(answers).allMatch(answer -> answer.endsWith(secret));
        }
    }

    @Test
    void isNeverTheSameTwice() {
        assertThat(SecretFile.random()).hasSize(64).isNotEqualTo(SecretFile.random());
    }

    @Test
    void isRefusedWhenItIsALargeFile() throws IOException {
        Path file = Files.write(folder.resolve("log"), new byte[SecretFile.MAX_BYTES + 1]);

        assertThatThrownBy(() -> SecretFile.read(file))
                .isInstanceOf(UnsafeFileException.class)
                .hasMessage(file + " is larger than 4096 bytes, which no secret is");
    }
}
