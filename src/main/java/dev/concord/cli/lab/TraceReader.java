package dev.concord.cli.lab;

import dev.concord.client.NodeApi;
import dev.concord.client.NodeLab;
import dev.concord.client.NodeLab.Trace;
import java.io.IOException;
import java.time.Duration;

/// Reads the trace of one node again and again, so that what it said is known after its death. A node that does not
/// answer is asked again.
final class TraceReader {
    static final Duration PAUSE = Duration.ofMillis(200);

    private final int id;
    private final NodeApi node;
    private final ProtocolView view;
    private final Runnable changed;
    private String run = "";
    private long last;

    /// @param changed called after new messages
    TraceReader(int id, String url, ProtocolView view, Runnable changed) {
        this.id = id;
        this.node = new NodeApi(url);
        this.view = view;
        this.changed = changed;
    }

    /// Reads until interrupted.
    void run() {
        try {
            while (true) {
                read();
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        try {
            Trace trace = NodeLab.protocol(node, last);
            if (!trace.run().equals(run)) { // it was started anew: so were its numbers
                trace = last == 0 ? trace : NodeLab.protocol(node, 0);
                run = trace.run();
            }
            last = trace.last();
            if (!trace.messages().isEmpty()) {
                trace.messages().forEach(message -> view.add(id, message));
                changed.run();
            }
        } catch (IOException ignored) {
            // It is down or stands still: asked again soon.
        }
    }
}
