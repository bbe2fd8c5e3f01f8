package dev.concord.web.stomp;

import dev.concord.web.contract.AsyncApiContract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// A STOMP client for tests: sends what it is given, and reads frame after frame when it is asked to.
final class StompClient implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private final WebSocketClient socket;

    /// A frame of the server. A WebSocket close is shown as the command `CLOSE` with the header `code`, a heart-beat as
    /// `BEAT`.
    record Frame(String command, Map<String, String> headers, String body) {
        String header(String name) {
            return headers.getOrDefault(name, "");
        }

        long seq() {
            return Long.parseLong(header("seq"));
        }
    }

    StompClient(int port, String... headers) throws IOException {
        socket = new WebSocketClient(port, headers);
    }

    /// A client that is connected.
    static StompClient connected(int port) throws IOException {
        StompClient client = new StompClient(port);
        client.send("CONNECT\naccept-version:1.2\nhost:localhost\n\n");
        Frame answer = client.next();
        if (!answer.command().equals("CONNECTED")) {
            throw new IOException("not connected: " + answer);
        }
        return client;
    }

    WebSocketClient socket() {
        return socket;
    }

    /// Sends a frame; the NUL at its end is added.
    void send(String frame) throws IOException {
        socket.sendText(frame + '\0');
    }

    /// Subscribes and waits until it is done.
    StompClient subscribe(String id, String destination, String... headers) throws IOException {
        send("SUBSCRIBE\nid:" + id + "\ndestination:" + destination + "\nreceipt:sub-" + id + "\n"
                + String.join(
                        "",
                        java.util.Arrays.stream(headers)
                                .map(header -> header + "\n")
                                .toList())
                + "\n");
        Frame answer = next();
        if (!answer.command().equals("RECEIPT")) {
            throw new IOException("not subscribed: " + answer);
        }
        return this;
    }

    void say(String destination, String text, String receipt) throws IOException {
        send("SEND\ndestination:" + destination + "\nreceipt:" + receipt
                + "\ncontent-type:application/json\n\n{\"sender\":\"ada\",\"text\":\"" + text + "\"}");
    }

    /// The next frame that is no heart-beat.
    Frame next() throws IOException {
        return next(PATIENCE);
    }

    Frame next(Duration timeout) throws IOException {
        Frame frame = nextOrBeat(timeout);
        while (frame.command().equals("BEAT")) {
            frame = nextOrBeat(timeout);
        }
        return frame;
    }

    Frame nextOrBeat(Duration timeout) throws IOException {
        WebSocketClient.Message message = socket.read(timeout);
        if (message.opcode() == WebSocketClient.CLOSE) {
            return new Frame("CLOSE", Map.of("code", Integer.toString(message.closeCode())), "");
        }
        if (message.text().equals("\n")) {
            return new Frame("BEAT", Map.of(), "");
        }
        return parse(message.text());
    }

    private static Frame parse(String text) throws IOException {
        if (!text.endsWith("\0")) {
            throw new IOException("no NUL at the end of " + text);
        }
        int bodyAt = text.indexOf("\n\n");
        String[] lines = text.substring(0, bodyAt).split("\n", -1);
        Map<String, String> headers = new LinkedHashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            headers.putIfAbsent(lines[i].substring(0, colon), unescape(lines[i].substring(colon + 1)));
        }
        String body = text.substring(bodyAt + 2, text.length() - 1);
        String length = headers.get("content-length");
        if (length != null && Integer.parseInt(length) != body.getBytes(StandardCharsets.UTF_8).length) {
            throw new IOException("content-length does not match in " + text);
        }
        AsyncApiContract.INSTANCE.frame(lines[0], headers, body);
        return new Frame(lines[0], new HashMap<>(headers), body);
    }

    private static String unescape(String value) {
        return value.replace("\\c", ":")
                .replace("\\n", "\n")
                .replace("\\r", "\r")
                .replace("\\\\", "\\");
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
