package dev.concord.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.concord.protocol.Address;
import dev.concord.protocol.Refusal;
import dev.concord.transport.ClusterSecret.Transcript;
import dev.concord.transport.ClusterSecret.Use;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// T3: what a proof proves, and who is trusted without one.
class ClusterSecretTests {
    private final ClusterSecret none = new ClusterSecret(Optional.empty());
    private final ClusterSecret secret = new ClusterSecret(Optional.of(TestNode.SECRET));

    private static Transcript said(String hello, String helloAck) {
        return new Transcript(hello.getBytes(StandardCharsets.UTF_8), helloAck.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void withoutASecretOnlyThisMachineIsTrusted() throws UnknownHostException {
        for (String loopback : List.of("127.0.0.1", "127.8.9.10", "::1")) {
            assertThat(none.admits(InetAddress.getByName(loopback)))
                    .as(loopback)
                    .isTrue();
        }
        for (String other : List.of("10.0.0.1", "192.168.1.7", "0.0.0.0", "8.8.8.8", "fe80::1", "2001:db8::1")) {
            assertThat(none.admits(InetAddress.getByName(other))).as(other).isFalse();
        }
    }

    @Test
    void withASecretEverybodyMayTry() throws UnknownHostException {
        assertThat(secret.admits(InetAddress.getByName("192.168.1.7"))).isTrue();
    }

    @Test
    void aProofIsGoodForOneUseOneConversationAndOneSecretOnly() {
        ClusterSecret other =
                new ClusterSecret(Optional.of("another secret, as long".getBytes(StandardCharsets.UTF_8)));
        Set<String> proofs = new HashSet<>();
        for (Use use : List.of(
                Use.ACCEPTOR, Use.DIALLER, Use.WELCOME, Use.refused(Refusal.BUSY), Use.refused(Refusal.REMOVED))) {
            proofs.add(secret.proof(use, said("ab", "c")));
        }
        proofs.add(secret.proof(Use.DIALLER, said("a", "bc")));
        proofs.add(secret.proof(Use.DIALLER, said("abc", "")));
        proofs.add(other.proof(Use.DIALLER, said("ab", "c")));

        assertThat(proofs).hasSize(8);
    }

    @Test
    void aProofIsRightOrWrong() {
        String proof = secret.proof(Use.DIALLER, said("a", "b"));

        assertThat(secret.proves(proof, Use.DIALLER, said("a", "b"))).isTrue();
        assertThat(secret.proves("0".repeat(64), Use.DIALLER, said("a", "b"))).isFalse();
        assertThat(secret.proves(null, Use.DIALLER, said("a", "b"))).isFalse();
        assertThat(none.proves(null, Use.DIALLER, said("a", "b"))).isTrue();
        assertThat(none.proves(proof, Use.DIALLER, said("a", "b"))).isFalse();
    }

    @Test
    void theTwoDirectionsHaveDifferentKeys() {
        byte[] frame = {1, 2, 3};

        assertThat(secret.seal(Use.DIALLERS_FRAMES, said("a", "b")).of(1, frame, 0, 3))
                .isNotEqualTo(secret.seal(Use.ACCEPTORS_FRAMES, said("a", "b")).of(1, frame, 0, 3));
    }

    @Test
    void aSecretThatIsTooShortIsRefusedAndNoSecretIsEverPrinted() {
        Address bind = new Address("127.0.0.1", 0);
        Duration second = Duration.ofSeconds(1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TransportSettings(bind, Optional.of(new byte[15]), second, second))
                .withMessageContaining("cluster_secret has 15 bytes");
        assertThat(new TransportSettings(bind, Optional.of(TestNode.SECRET), second, second))
                .asString()
                .contains("clusterSecret=set")
                .doesNotContain("whole cluster");
    }
}
