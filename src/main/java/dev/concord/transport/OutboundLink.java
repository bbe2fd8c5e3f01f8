package dev.concord.transport;

import static dev.concord.transport.TransportLimits.CONNECT_TIMEOUT;
import static dev.concord.transport.TransportLimits.SETTLED_AFTER;

import dev.concord.node.Event;
import dev.concord.node.EventAction;
import dev.concord.protocol.Channel;
import dev.concord.protocol.Hello;
import dev.concord.protocol.NodeId;
import dev.concord.transport.DialledHandshake.Accepted;
import dev.concord.transport.OpenLinks.Boot;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One link that this node dials, over all its connections: dial, write, notice the end, dial again (T2, T6).
///
/// **F4.** When an established connection ends, it is dialled again at once, with `probe_timeout` for the answer. If
/// that fails, the process at the other end is gone as far as connections can tell, and the node hears of it now. A
/// refusal is no such failure: who refuses is alive.
///
/// **Threads.** [#run] dials and reads; it has a writer beside it while connected. The other methods are for anyone.
final class OutboundLink implements Runnable {
    private final LinkContext context;
    private final PeerTarget target;
    private final Channel channel;
    private final SendQueue queue;
    private final Backoff backoff = new Backoff(ThreadLocalRandom.current());
    private final Semaphore wakeUps = new Semaphore(0);
    private volatile boolean stopped;
    private volatile boolean finishing;
    private volatile boolean connected;
    private volatile @Nullable Socket socket;

    /// An established connection has ended, and no dial since then has told whether the peer lives (F4).
    private boolean lost;
    /// The next dial is due at once.
    private boolean atOnce;
    /// The log says that this link is down.
    private boolean knownDown;

    OutboundLink(LinkContext context, PeerTarget target, Channel channel) {
        this.context = context;
        this.target = target;
        this.channel = channel;
        this.queue = new SendQueue(channel, context.statistics());
    }

    SendQueue queue() {
        return queue;
    }

    boolean isConnected() {
        return connected;
    }

    @Override
    public void run() {
        while (!isEnding()) {
            attempt();
            if (!atOnce && !isEnding()) {
                pause(backoff.nextMillis());
            }
        }
        queue.close();
    }

    /// Dials once, and stays as long as the connection lasts.
    private void attempt() {
        boolean probing = atOnce;
        atOnce = false;
        try (Socket raw = new Socket()) {
            socket = raw;
            if (isEnding()) {
                return;
            }
            Duration probe = context.settings().probeTimeout();
            long now = System.nanoTime();
            long deadline = now + context.handshakeTimeout().toNanos();
            raw.connect(target.resolve(), (int) (probing ? probe : CONNECT_TIMEOUT).toMillis());
            Duration patience = probing ? probe : context.handshakeTimeout();
            Optional<LinkTls> tls = context.tls();
            Socket stream = tls.isPresent() ? tls.get().dialled(raw, patience) : raw;
            LinkSocket connection = new LinkSocket(raw, stream, context.statistics());
            Hello self = context.self().get();
            Accepted accepted = new DialledHandshake(connection, context.secret(), self, channel)
                    .run(target.id(), probing ? now + probe.toNanos() : deadline, deadline);
            serve(connection, self.self().id(), accepted);
            atOnce |= !probing;
        } catch (LinkRefusedException e) {
            refused(e);
        } catch (MisdialledException e) {
            misdialled(e);
        } catch (ViolationException e) {
            lost = false;
            context.violated(target.toString(), e);
        } catch (IOException e) {
            failed(e);
        } finally {
            socket = null;
        }
    }

    /// From the peer's welcome to the end of the connection.
    private void serve(LinkSocket connection, NodeId self, Accepted accepted) throws IOException {
        long since = System.nanoTime();
        Boot boot = Boot.of(accepted.peer());
        FrameWriter frames = new FrameWriter(self, accepted.outgoing(), context.statistics());
        LinkWriter writing = new LinkWriter(connection, queue, frames, context, () -> finishing);
        connection.reader().expectFrames(accepted.incoming(), context.idleTimeout());
        context.openLinks().opened(boot, connection, channel, false);
        context.statistics().outboundLinks(1);
        connected = true;
        Thread writer = LinkThreads.start("concord-write-" + target.id(), writing::run);
        String end = "this node failed";
        try {
            if (target.opened(channel)) {
                context.listener().accept(new Event.LinkOpened(accepted.peer()));
            }
            logUp(accepted.level());
            end = readSigns(connection);
        } finally {
            connected = false;
            connection.close();
            queue.wake();
            LinkThreads.join(writer);
            target.closed(channel);
            context.statistics().outboundLinks(-1);
            context.linkEnded(boot, connection);
            logDown(end);
        }
        lost = true;
        if (System.nanoTime() - since > SETTLED_AFTER.toNanos()) {
            backoff.reset();
            atOnce = true;
        }
    }

    /// Reads the acceptor's signs of life until the connection ends; returns why it did.
    private String readSigns(LinkSocket connection) {
        LinkReader reader = connection.reader();
        try {
            while (reader.readFrame()) {
                if (reader.bodyStart() != reader.bodyEnd()) {
                    throw new ViolationException(Violation.UNKNOWN_TYPE, "an acceptor sends no messages (T2)");
                }
            }
            return "the peer closed it";
        } catch (ViolationException e) {
            context.violated(target.toString(), e);
            return e.violation().name();
        } catch (SocketTimeoutException e) {
            return "no sign of life for " + context.idleTimeout().toMillis() + " ms";
        } catch (IOException e) {
            return connection.isClosedHere() || isEnding() ? "closed here" : String.valueOf(e.getMessage());
        }
    }

    private void refused(LinkRefusedException e) {
        lost = false;
        context.statistics().wasRefused(e.reason());
        context.log()
                .warn(
                        EventAction.LINK_REFUSED,
                        "refused" + target + e.reason(),
                        "No link to " + target + ": " + e.getMessage());
        context.listener().accept(new Event.LinkRefused(target.id(), e.reason()));
    }

    private void misdialled(MisdialledException e) {
        lost = false;
        context.log()
                .warn(
                        EventAction.LINK_MISDIALLED,
                        "misdialled" + target,
                        "No link to " + target + ": " + e.getMessage() + "; check its address");
        if (e.isSelf()) {
            stopped = true;
        }
    }

    private void failed(IOException e) {
        if (isEnding()) {
            return;
        }
        if (channel == Channel.CONTROL && !knownDown) {
            knownDown = true;
            context.log()
                    .info(EventAction.LINK_FAILED, "No link to " + target + ": " + e.getMessage() + "; dialling on");
        }
        if (channel == Channel.CONTROL && lost) {
            context.listener().accept(new Event.PeerUnreachable(target.id()));
        }
        lost = false;
    }

    /// @param level that both ends know: what is sent on the link is of it
    private void logUp(int level) {
        if (channel == Channel.CONTROL) {
            knownDown = false;
            context.log().info(EventAction.LINK_UP, "Link to " + target + " is open at level " + level);
        }
    }

    private void logDown(String cause) {
        if (channel == Channel.CONTROL) {
            context.log().info(EventAction.LINK_DOWN, "Link to " + target + " has ended: " + cause);
        }
    }

    private void pause(long millis) {
        try {
            if (wakeUps.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
                wakeUps.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopped = true;
        }
    }

    private boolean isEnding() {
        return stopped || finishing;
    }

    /// Dials now instead of after the pause.
    void wakeUp() {
        wakeUps.release();
    }

    /// Ends the connection, if there is one; it is then dialled again at once.
    void cut() {
        Socket current = socket;
        if (current != null) {
            try {
                current.close();
            } catch (IOException e) {
                context.log()
                        .error(
                                EventAction.SOCKET_FAILED,
                                "close",
                                "Closing a socket failed, which may leave a descriptor open",
                                e);
            }
        }
    }

    /// Ends the link for good, at once.
    void stop() {
        stopped = true;
        wakeUp();
        cut();
    }

    /// Ends the link for good once all that is queued is written and the peer has seen it.
    void finish() {
        finishing = true;
        wakeUp();
        if (connected) {
            queue.wake();
        } else {
            cut();
        }
    }
}
