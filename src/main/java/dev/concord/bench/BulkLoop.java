package dev.concord.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// `POST /api/messages` as NDJSON: one request that never ends, messages line by line in, results line by line out, a
/// fixed number of them in flight.
public final class BulkLoop implements Runnable {
    /// Most messages in one chunk: the rest of a large window follows while these are on their way.
    private static final int MAX_CHUNK_MESSAGES = 256;
    private static final byte[] COMMITTED = "{\"status\":20".getBytes(StandardCharsets.US_ASCII);

    private final Target target;
    private final byte[] line;
    private final int window;
    private final Measurement measurement;

    public BulkLoop(Target target, Payload payload, int window, Measurement measurement) {
        byte[] json = payload.json();
        this.target = target;
        this.line = java.util.Arrays.copyOf(json, json.length + 1);
        this.line[json.length] = '\n';
        this.window = window;
        this.measurement = measurement;
    }

    @Override
    public void run() {
        try (HttpConnection connection = new HttpConnection(target)) {
            byte[] head = ("POST /api/messages HTTP/1.1\r\nHost: " + target.authority() + "\r\n"
                            + target.authorization()
                            + "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
            connection.write(head, head.length);
            Flight flight = new Flight(window, measurement);
            Thread reader = Thread.ofPlatform().daemon().start(() -> read(connection, flight));
            send(connection, flight);
            reader.join();
        } catch (IOException e) {
            measurement.fail(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(HttpConnection connection, Flight flight) throws IOException {
        byte[] chunk = new byte[MAX_CHUNK_MESSAGES * line.length + 32];
        for (int room = flight.room(); room > 0; room = flight.room()) {
            int count = Math.min(room, MAX_CHUNK_MESSAGES);
            byte[] size = (Integer.toHexString(count * line.length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(size, 0, chunk, 0, size.length);
            int at = size.length;
            for (int i = 0; i < count; i++) {
                System.arraycopy(line, 0, chunk, at, line.length);
                at += line.length;
            }
            chunk[at++] = '\r';
            chunk[at++] = '\n';
            flight.sent(count, System.nanoTime());
            connection.write(chunk, at);
        }
        byte[] end = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        connection.write(end, end.length);
    }

    private void read(HttpConnection connection, Flight flight) {
        try {
            HttpConnection.Head head = connection.head();
            if (!head.chunked()) {
                measurement.refuse(connection.body(head));
                measurement.stop();
                return;
            }
            Lines lines = new Lines(flight);
            boolean more = true;
            while (more) {
                more = connection.chunk(lines);
                flight.wake();
            }
        } catch (IOException e) {
            measurement.fail(e);
            measurement.stop();
        }
    }

    /// Cuts chunks into lines; a line may begin in one and end in another.
    private static final class Lines implements HttpConnection.Piece {
        private final Flight flight;
        private final java.io.ByteArrayOutputStream begun = new java.io.ByteArrayOutputStream();

        Lines(Flight flight) {
            this.flight = flight;
        }

        @Override
        public void accept(byte[] bytes, int from, int to) {
            long now = System.nanoTime();
            int start = from;
            for (int i = from; i < to; i++) {
                if (bytes[i] == '\n') {
                    if (begun.size() == 0) {
                        line(bytes, start, i, now);
                    } else {
                        begun.write(bytes, start, i - start);
                        byte[] whole = begun.toByteArray();
                        line(whole, 0, whole.length, now);
                        begun.reset();
                    }
                    start = i + 1;
                }
            }
            begun.write(bytes, start, to - start);
        }

        private void line(byte[] bytes, int from, int to, long now) {
            if (Bytes.startsWith(bytes, from, to, COMMITTED)) {
                flight.acknowledged(now);
            } else {
                flight.refused(new String(bytes, from, to - from, StandardCharsets.UTF_8));
            }
        }
    }
}
