package dev.concord.transport;

import dev.concord.node.EventAction;
import dev.concord.protocol.PeerMessage;
import java.io.IOException;
import java.util.function.BooleanSupplier;

/// Writes what is queued for one link: all that waits becomes one frame, one MAC and one socket write (T3, T6). While
/// it writes, the next batch gathers; so the busier the link, the larger its frames.
final class LinkWriter {
    private final LinkSocket socket;
    private final SendQueue queue;
    private final FrameWriter frame;
    private final LinkContext context;
    private final BooleanSupplier finishing;
    private final long askEvery;
    private long askAt;

    /// @param finishing whether to end once the queue is empty
    LinkWriter(LinkSocket socket, SendQueue queue, FrameWriter frame, LinkContext context, BooleanSupplier finishing) {
        this.socket = socket;
        this.queue = queue;
        this.frame = frame;
        this.context = context;
        this.finishing = finishing;
        this.askEvery = context.askEvery().toNanos();
    }

    /// Runs until the link ends. Now and then it asks the acceptor for a sign of life with an empty frame.
    void run() {
        askAt = System.nanoTime() + askEvery;
        try {
            boolean running = true;
            while (running && !socket.isClosedHere()) {
                running = turn();
            }
        } catch (IOException e) {
            socket.close(); // the reader of this link notices, and says so
        }
    }

    /// Writes what waits, or waits for something; returns false when all is written and no more will come. A method of
    /// its own is compiled when it was called often; the loop around it is called once for each link.
    private boolean turn() throws IOException {
        boolean wrote = writeBatch();
        long left = askAt - System.nanoTime();
        if (left <= 0) {
            frame.writeTo(socket.out());
            askAt += askEvery - left;
        } else if (!wrote) {
            if (finishing.getAsBoolean()) {
                socket.shutdownOutput();
                return false;
            }
            queue.await(left);
        }
        return true;
    }

    private boolean writeBatch() throws IOException {
        for (PeerMessage next = queue.poll(); next != null; next = queue.poll()) {
            add(next);
            if (frame.size() >= TransportLimits.FRAME_TARGET_BYTES) {
                break;
            }
        }
        if (frame.size() == 0) {
            return false;
        }
        frame.writeTo(socket.out());
        return true;
    }

    private void add(PeerMessage message) {
        try {
            frame.add(message);
        } catch (IllegalArgumentException e) {
            context.statistics().cannotSend();
            context.log()
                    .error(
                            EventAction.MESSAGE_UNSENDABLE,
                            "unsendable " + PeerMessageWriter.type(message),
                            "A message that no link can carry was dropped; this is a fault of this node",
                            e);
        }
    }
}
