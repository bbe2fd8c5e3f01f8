package dev.concord.transport;

import dev.concord.protocol.Refusal;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// What the cluster secret is used for: proofs of knowing it, and keys for the frames (T3). Each use has a label of its
/// own, and each part of what is signed has its length in front, so no proof can be taken for another.
final class ClusterSecret {
    private static final String ALGORITHM = "HmacSHA256";

    private final byte @Nullable [] secret;

    ClusterSecret(Optional<byte[]> secret) {
        this.secret = secret.orElse(null);
    }

    boolean isPresent() {
        return secret != null;
    }

    /// Whether to talk to this address at all: without a secret nobody can prove who they are, and only this machine is
    /// trusted (T3).
    boolean admits(InetAddress address) {
        return isPresent() || address.isLoopbackAddress();
    }

    /// What is proved or keyed.
    record Use(String label) {
        static final Use ACCEPTOR = new Use("acceptor");
        static final Use DIALLER = new Use("dialler");
        static final Use WELCOME = new Use("welcome");
        static final Use DIALLERS_FRAMES = new Use("frames of the dialler");
        static final Use ACCEPTORS_FRAMES = new Use("frames of the acceptor");

        static Use refused(Refusal reason) {
            return new Use("refused " + reason.name());
        }
    }

    /// What the two have said: the HELLO line, and the HELLO_ACK line without its proof.
    static final class Transcript {
        private final byte[] hello;
        private final byte[] helloAck;

        Transcript(byte[] hello, byte[] helloAck) {
            this.hello = hello;
            this.helloAck = helloAck;
        }
    }

    /// The proof in hexadecimal digits; null without a secret.
    @Nullable
    String proof(Use use, Transcript said) {
        return secret == null ? null : HexFormat.of().formatHex(sign(secret, use, said));
    }

    /// Whether `claimed` is the right proof; without a secret it has to be null.
    boolean proves(@Nullable String claimed, Use use, Transcript said) {
        return same(proof(use, said), claimed);
    }

    /// Compares in a time that does not tell how much of `claimed` is right.
    static boolean same(@Nullable String right, @Nullable String claimed) {
        if (right == null || claimed == null) {
            return right == null && claimed == null;
        }
        return MessageDigest.isEqual(
                right.getBytes(StandardCharsets.US_ASCII), claimed.getBytes(StandardCharsets.UTF_8));
    }

    /// What signs the frames of one direction; null without a secret.
    @Nullable
    FrameSeal seal(Use use, Transcript said) {
        return secret == null ? null : new FrameSeal(sign(secret, use, said));
    }

    private static byte[] sign(byte[] secret, Use use, Transcript said) {
        Mac mac = keyed(secret);
        update(mac, ("concord peer link 1: " + use.label()).getBytes(StandardCharsets.UTF_8));
        update(mac, said.hello);
        update(mac, said.helloAck);
        return mac.doFinal();
    }

    private static Mac keyed(byte[] secret) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    private static void update(Mac mac, byte[] part) {
        mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
        mac.update(part);
    }
}
