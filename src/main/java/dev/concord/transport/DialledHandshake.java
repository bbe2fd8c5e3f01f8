package dev.concord.transport;

import dev.concord.protocol.Channel;
import dev.concord.protocol.Hello;
import dev.concord.protocol.Levels;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Refusal;
import dev.concord.transport.ClusterSecret.Transcript;
import dev.concord.transport.ClusterSecret.Use;
import dev.concord.transport.HandshakeLines.Introduction;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The dialler's side of T3: introduce myself, check the acceptor's proof, prove myself, wait for the verdict.
final class DialledHandshake {
    /// What a peer may say before it has proved anything. The other reasons make a node stop, so they need a proof.
    private static final Set<Refusal> BELIEVED_UNPROVED =
            EnumSet.of(Refusal.UNSUPPORTED_VERSION, Refusal.FOREIGN_CLUSTER, Refusal.BAD_SECRET, Refusal.BUSY);

    private final LinkSocket link;
    private final ClusterSecret secret;
    private final Hello self;
    private final Channel channel;

    DialledHandshake(LinkSocket link, ClusterSecret secret, Hello self, Channel channel) {
        this.link = link;
        this.secret = secret;
        this.self = self;
        this.channel = channel;
    }

    /// An accepted link: who the peer is, the level of what is sent to it, and the seals of both directions.
    record Accepted(
            Hello peer,
            int level,
            @Nullable FrameSeal outgoing,
            @Nullable FrameSeal incoming) {}

    /// @param answerBy when HELLO_ACK must be there
    /// @param welcomeBy when all must be done
    Accepted run(NodeId expected, long answerBy, long welcomeBy)
            throws IOException, ViolationException, LinkRefusedException, MisdialledException {
        byte[] hello = HandshakeLines.hello(self, channel);
        link.writeLine(hello);
        byte[] line = link.reader().readLine(answerBy);
        JsonFields in = JsonFields.parse(line, 0, line.length);
        if (!type(in, null).equals("HELLO_ACK")) {
            throw new ViolationException(Violation.UNKNOWN_TYPE, "expected HELLO_ACK");
        }
        Levels levels = HandshakeLines.levels(in);
        if (self.levels().common(levels) == 0) {
            throw refuse(Refusal.UNSUPPORTED_VERSION, "it knows " + levels + ", this node " + self.levels());
        }
        String proof = in.takeNull("proof") ? null : in.text("proof");
        Introduction introduction = HandshakeLines.read(in, levels, self.levels());
        if (introduction.channel() != channel) {
            throw new ViolationException(Violation.BAD_FIELD, "a HELLO_ACK for the other channel");
        }
        Hello peer = introduction.hello();
        Transcript said = new Transcript(hello, HandshakeLines.withoutProof(line, proof));
        check(peer, expected, secret.proves(proof, Use.ACCEPTOR, said));

        link.writeLine(HandshakeLines.helloFin(secret.proof(Use.DIALLER, said)));
        awaitWelcome(said, welcomeBy);
        return new Accepted(
                peer,
                self.levels().common(peer.levels()),
                secret.seal(Use.DIALLERS_FRAMES, said),
                secret.seal(Use.ACCEPTORS_FRAMES, said));
    }

    private void check(Hello peer, NodeId expected, boolean proved)
            throws IOException, LinkRefusedException, MisdialledException {
        if (peer.clusterId() != null
                && self.clusterId() != null
                && !peer.clusterId().equals(self.clusterId())) {
            throw refuse(Refusal.FOREIGN_CLUSTER, "it belongs to the cluster " + peer.clusterId());
        }
        String mismatch = self.mismatch(peer);
        if (!mismatch.isEmpty()) {
            throw refuse(Refusal.UNSUPPORTED_VERSION, mismatch);
        }
        if (!proved) {
            throw refuse(Refusal.BAD_SECRET, "its proof does not match this node's cluster_secret");
        }
        if (peer.boot().equals(self.boot())) {
            throw new MisdialledException(true, "the address leads back to this node");
        }
        if (!peer.self().id().equals(expected)) {
            throw new MisdialledException(false, "node " + peer.self().id() + " answers there");
        }
    }

    private void awaitWelcome(Transcript said, long deadline)
            throws IOException, ViolationException, LinkRefusedException {
        byte[] line = link.reader().readLine(deadline);
        JsonFields in = JsonFields.parse(line, 0, line.length);
        if (!type(in, said).equals("WELCOME")) {
            throw new ViolationException(Violation.UNKNOWN_TYPE, "expected WELCOME");
        }
        String proof = in.takeNull("proof") ? null : in.text("proof");
        in.end();
        if (!secret.proves(proof, Use.WELCOME, said)) {
            throw new ViolationException(Violation.BAD_MAC, "a WELCOME with a wrong proof");
        }
    }

    /// The type of an answer that is no refusal.
    private String type(JsonFields in, @Nullable Transcript said) throws ViolationException, LinkRefusedException {
        String type = in.text("type");
        if (!type.equals("REFUSED")) {
            return type;
        }
        Refusal reason = in.choice("reason", Refusal.class);
        String proof = in.takeNull("proof") ? null : in.text("proof");
        in.end();
        boolean proved = said == null ? !secret.isPresent() : secret.proves(proof, Use.refused(reason), said);
        if (!proved && !BELIEVED_UNPROVED.contains(reason)) {
            throw new ViolationException(Violation.BAD_MAC, "a refusal " + reason + " without proof");
        }
        throw new LinkRefusedException(reason, "it says " + reason);
    }

    private LinkRefusedException refuse(Refusal reason, String message) throws IOException {
        link.writeLine(HandshakeLines.refused(reason, null));
        return new LinkRefusedException(reason, message);
    }
}
