package dev.concord.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntConsumer;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/// Many subscribers of one node, read by one thread: each counts what it gets, sees that no number is missing, and how
/// old each message is.
public final class Swarm implements Runnable, AutoCloseable {
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final byte[] MESSAGE = "MESSAGE".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SEQ = "\nseq:".getBytes(StandardCharsets.US_ASCII);

    private final Selector selector;
    private final List<Subscriber> subscribers = new ArrayList<>();
    private final Measurement measurement;
    private final LongAdder deliveries = new LongAdder();
    private final LongAdder gaps = new LongAdder();
    private final Recorder micros = new Recorder(3);
    private long before;

    /// Connects and subscribes to everything.
    ///
    /// @param progress told how many there are
    public Swarm(Target target, int count, Measurement measurement, IntConsumer progress) throws IOException {
        this.selector = Selector.open();
        this.measurement = measurement;
        for (int i = 0; i < count; i++) {
            subscribers.add(new Subscriber(target));
            progress.accept(i + 1);
        }
    }

    /// What was delivered in a window.
    ///
    /// @param gaps numbers that some subscriber did not get
    /// @param micros from the time when a message was due until a subscriber had it
    public record Delivered(long count, long gaps, Histogram micros) {}

    /// Begins a window.
    public void open() {
        before = deliveries.sum();
        micros.reset();
    }

    /// What was delivered since then.
    public Delivered delivered() {
        return new Delivered(deliveries.sum() - before, gaps.sum(), micros.getIntervalHistogram());
    }

    @Override
    public void run() {
        byte[] bytes = new byte[BUFFER_BYTES];
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        try {
            while (!measurement.isStopped()) {
                selector.select(100);
                for (SelectionKey key : selector.selectedKeys()) {
                    if (key.attachment() instanceof Subscriber subscriber) {
                        subscriber.read(buffer, bytes);
                    }
                }
                selector.selectedKeys().clear();
            }
        } catch (IOException e) {
            measurement.fail(e);
        }
    }

    @Override
    public void close() throws IOException {
        for (Subscriber subscriber : subscribers) {
            subscriber.connection.close();
        }
        selector.close();
    }

    private final class Subscriber implements FrameScanner.Visitor {
        private final StompConnection connection;
        private final SocketChannel channel;
        private long last = -1;
        private long now;

        Subscriber(Target target) throws IOException {
            connection = new StompConnection(target);
            connection.subscribe("/topic/chat");
            channel = connection.socket().getChannel();
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, this);
        }

        /// @param bytes the array behind the buffer
        void read(ByteBuffer buffer, byte[] bytes) throws IOException {
            buffer.clear();
            int read = channel.read(buffer);
            now = System.nanoTime();
            connection.take(bytes, read, this);
        }

        @Override
        public void frame(byte[] bytes, int from, int to) {
            if (!Bytes.startsWith(bytes, from, to, MESSAGE)) {
                measurement.refuse(new String(bytes, from, to - from, StandardCharsets.UTF_8));
                return;
            }
            long seq = Bytes.number(bytes, Bytes.indexOf(bytes, from, to, SEQ) + SEQ.length, to);
            if (last >= 0 && seq != last + 1) {
                gaps.add(Math.abs(seq - last - 1));
            }
            last = seq;
            deliveries.increment();
            long stamp = Payload.stampIn(bytes, from, to);
            if (stamp > 0) {
                micros.recordValue(Math.max(0, now - stamp) / 1000);
            }
        }
    }
}
