package dev.concord.transport;

import dev.concord.protocol.Hello;
import dev.concord.protocol.Levels;
import dev.concord.protocol.Refusal;
import dev.concord.transport.ClusterSecret.Transcript;
import dev.concord.transport.ClusterSecret.Use;
import dev.concord.transport.HandshakeLines.Introduction;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The acceptor's side of T3: hear the introduction, prove myself, check the dialler's proof. The verdict about the
/// dialler is the node's; [#welcome] and [#refuse] tell it.
final class AcceptedHandshake {
    private final LinkSocket link;
    private final ClusterSecret secret;
    private final Hello self;
    private @Nullable Transcript proven;

    AcceptedHandshake(LinkSocket link, ClusterSecret secret, Hello self) {
        this.link = link;
        this.secret = secret;
        this.self = self;
    }

    /// Returns what the dialler, which has proved the secret, says of itself.
    ///
    /// @throws LinkRefusedException if this node or the dialler has refused, which the other has been told
    Introduction run(long deadline) throws IOException, ViolationException, LinkRefusedException {
        if (!secret.admits(link.remoteAddress())) {
            throw refuse(Refusal.BAD_SECRET, "without a cluster_secret only peers on this machine are accepted (T3)");
        }
        byte[] hello = link.reader().readLine(deadline);
        JsonFields in = JsonFields.parse(hello, 0, hello.length);
        if (!in.text("type").equals("HELLO")) {
            throw new ViolationException(Violation.UNKNOWN_TYPE, "expected HELLO");
        }
        Levels levels = HandshakeLines.levels(in);
        if (self.levels().common(levels) == 0) {
            throw refuse(Refusal.UNSUPPORTED_VERSION, "it knows " + levels + ", this node " + self.levels());
        }
        Introduction said = HandshakeLines.read(in, levels, self.levels());
        Hello peer = said.hello();
        if (peer.clusterId() != null
                && self.clusterId() != null
                && !peer.clusterId().equals(self.clusterId())) {
            throw refuse(
                    Refusal.FOREIGN_CLUSTER,
                    "node " + peer.self().id() + " belongs to the cluster " + peer.clusterId());
        }
        String mismatch = self.mismatch(peer);
        if (!mismatch.isEmpty()) {
            throw refuse(Refusal.UNSUPPORTED_VERSION, mismatch);
        }
        byte[] helloAck = HandshakeLines.helloAck(self, said.channel());
        Transcript transcript = new Transcript(hello, helloAck);
        link.writeLine(HandshakeLines.proved(helloAck, secret.proof(Use.ACCEPTOR, transcript)));
        checkProof(transcript, deadline);
        proven = transcript;
        return said;
    }

    private void checkProof(Transcript transcript, long deadline)
            throws IOException, ViolationException, LinkRefusedException {
        byte[] line = link.reader().readLine(deadline);
        JsonFields in = JsonFields.parse(line, 0, line.length);
        String type = in.text("type");
        if (type.equals("REFUSED")) {
            Refusal reason = in.choice("reason", Refusal.class);
            throw new LinkRefusedException(reason, "the dialler says " + reason);
        }
        if (!type.equals("HELLO_FIN")) {
            throw new ViolationException(Violation.UNKNOWN_TYPE, "expected HELLO_FIN");
        }
        String proof = in.takeNull("proof") ? null : in.text("proof");
        in.end();
        if (!secret.proves(proof, Use.DIALLER, transcript)) {
            throw refuse(Refusal.BAD_SECRET, "its proof does not match this node's cluster_secret");
        }
    }

    void welcome() throws IOException {
        link.writeLine(HandshakeLines.welcome(secret.proof(Use.WELCOME, proven())));
    }

    LinkRefusedException refuse(Refusal reason, String message) throws IOException {
        String proof = proven == null ? null : secret.proof(Use.refused(reason), proven);
        link.writeLine(HandshakeLines.refused(reason, proof));
        return new LinkRefusedException(reason, message);
    }

    @Nullable
    FrameSeal incoming() {
        return secret.seal(Use.DIALLERS_FRAMES, proven());
    }

    @Nullable
    FrameSeal outgoing() {
        return secret.seal(Use.ACCEPTORS_FRAMES, proven());
    }

    private Transcript proven() {
        return Objects.requireNonNull(proven, "the dialler has proved nothing yet");
    }
}
