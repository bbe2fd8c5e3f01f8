package dev.concord.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenFileTests {
    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("tokens");
    }

    private String add(String name, Role role, Instant end) throws IOException {
        String token = AccessToken.random();
        TokenFile.append(file(), TokenLine.of(name, role, token, end));
        return token;
    }

    @Test
    void knowsItsTokensAndKeepsNoneOfThem() throws Exception {
        String ada = add("ada", Role.WRITER, Instant.MAX);
        String ops = add("ops", Role.ADMIN, Instant.now().plusSeconds(60));
        TokenFile tokens = TokenFile.open(file());

        assertThat(tokens.authenticate(ada)).hasToString("ada (writer)");
        assertThat(tokens.authenticate(ops)).hasToString("ops (admin)");
        assertThat(Files.readString(file()))
                .doesNotContain(ada.substring(AccessToken.PREFIX.length()))
                .contains("ada writer sha256:" + AccessToken.hash(ada));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void refusesAnUnknownAndAnExpiredToken() throws Exception {
        String old = add("old", Role.ADMIN, Instant.now().minusSeconds(1));
        TokenFile tokens = TokenFile.open(file());

        assertThatThrownBy(() -> tokens.authenticate(AccessToken.random())).hasMessage("the token is unknown");
        assertThatThrownBy(() -> tokens.authenticate(old)).hasMessageStartingWith("the token has expired at ");
    }

    @Test
    void takesNewTokensAndDropsOldOnesWithoutARestart() throws Exception {
        String first = add("first", Role.READER, Instant.MAX);
        TokenFile tokens = TokenFile.open(file());
        Caller caller = tokens.authenticate(first);

        Files.delete(file());
        String second = add("second", Role.READER, Instant.MAX);
        await(() -> tokens.authenticate(second).getName().equals("second"));

        assertThatThrownBy(() -> tokens.authenticate(first)).hasMessage("the token is unknown");
        assertThat(caller.isGood()).isFalse();
    }

    @Test
    void staysAsItWasWhenTheFileBecomesWrong() throws Exception {
        String token = add("ada", Role.READER, Instant.MAX);
        TokenFile tokens = TokenFile.open(file());

        Files.writeString(file(), "nonsense");
        long until = System.nanoTime() + 2 * TokenFile.LOOK_EVERY.toNanos();
        while (System.nanoTime() < until) {
            assertThat(tokens.authenticate(token).getName()).isEqualTo("ada");
            LockSupport.parkNanos(20_000_000);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ada | line 1: it is not NAME ROLE sha256:HASH [expires=TIME]",
                "ada chief sha256:00 | line 1: \"chief\" is no role: it is reader, writer or admin",
                "ada admin sha256:00 | line 1: the hash is not sha256: and 64 hexadecimal digits",
                "a/b admin sha256:HASH | line 1: \"a/b\" is no name: it has 1 to 64 letters, digits and any of . _ - @ : |",
                "ada admin sha256:HASH until=1 | line 1: \"until=1\" is not expires=2027-01-01T00:00:00Z",
                "ada admin sha256:HASH,bob admin sha256:HASH | line 2: the same hash stands in an earlier line"
            })
    void namesTheLineThatIsWrong(String lines, String reason) throws IOException {
        Files.writeString(file(), lines.replace("HASH", "ab".repeat(32)).replace(',', '\n'));

        assertThatThrownBy(() -> TokenFile.open(file()))
                .isInstanceOf(UnsafeFileException.class)
                .hasMessageStartingWith(file() + ", " + reason.replace(": |", ":"));
    }

    @Test
    void isRefusedWhenOthersMayChangeIt() throws IOException {
        add("ada", Role.READER, Instant.MAX);
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw--w----"));

        assertThatThrownBy(() -> TokenFile.open(file())).hasMessageContaining("can be changed by other users");
    }

    @Test
    void isRefusedWhenItIsLargerThanAnyListOfTokens() throws IOException {
        Files.writeString(file(), "#".repeat(TokenFile.MAX_BYTES) + "\n");

        assertThatThrownBy(() -> TokenFile.open(file()))
                .hasMessage(file() + " is larger than " + TokenFile.MAX_BYTES + " bytes");
    }

    private interface Condition {
        boolean holds() throws TokenRefusedException;
    }

    private static void await(Condition condition) {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (System.nanoTime() < deadline) {
            try {
                if (condition.holds()) {
                    return;
                }
            } catch (TokenRefusedException e) {
                // not yet
            }
            LockSupport.parkNanos(10_000_000);
        }
        throw new AssertionError("not within 10 s");
    }
}
