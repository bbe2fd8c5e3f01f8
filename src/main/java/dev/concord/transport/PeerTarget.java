package dev.concord.transport;

import dev.concord.protocol.Address;
import dev.concord.protocol.Channel;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// A node this one keeps links to: its address, and the two links (T2).
///
/// The control link stands for the peer: while it is open, both queues take messages, so that what the node sends on
/// hearing of the link is not lost if the bulk link opens a moment later. The bulk link opens silently; only when it
/// was lost and regained while the control link stayed does the node hear [dev.concord.node.Event.LinkOpened] once
/// more, because what was under way on it is gone and must be sent again.
final class PeerTarget {
    private final LinkContext context;
    private final NodeId id;
    private final Address address;
    private final OutboundLink control;
    private final OutboundLink bulk;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicBoolean probing = new AtomicBoolean();
    private boolean bulkLost;

    PeerTarget(LinkContext context, NodeId id, Address address) {
        this.context = context;
        this.id = id;
        this.address = address;
        this.control = new OutboundLink(context, this, Channel.CONTROL);
        this.bulk = new OutboundLink(context, this, Channel.BULK);
    }

    NodeId id() {
        return id;
    }

    Address address() {
        return address;
    }

    void start() {
        threads.add(LinkThreads.start("concord-control-" + id, control));
        threads.add(LinkThreads.start("concord-bulk-" + id, bulk));
    }

    void send(PeerMessage message) {
        (message.channel() == Channel.CONTROL ? control : bulk).queue().offer(message);
    }

    void flush() {
        control.queue().wakeWriter();
        bulk.queue().wakeWriter();
    }

    /// Looks the address up anew for each dial: behind a name, pods come and go.
    InetSocketAddress resolve() throws IOException {
        InetSocketAddress resolved = new InetSocketAddress(address.host(), address.port());
        if (resolved.isUnresolved()) {
            throw new UnknownHostException("the name " + address.host() + " is not known");
        }
        if (!context.secret().admits(resolved.getAddress())) {
            throw new ConnectException(
                    "without a cluster_secret only peers on this machine are dialled (T3); set one on all nodes");
        }
        return resolved;
    }

    /// Notes that a link is connected; returns whether the node has to hear of it.
    synchronized boolean opened(Channel channel) {
        bulk.queue().open();
        if (channel == Channel.CONTROL) {
            control.queue().open();
            bulkLost = false;
            return true;
        }
        boolean regained = bulkLost && control.isConnected();
        bulkLost = false;
        return regained;
    }

    synchronized void closed(Channel channel) {
        if (channel == Channel.CONTROL) {
            control.queue().close();
        }
        if (control.isConnected()) {
            bulk.queue().clear();
            bulkLost = true;
        } else if (!bulk.isConnected()) {
            bulk.queue().close();
        }
    }

    /// The peer is surely there: dial now if a link is down.
    void wakeUp() {
        control.wakeUp();
        bulk.wakeUp();
    }

    /// A link that the peer had opened has ended. If its process is gone, its port is closed too, and a connection
    /// tells so at once, possibly before the end of our own link arrives (F4).
    void suspect() {
        if (!control.isConnected()) {
            wakeUp();
        } else if (probing.compareAndSet(false, true)) {
            LinkThreads.start("concord-probe-" + id, () -> {
                if (!answers()) {
                    control.cut();
                    bulk.cut();
                }
                probing.set(false);
            });
        }
    }

    private boolean answers() {
        try (Socket probe = new Socket()) {
            probe.connect(resolve(), (int) context.settings().probeTimeout().toMillis());
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    void stop() {
        control.stop();
        bulk.stop();
    }

    void finish() {
        control.finish();
        bulk.finish();
    }

    /// Waits for the threads to end, until the deadline.
    void join(long deadlineNanos) {
        threads.forEach(thread -> LinkThreads.join(thread, deadlineNanos));
    }

    @Override
    public String toString() {
        return "node " + id + " at " + address;
    }
}
