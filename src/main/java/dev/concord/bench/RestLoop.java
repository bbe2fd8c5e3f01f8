package dev.concord.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// `POST /api/messages`, one message a request, the next one when the answer is there: one message in flight. Many of
/// these together are a crowd of ordinary clients.
public final class RestLoop implements Runnable {
    private final Target target;
    private final byte[] request;
    private final Measurement measurement;

    public RestLoop(Target target, Payload payload, Measurement measurement) {
        this.target = target;
        this.request = request(target, payload.json());
        this.measurement = measurement;
    }

    static byte[] request(Target target, byte[] json) {
        byte[] head = ("POST /api/messages HTTP/1.1\r\nHost: " + target.authority() + "\r\n" + target.authorization()
                        + "Content-Type: application/json\r\nContent-Length: " + json.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] request = new byte[head.length + json.length];
        System.arraycopy(head, 0, request, 0, head.length);
        System.arraycopy(json, 0, request, head.length, json.length);
        return request;
    }

    @Override
    public void run() {
        try (HttpConnection connection = new HttpConnection(target)) {
            while (!measurement.isStopped()) {
                long sentAt = System.nanoTime();
                post(connection, request, sentAt, measurement);
            }
        } catch (IOException e) {
            measurement.fail(e);
        }
    }

    /// Sends a request and counts what comes of it, from `sentAt` on.
    static void post(HttpConnection connection, byte[] request, long sentAt, Measurement measurement)
            throws IOException {
        connection.write(request, request.length);
        HttpConnection.Head head = connection.head();
        if (head.status() == 201 || head.status() == 200) {
            connection.skipBody(head);
            measurement.acknowledge(sentAt, System.nanoTime());
        } else {
            measurement.refuse(connection.body(head));
        }
    }
}
