package dev.concord.transport;

import dev.concord.node.Event;
import dev.concord.node.EventAction;
import dev.concord.protocol.Channel;
import dev.concord.protocol.Hello;
import dev.concord.protocol.Member;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.Refusal;
import dev.concord.transport.HandshakeLines.Introduction;
import dev.concord.transport.OpenLinks.Boot;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/// One connection that a peer has dialled: the handshake, the node's verdict, then messages, until it ends.
/// The node may slow the peer down by not taking events: then nothing is read, and the peer's queue fills
/// (T6).
final class InboundLink implements Runnable {
    private final LinkContext context;
    private final LinkSocket socket;
    private final HelloDesk desk;
    private final PeerListener.Place place;
    private final PeerTargets targets;

    InboundLink(LinkContext context, LinkSocket socket, HelloDesk desk, PeerListener.Place place, PeerTargets targets) {
        this.context = context;
        this.socket = socket;
        this.desk = desk;
        this.place = place;
        this.targets = targets;
    }

    @Override
    public void run() {
        try (socket) {
            shakeHands();
        } catch (LinkRefusedException e) {
            context.statistics().refused(e.reason());
            context.log()
                    .warn(
                            EventAction.PEER_REFUSED,
                            "inbound" + socket.remoteHost() + e.reason(),
                            "No link from " + socket.remoteHost() + ", " + e.reason() + ": " + e.getMessage());
        } catch (ViolationException e) {
            context.violated(socket.remoteHost(), e);
        } catch (SocketTimeoutException e) {
            context.violated(
                    socket.remoteHost(),
                    new ViolationException(
                            Violation.SLOW_HANDSHAKE,
                            "no handshake within " + context.handshakeTimeout().toMillis() + " ms (T3)"));
        } catch (SSLException e) {
            context.log()
                    .warn(
                            EventAction.PEER_REFUSED,
                            "tls" + socket.remoteHost(),
                            "No link from " + socket.remoteHost() + ": TLS failed, " + e.getMessage());
        } catch (IOException ignored) {
            // Whoever leaves before the handshake is done has changed nothing; a probe of F4 does just that.
        } finally {
            place.leave();
        }
    }

    private void shakeHands() throws IOException, ViolationException, LinkRefusedException {
        long deadline = System.nanoTime() + context.handshakeTimeout().toNanos();
        Hello self = context.self().get();
        AcceptedHandshake handshake = new AcceptedHandshake(socket, context.secret(), self);
        Introduction peer = handshake.run(deadline);
        place.proven();
        if (peer.hello().boot().equals(self.boot())) {
            return; // this node has dialled itself, and its dialling side says so
        }
        Optional<Refusal> refusal = desk.ask(peer.hello(), peer.channel(), socket, deadline);
        if (refusal.isPresent()) {
            throw handshake.refuse(
                    refusal.get(), "this node refuses " + peer.hello().self().member());
        }
        try {
            context.statistics().inboundLinks(1);
            handshake.welcome();
            socket.reader().expectFrames(handshake.incoming(), context.idleTimeout());
            targets.wakeUp(peer.hello().self().id());
            receive(peer, new FrameWriter(self.self().id(), handshake.outgoing(), context.statistics()));
        } finally {
            ended(peer);
        }
    }

    private void ended(Introduction peer) {
        boolean byPeer = !socket.isClosedHere();
        context.statistics().inboundLinks(-1);
        socket.close();
        context.linkEnded(Boot.of(peer.hello()), socket);
        if (byPeer && peer.channel() == Channel.CONTROL) {
            targets.suspect(peer.hello().self().id());
        }
    }

    private void receive(Introduction peer, FrameWriter signs) throws IOException, ViolationException {
        Member member = peer.hello().self().member();
        LinkReader reader = socket.reader();
        PeerMessageReader messages = new PeerMessageReader(member.id());
        try {
            while (reader.readFrame()) {
                messages.open(reader.array(), reader.bodyStart(), reader.bodyEnd());
                passOn(messages, peer, member, signs);
            }
        } catch (IOException ignored) {
            // The end of an open link, orderly or not, is the caller's news.
        }
    }

    /// Hands in the messages of a frame; one without any asks for a sign of life. A method of its own is compiled
    /// when it was called often; the loop around it is called once for each link.
    private void passOn(PeerMessageReader messages, Introduction peer, Member member, FrameWriter signs)
            throws IOException, ViolationException {
        if (!messages.hasNext()) {
            signs.writeTo(socket.out());
        }
        while (messages.hasNext()) {
            PeerMessage message = messages.next();
            if (message.channel() != peer.channel()) {
                throw new ViolationException(Violation.UNKNOWN_TYPE, "a message for the other channel (T2)");
            }
            context.statistics().messageIn();
            context.listener().accept(new Event.Received(member, peer.hello().boot(), message));
        }
    }
}
