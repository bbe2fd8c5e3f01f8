package dev.concord.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/// Waits for a cluster that is starting: posts to one node after the other until a message is acknowledged. It asks
/// again at once, unlike a patient client, whose rests would be measured instead.
public final class FirstAcknowledgement {
    private static final long REST_NANOS = 5_000_000;

    private FirstAcknowledgement() {}

    /// @throws TimeoutException with what was said last, if it takes longer
    public static void await(List<Target> nodes, Payload payload, Duration most)
            throws TimeoutException, InterruptedException {
        long deadline = System.nanoTime() + most.toNanos();
        String last = "nobody listens";
        for (int i = 0; System.nanoTime() < deadline; i = (i + 1) % nodes.size()) {
            Measurement measurement = new Measurement();
            try (HttpConnection connection = new HttpConnection(nodes.get(i))) {
                byte[] request = RestLoop.request(nodes.get(i), payload.json());
                RestLoop.post(connection, request, System.nanoTime(), measurement);
            } catch (IOException e) {
                measurement.fail(e);
            }
            if (measurement.acknowledged() > 0) {
                return;
            }
            last = String.valueOf(measurement.refusal());
            LockSupport.parkNanos(REST_NANOS);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        throw new TimeoutException("no message was acknowledged: " + last);
    }
}
