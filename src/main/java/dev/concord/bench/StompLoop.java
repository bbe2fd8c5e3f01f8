package dev.concord.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;

/// SEND over STOMP with a receipt for each message; the receipt comes on commit. Either with a fixed number of messages
/// in flight, or at a fixed rate.
public final class StompLoop implements Runnable {
    /// Most messages in one write.
    private static final int MAX_WRITE_MESSAGES = 256;
    /// Below this time a wait spins: a parked thread is woken too late.
    private static final long SPIN_NANOS = 150_000;
    private static final byte[] RECEIPT = "RECEIPT".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] RECEIPT_ID = "\nreceipt-id:".getBytes(StandardCharsets.US_ASCII);

    private final Target target;
    private final Payload payload;
    private final int window;
    private final double rate;
    private final Measurement measurement;

    private StompLoop(Target target, Payload payload, int window, double rate, Measurement measurement) {
        this.target = target;
        this.payload = payload;
        this.window = window;
        this.rate = rate;
        this.measurement = measurement;
    }

    /// A closed loop: `window` messages in flight, as fast as they are answered.
    public static StompLoop closed(Target target, Payload payload, int window, Measurement measurement) {
        return new StompLoop(target, payload, window, 0, measurement);
    }

    /// An open loop: a message is due each 1/`rate` seconds, and its time counts from then on, even if it is sent later
    /// because those before it take long (no coordinated omission). Each message says when it was due.
    ///
    /// @param window most messages in flight; a schedule that is behind by more is waited for
    public static StompLoop paced(Target target, Payload payload, int window, double rate, Measurement measurement) {
        return new StompLoop(target, payload, window, rate, measurement);
    }

    @Override
    public void run() {
        try (StompConnection connection = new StompConnection(target)) {
            connection.subscribe("/user/queue/errors");
            Flight flight = new Flight(window, measurement);
            Thread reader = Thread.ofPlatform().daemon().start(() -> read(connection, flight));
            if (rate > 0) {
                sendPaced(connection, flight);
            } else {
                send(connection, flight);
            }
            connection.cut();
            reader.join();
        } catch (IOException e) {
            measurement.fail(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(StompConnection connection, Flight flight) throws IOException {
        byte[] json = payload.json();
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int room = flight.room(); room > 0; room = flight.room()) {
            int count = Math.min(room, MAX_WRITE_MESSAGES);
            long first = flight.next();
            frames.reset();
            for (int i = 0; i < count; i++) {
                frames.writeBytes(head(first + i));
                frames.writeBytes(json);
                frames.write(0);
            }
            flight.sent(count, System.nanoTime());
            connection.send(frames.toByteArray());
        }
    }

    private void sendPaced(StompConnection connection, Flight flight) throws IOException {
        long begin = System.nanoTime();
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        for (long i = 0; !measurement.isStopped(); i++) {
            long due = begin + (long) (i * 1e9 / rate);
            waitUntil(due);
            if (flight.room() == 0) {
                return;
            }
            frame.reset();
            frame.writeBytes(head(flight.next()));
            frame.writeBytes(payload.stamped(due));
            frame.write(0);
            flight.sent(1, due);
            connection.send(frame.toByteArray());
        }
    }

    static void waitUntil(long due) {
        long left = due - System.nanoTime();
        while (left > 0) {
            if (left > SPIN_NANOS) {
                LockSupport.parkNanos(left - SPIN_NANOS);
            } else {
                Thread.onSpinWait();
            }
            left = due - System.nanoTime();
        }
    }

    private static byte[] head(long number) {
        return ("SEND\ndestination:/app/chat\nreceipt:" + number + "\n\n").getBytes(StandardCharsets.US_ASCII);
    }

    private void read(StompConnection connection, Flight flight) {
        try {
            while (!measurement.isStopped()) {
                connection.read((bytes, from, to) -> answer(bytes, from, to, flight));
                flight.wake();
            }
        } catch (IOException e) {
            measurement.fail(e);
            measurement.stop();
        }
    }

    private void answer(byte[] bytes, int from, int to, Flight flight) {
        if (Bytes.startsWith(bytes, from, to, RECEIPT)) {
            int at = Bytes.indexOf(bytes, from, to, RECEIPT_ID);
            long number = Bytes.number(bytes, at + RECEIPT_ID.length, to);
            if (number != flight.oldest()) {
                throw new IllegalStateException("receipt " + number + " instead of " + flight.oldest());
            }
            flight.acknowledged(System.nanoTime());
        } else {
            flight.refused(new String(bytes, from, to - from, StandardCharsets.UTF_8));
        }
    }
}
