package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What is as large as it may be, and one byte more, at both ports of the leader of a real cluster, while clients
/// use it. What is too large is refused in words, ends at most its own connection, and costs no memory for long.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileFramesIT {
    private static final int HANDSHAKE_LINE = 64 << 10;
    private static final int PEER_LINE = 1 << 20;
    private static final int PEER_FRAME = (256 << 10) + (4 << 20);
    private static final int TEXT = 16 << 10;
    private static final int BODY = 6 * TEXT + (8 << 10);
    private static final int HTTP_HEAD = 16 << 10;
    private static final int STOMP_FRAME = 128 << 10;
    private static final int STOMP_HEAD = 16 << 10;
    private static final int STOMP_HEADERS = 64;
    private static final int MANY = 30;
    /// More than [#MOST_KIB].
    private static final int HUGE_MIB = 160;
    /// Memory that all of this may cost a node, with room for what its clients cost meanwhile.
    private static final long MOST_KIB = 128 << 10;

    @TempDir
    private static Path folder;

    private ClusterProcesses cluster;
    private Load load;
    private NodeProcess victim;
    private long term;
    private long rss;

    @BeforeAll
    void start() throws IOException {
        cluster = new ClusterProcesses(folder, 3).start().awaitReady();
        cluster.awaitLeader(1, 3);
        victim = cluster.node(3);
        load = new Load(cluster, "load", 60, 1);
        load.awaitMore(300);
        term = cluster.api(1).cluster().term();
        rss = victim.rssKib();
    }

    @AfterEach
    void nobodyElseIsDisturbed() {
        load.awaitMore(50);
        assertThat(load.errors()).isEmpty();
        assertThat(cluster.api(1).cluster().term()).isEqualTo(term);
    }

    @AfterAll
    void stop() throws IOException {
        try (ClusterProcesses nodes = cluster;
                Load clients = load) {
            long more = victim.rssKib() - rss;
            System.out.printf("frames at and over each limit: %,d KiB more%n", more);
            assertThat(more).isLessThan(MOST_KIB);
            clients.stop();
            clients.assertKept();
            assertThat(nodes.living()).hasSize(3);
        }
    }

    // --- the port of the peers

    @Test
    @DisplayName("T1: a line of 64 KiB is read before a link is open, and one byte more ends the connection")
    void linesBeforeAHandshake() throws IOException {
        String start = "{\"type\":";
        String end = "\"x\"}";
        String largest = start + " ".repeat(HANDSHAKE_LINE - start.length() - end.length()) + end;

        try (Connection peer = connect(victim.peerPort())) {
            peer.say(largest + "\n");
            peer.assertEnds();
        }
        assertSaid("UNKNOWN_TYPE");
        for (int i = 0; i < MANY; i++) {
            try (Connection peer = connect(victim.peerPort())) {
                peer.say(largest + " ");
                peer.assertEnds();
            }
        }
        assertSaid("TOO_LARGE");
    }

    @Test
    @DisplayName("T1: a frame of the largest size is read from a peer, and one byte more ends the link")
    void framesOfAPeer() throws IOException {
        try (Connection peer = connect(victim.peerPort())) {
            assertThat(shakeHands(peer, 41)).contains("\"type\":\"WELCOME\"");
            sayAndAwaitRead(peer, framed(1, largestFrame(41)));
            peer.say("{\"type\":\"FRAME\",\"no\":2,\"bytes\":" + (PEER_FRAME + 1) + ",\"mac\":null}\n");
            peer.assertEnds();
        }
        assertSaid("TOO_LARGE, a frame of " + (PEER_FRAME + 1) + " bytes, at most " + PEER_FRAME);
    }

    @Test
    @DisplayName("T1: a line of 1 MiB is read from a peer, and one byte more ends the link")
    void linesOfAPeer() throws IOException {
        try (Connection peer = connect(victim.peerPort())) {
            shakeHands(peer, 42);
            sayAndAwaitRead(peer, framed(1, election(42, 1, PEER_LINE)));
            peer.say(framed(2, election(42, 2, PEER_LINE + 1)));
            peer.assertEnds();
        }
    }

    /// Answers would go over a link of the node's own; its counter shows that it has taken the frame.
    private void sayAndAwaitRead(Connection peer, byte[] frame) throws IOException {
        long before = bytesRead();
        peer.say(frame);
        ClusterProcesses.await("the frame is read", () -> bytesRead() >= before + frame.length);
    }

    private long bytesRead() {
        return cluster.api(3)
                .get("/actuator/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith("concord_transport_bytes_total{") && line.contains("direction=\"in\""))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /// As a node that is new would do it, without a cluster secret.
    private static String shakeHands(Connection peer, int id) throws IOException {
        peer.say("{\"type\":\"HELLO\",\"proto\":3,\"oldest_proto\":1,\"cluster_id\":null,\"node_id\":" + id
                + ",\"store_id\":\"" + UUID.randomUUID() + "\",\"boot_id\":\"" + UUID.randomUUID()
                + "\",\"host\":\"127.0.0.1\",\"port\":1,\"url\":\"http://127.0.0.1:1\",\"channel\":\"CONTROL\""
                + ",\"current_term\":0,\"last_term\":0,\"last_index\":0,\"repairing\":false,\"level\":0,\"nonce\":\""
                + "0123456789abcdef".repeat(4) + "\"}\n");
        String ack = peer.line();
        peer.say("{\"type\":\"HELLO_FIN\",\"proof\":null}\n");
        return ack.contains("HELLO_ACK") ? peer.line() : ack;
    }

    /// A message in a line of so many bytes, without its line feed.
    private static byte[] election(int from, int round, int bytes) {
        String start = "{\"type\":\"ELECTION\",\"from\":" + from + ",\"term\":0,\"round\":" + round;
        String end = ",\"reason\":\"SUSPECT\"}";
        return (start + " ".repeat(bytes - start.length() - end.length()) + end + "\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] framed(int number, byte[] lines) {
        byte[] head = ("{\"type\":\"FRAME\",\"no\":" + number + ",\"bytes\":" + lines.length + ",\"mac\":null}\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] frame = Arrays.copyOf(head, head.length + lines.length);
        System.arraycopy(lines, 0, frame, head.length, lines.length);
        return frame;
    }

    private static byte[] largestFrame(int from) {
        byte[] frame = new byte[PEER_FRAME];
        int filled = 0;
        for (int round = 1; filled < frame.length; round++) {
            int left = frame.length - filled;
            boolean last = left <= PEER_LINE;
            byte[] line = election(from, last ? 77 : round, last ? left - 1 : PEER_LINE / 2);
            System.arraycopy(line, 0, frame, filled, line.length);
            filled += line.length;
        }
        return frame;
    }

    // --- HTTP

    @Test
    void bodiesOfOneMessage() throws IOException {
        String message = "{\"sender\":\"ada\",\"text\":\"" + "\\u00e9".repeat(TEXT / 2) + "\"}";
        String padded = message + " ".repeat(BODY - message.length());

        assertThat(post("application/json", padded)).startsWith("HTTP/1.1 201");
        String answer = post("application/json", padded + " ");
        assertThat(answer).startsWith("HTTP/1.1 413").contains("at most " + BODY + " are accepted");
        assertThat(post("application/json", message.replace("\"}", "x\"}")))
                .startsWith("HTTP/1.1 413")
                .contains("" + TEXT);
    }

    @Test
    void linesOfABulkSubmission() throws IOException {
        String message = "{\"sender\":\"ada\",\"text\":\"as long as may be\"}";
        String largest = message + " ".repeat(BODY - message.length());

        List<String> results = post("application/x-ndjson", largest + "\n" + largest + " \n" + message)
                .lines()
                .filter(line -> line.startsWith("{"))
                .toList();

        assertThat(results).hasSize(3);
        assertThat(results.get(0)).contains("\"status\":201");
        assertThat(results.get(1))
                .contains("\"status\":413")
                .contains("\"line\":2")
                .contains("" + BODY);
        assertThat(results.get(2)).contains("\"status\":201");
    }

    @Test
    void headersOfARequest() throws IOException {
        String start = "GET /api/cluster HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Long: ";
        String largest = "y".repeat(HTTP_HEAD - start.length() - "\r\n\r\n".length());

        assertThat(ask(start + largest + "\r\n\r\n")).startsWith("HTTP/1.1 200");
        for (int i = 0; i < MANY; i++) {
            assertThat(ask(start + largest + "y\r\n\r\n"))
                    .startsWith("HTTP/1.1 400")
                    .contains("\"code\":\"malformed-request\"");
        }
    }

    private String post(String type, String body) throws IOException {
        return ask("POST /api/messages HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: " + type
                + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    private String ask(String request) throws IOException {
        try (Connection client = connect(httpPort())) {
            client.say(request);
            return client.rest();
        }
    }

    // --- STOMP over WebSocket

    @Test
    void framesOfStomp() throws IOException {
        String head = "SEND\ndestination:/app/chat\nreceipt:r\n\n";
        String message = "{\"sender\":\"ada\",\"text\":\"hello\"}";
        String largest = head + message + " ".repeat(STOMP_FRAME - head.length() - message.length() - 1);
        assertThat(stomp(largest + "\0")).contains("RECEIPT", "receipt-id:r");
        for (int i = 0; i < MANY; i++) {
            assertThat(stomp(largest + " \0"))
                    .contains("ERROR", "message:the frame is too long")
                    .contains("a frame has at most " + STOMP_FRAME + " bytes");
        }
    }

    @Test
    void headersOfStomp() throws IOException {
        String start = "SUBSCRIBE\nid:0\ndestination:/topic/chat\nreceipt:r\nx:";
        String largest = start + "y".repeat(STOMP_HEAD - start.length() - 2) + "\n\n\0";
        String headers = "SUBSCRIBE\nid:0\ndestination:/topic/chat\nreceipt:r\n";
        String most = headers + "a:b\n".repeat(STOMP_HEADERS - 3);

        assertThat(stomp(largest)).contains("RECEIPT");
        assertThat(stomp(largest.replace("x:", "x:y"))).contains("message:the headers are too long");
        assertThat(stomp(most + "\n\0")).contains("RECEIPT");
        assertThat(stomp(most + "a:b\n\n\0")).contains("message:too many headers");
    }

    /// A WebSocket message has no limit of its own: its bytes are taken as they come, and only a STOMP frame is kept.
    @Test
    void messagesOfWebSocketThatNeverEnd() throws IOException {
        byte[] beats = "\n".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
        byte[] start = "SEND\ndestination:/app/chat\n\n".getBytes(StandardCharsets.US_ASCII);
        byte[] body = "x".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
        try (Connection client = connected()) {
            for (int i = 0; i < HUGE_MIB; i++) {
                client.say(head(i == 0 ? 0x01 : 0x00, beats.length));
                client.say(beats);
            }
            client.say(head(0x80, 0));
            client.say(webSocket("DISCONNECT\nreceipt:bye\n\n\0"));
            ClusterProcesses.await("the session is there", () -> client.hears("receipt-id:bye"));
        }
        for (boolean inOneFrame : new boolean[] {true, false}) {
            try (Connection client = connected()) {
                client.say(head(0x01, inOneFrame ? Long.MAX_VALUE : start.length));
                client.say(start);
                client.say(inOneFrame ? new byte[0] : head(0x00, body.length));
                client.say(body);
                ClusterProcesses.await("a refusal", () -> client.hears("message:the frame is too long"));
                for (int i = 0; i < HUGE_MIB; i++) { // goes on for as long as it is let
                    client.say(inOneFrame ? new byte[0] : head(0x00, body.length));
                    client.say(body);
                }
                client.assertEnds();
            }
        }
    }

    /// Says one frame as one message of WebSocket, and returns what comes of it.
    private String stomp(String frame) throws IOException {
        try (Connection client = connected()) {
            client.say(webSocket(frame));
            ClusterProcesses.await("an answer", () -> client.hears("RECEIPT") || client.hears("ERROR"));
            client.hears("\0");
            return client.heard();
        }
    }

    private Connection connected() throws IOException {
        Connection client = connect(httpPort());
        client.say("GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        client.say(webSocket("CONNECT\naccept-version:1.2\nhost:localhost\n\n\0"));
        ClusterProcesses.await("CONNECTED", () -> client.hears("CONNECTED"));
        return client;
    }

    private static byte[] webSocket(String text) {
        byte[] payload = text.getBytes(StandardCharsets.US_ASCII);
        byte[] head = head(0x81, payload.length);
        byte[] frame = Arrays.copyOf(head, head.length + payload.length);
        System.arraycopy(payload, 0, frame, head.length, payload.length);
        return frame;
    }

    /// @param first whether it is the last of its message, and its kind: text or the rest of one
    private static byte[] head(int first, long length) {
        byte[] head = new byte[14]; // the mask is four zeros
        head[0] = (byte) first;
        head[1] = (byte) 0xff;
        for (int i = 0; i < 8; i++) {
            head[2 + i] = (byte) (length >> 8 * (7 - i));
        }
        return head;
    }

    // --- connections

    private int httpPort() {
        return URI.create(victim.url()).getPort();
    }

    private void assertSaid(String what) {
        ClusterProcesses.await(
                "the log of the node says " + what,
                () -> victim.output()
                        .lines()
                        .anyMatch(line -> line.contains("Closing the link with ") && line.contains(what)));
    }

    private static Connection connect(int port) throws IOException {
        return new Connection(new Socket(InetAddress.getLoopbackAddress(), port));
    }
}
