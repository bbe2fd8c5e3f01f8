package dev.concord.system;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A small STOMP client over WebSocket: enough to send, subscribe and keep every MESSAGE's seq.
final class Stomp implements WebSocket.Listener, AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
    private final StringBuilder partial = new StringBuilder();
    private final WebSocket socket;
    private volatile int closeCode;

    Stomp(String url) {
        socket = HTTP.newWebSocketBuilder()
                .subprotocols("v12.stomp")
                .buildAsync(URI.create(url.replace("http://", "ws://") + "/ws"), this)
                .join();
        send("CONNECT\naccept-version:1.2\nhost:localhost\n\n");
        await("CONNECTED");
    }

    void send(String frame) {
        socket.sendText(frame + "\0", true).join();
    }

    /// Subscribes and waits until the subscription stands.
    void subscribe(String destination, String headers) {
        send("SUBSCRIBE\nid:s\ndestination:" + destination + "\n" + headers + "receipt:subscribed\n\n");
        await("RECEIPT");
    }

    /// The next frame of this command.
    String await(String command) {
        while (true) {
            String frame = next(30);
            if (frame.startsWith(command + "\n")) {
                return frame;
            }
            if (frame.startsWith("ERROR")) {
                throw new AssertionError(frame);
            }
            if (frame.startsWith("MESSAGE")) {
                early.add(frame);
            }
        }
    }

    private final List<String> early = new ArrayList<>();

    /// Seqs of messages, in the order of their arrival, until there are `count` or the connection has ended.
    List<Long> seqs(int count) {
        List<Long> seqs = new ArrayList<>();
        early.forEach(frame -> seqs.add(Long.parseLong(header(frame, "seq"))));
        early.clear();
        while (seqs.size() < count) {
            String frame = next(30);
            if (frame.isEmpty()) {
                break;
            }
            if (frame.startsWith("MESSAGE")) {
                seqs.add(Long.parseLong(header(frame, "seq")));
            }
        }
        return seqs;
    }

    /// Waits for the end of the connection; returns the status that the server gave.
    int awaitClose() {
        while (!next(30).isEmpty()) {
            // what was still under way
        }
        return closeCode;
    }

    static String header(String frame, String name) {
        return frame.lines()
                .takeWhile(line -> !line.isEmpty())
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no header " + name + " in " + frame));
    }

    private String next(int seconds) {
        try {
            String frame = frames.poll(seconds, TimeUnit.SECONDS);
            if (frame == null) {
                throw new AssertionError("no frame within " + seconds + " s");
            }
            return frame;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            String text = partial.toString();
            partial.setLength(0);
            if (text.length() > 1) { // a single line feed is a heart-beat
                frames.add(text);
            }
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
        closeCode = statusCode;
        frames.add("");
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        frames.add("");
    }

    @Override
    public void close() {
        socket.abort();
    }
}
