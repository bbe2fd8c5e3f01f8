package dev.concord.web.stomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concord.web.stomp.StompClient.Frame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A client that breaks the protocol is told its fault and sent away, and nobody else notices.
class GarbageTests {
    private static final StompSettings SETTINGS = new StompSettings(
            8, 3, 16, Duration.ofSeconds(10), Duration.ofMillis(500), Duration.ofMinutes(10), Duration.ofMillis(200));

    private static StompServer server;

    private StompClient bystander;

    @BeforeAll
    static void startServer() {
        server = new StompServer(SETTINGS);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void someoneElseListens() throws IOException {
        Eventually.await(() -> server.sessions().statistics().sessions() == 0);
        bystander = StompClient.connected(server.port()).subscribe("0", "/topic/chat");
    }

    @AfterEach
    void someoneElseIsUndisturbed() throws IOException {
        server.commit("general", "still here " + server.commitSeq());
        try (StompClient listener = bystander) {
            long seq = listener.next().seq();
            while (seq < server.commitSeq()) { // what the test itself committed comes first
                long next = listener.next().seq();
                assertThat(next).isEqualTo(seq + 1);
                seq = next;
            }
        }
        Eventually.await(() -> server.sessions().statistics().subscriptions() == 0);
    }

    private static Frame assertFault(StompClient client, String message, int closeCode) throws IOException {
        Frame error = client.next();
        assertThat(error.command()).isEqualTo("ERROR");
        assertThat(error.header("message")).isEqualTo(message);
        assertThat(error.body()).isNotBlank();
        assertThat(client.next().header("code")).isEqualTo(Integer.toString(closeCode));
        return error;
    }

    /// `~` stands for the end of a line.
    @ParameterizedTest(name = "{0} is told: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "NONSENSE~~ | unknown command",
                "CONNECTED~~ | unknown command",
                "ACOMMANDTHATISNEVERENDED | unknown command",
                "CONNECT~accept-version:1.2~~ | already connected",
                "SEND~~{} | SEND without destination",
                "SEND~destination:/app/nowhere~~{} | unknown destination",
                "SEND~destination:/topic/chat~~{} | unknown destination",
                "SEND~destination:/app/chat~transaction:1~~{} | transactions are not supported",
                "SEND~destination:/app/chat~content-length:9~~{} | the frame is not terminated by NUL",
                "SEND~destination:/app/chat~content-length:x~~{} | content-length is not a number",
                "SEND~destination~~{} | a header without a name or colon",
                "SEND~destination:/app\\chat~~{} | undefined escape in a header#",
                "SUBSCRIBE~destination:/topic/chat~~ | SUBSCRIBE without id",
                "SUBSCRIBE~id:1~~ | SUBSCRIBE without destination",
                "SUBSCRIBE~id:1~destination:/topic/other~~ | unknown destination",
                "SUBSCRIBE~id:1~destination:/topic/chat.No Room~~ | unknown destination",
                "SUBSCRIBE~id:1~destination:/topic/chat~after:soon~~ | after is not a message number",
                "SUBSCRIBE~id:1~destination:/topic/chat~after:-1~~ | after is not a message number",
                "SUBSCRIBE~id:1~destination:/topic/chat~ack:client~~ | ack:client is not supported",
                "UNSUBSCRIBE~~ | UNSUBSCRIBE without id",
                "UNSUBSCRIBE~id:7~~ | no such subscription",
                "ACK~id:7~~ | ACK is not supported",
                "NACK~id:7~~ | NACK is not supported",
                "BEGIN~transaction:1~~ | transactions are not supported",
                "COMMIT~transaction:1~~ | transactions are not supported",
                "ABORT~transaction:1~~ | transactions are not supported",
                "DISCONNECT~~with a body | DISCONNECT with a body",
            })
    void aFrameThatMakesNoSense(String frame, String message) throws IOException {
        try (StompClient client = StompClient.connected(server.port())) {
            String expected = message.endsWith("#") ? message.substring(0, message.length() - 1) : message;
            String sent = message.endsWith("#") ? frame.replace("\\c", "\\q") : frame;
            client.send(sent.replace('~', '\n'));
            assertFault(client, expected, 1002);
        }
    }

    @Test
    void theErrorNamesTheReceiptOfTheFrameAtFault() throws IOException {
        try (StompClient client = StompClient.connected(server.port())) {
            client.send("SUBSCRIBE\ndestination:/topic/chat\nreceipt:r-7\n\n");
            assertThat(assertFault(client, "SUBSCRIBE without id", 1002).header("receipt-id"))
                    .isEqualTo("r-7");
        }
    }

    @Test
    void aFrameBeforeConnect() throws IOException {
        try (StompClient client = new StompClient(server.port())) {
            client.send("SUBSCRIBE\nid:0\ndestination:/topic/chat\n\n");
            assertFault(client, "not connected", 1002);
        }
    }

    @Test
    void aVersionNobodySpeaks() throws IOException {
        try (StompClient client = new StompClient(server.port())) {
            client.send("CONNECT\naccept-version:2.0\n\n");
            assertThat(assertFault(client, "no common version", 1002).header("version"))
                    .isEqualTo("1.0,1.1,1.2");
        }
    }

    @Test
    void aHeartBeatThatIsNoPairOfNumbers() throws IOException {
        try (StompClient client = new StompClient(server.port())) {
            client.send("CONNECT\naccept-version:1.2\nheart-beat:often\n\n");
            assertFault(client, "heart-beat is not two numbers", 1002);
        }
    }

    @Test
    void plainTextThatIsNoFrame() throws IOException {
        try (StompClient client = new StompClient(server.port())) {
            client.socket().sendText("hello");
            assertFault(client, "the frame is not terminated by NUL", 1002);
        }
    }

    @Test
    void silenceInsteadOfConnect() throws IOException {
        try (StompClient client = new StompClient(server.port())) {
            assertFault(client, "no CONNECT", 1002);
        }
    }

    @Test
    void aBinaryFrameThatStopsHalfWay() throws IOException {
        try (StompClient client = StompClient.connected(server.port())) {
            client.socket().send(WebSocketClient.BINARY, true, "SEND\ndestin".getBytes(StandardCharsets.US_ASCII));
            assertFault(client, "the frame is not terminated by NUL", 1002);
        }
    }

    @Test
    void bytesThatAreNoText() throws IOException {
        try (StompClient client = StompClient.connected(server.port())) {
            byte[] frame = "SEND\ndestination:?\n\n\0".getBytes(StandardCharsets.US_ASCII);
            frame[17] = (byte) 0xfe;
            client.socket().send(WebSocketClient.BINARY, true, frame);
            assertFault(client, "a header is not UTF-8", 1002);
        }
    }

    @Test
    void moreThanAFrameMayHold() throws IOException {
        try (StompClient client = StompClient.connected(server.port())) {
            client.send("SEND\ndestination:/app/chat\n\n" + "x".repeat(StompParser.MAX_FRAME_BYTES));
            assertFault(client, "the frame is too long", 1009);
        }
    }

    /// Whoever was told the fault and goes on talking is not heard out.
    @Test
    void aClientThatNeverEndsIsCutOff() throws IOException {
        try (StompClient client = StompClient.connected(server.port())) {
            client.send("SEND\ndestination:/app/chat\n\n" + "x".repeat(StompParser.MAX_FRAME_BYTES));
            assertFault(client, "the frame is too long", 1009);
            long start = System.nanoTime();
            byte[] part = new byte[1024];
            assertThatThrownBy(() -> {
                        while (System.nanoTime() - start
                                < Duration.ofSeconds(20).toNanos()) {
                            client.socket().send(WebSocketClient.BINARY, true, part);
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void anIdLongerThanAllowed() throws IOException {
        try (StompClient client = StompClient.connected(server.port())) {
            String id = "x".repeat(StompSession.MAX_ID_LENGTH + 1);
            client.send("SUBSCRIBE\nid:" + id + "\ndestination:/topic/chat\n\n");
            assertFault(client, "the subscription id is too long", 1009);
        }
    }

    @Test
    void aReceiptIdLongerThanAllowed() throws IOException {
        try (StompClient client = StompClient.connected(server.port())) {
            String longest = "x".repeat(StompSession.MAX_ID_LENGTH);
            client.say("/app/chat", "hello", longest);
            assertThat(client.next().header("receipt-id")).isEqualTo(longest);
            client.say("/app/chat", "hello", longest + "x");
            assertFault(client, "the receipt id is too long", 1009);
        }
    }

    @Test
    void aSubscriptionIdInUse() throws IOException {
        try (StompClient client = StompClient.connected(server.port())) {
            client.subscribe("0", "/topic/chat");
            client.send("SUBSCRIBE\nid:0\ndestination:/topic/chat.den\n\n");
            assertFault(client, "the subscription id is in use", 1002);
        }
    }

    @Test
    void moreSubscriptionsThanAllowed() throws IOException {
        try (StompClient client = StompClient.connected(server.port())) {
            for (int i = 0; i < SETTINGS.maxSubscriptions(); i++) {
                client.subscribe("s" + i, "/topic/chat");
            }
            client.send("SUBSCRIBE\nid:more\ndestination:/topic/chat\n\n");
            assertFault(client, "too many subscriptions", 1008);
        }
    }

    @Test
    void messagesThatRetentionRemoved() throws IOException {
        server.commit("general", "x", "y", "z");
        server.node().log().removeBelow(3);
        try (StompClient client = StompClient.connected(server.port())) {
            client.send("SUBSCRIBE\nid:0\ndestination:/topic/chat\nafter:1\n\n");
            assertThat(assertFault(client, "messages were removed", 1008).header("earliest"))
                    .isEqualTo("3");
        } finally {
            server.node().log().removeBelow(1);
        }
    }

    @Test
    void moreSessionsThanThereIsRoomForAreSentAwayUntilOneLeaves() throws IOException {
        java.util.List<StompClient> clients = new java.util.ArrayList<>();
        for (int i = 1; i < SETTINGS.maxSessions(); i++) {
            clients.add(StompClient.connected(server.port()));
        }
        try (StompClient client = new StompClient(server.port())) {
            assertThat(client.next().header("code")).isEqualTo("1013");
        }
        for (StompClient client : clients) {
            client.close();
        }
        Eventually.await(() -> server.sessions().statistics().sessions() == 1);
        StompClient.connected(server.port()).close();
    }

    @Test
    void framesMayBeBinaryAndInFragments() throws IOException {
        try (StompClient client = StompClient.connected(server.port())) {
            byte[] frame = "SEND\ndestination:/app/chat\nreceipt:ü\n\n{\"sender\":\"ada\",\"text\":\"größer 🎈\"}\0"
                    .getBytes(StandardCharsets.UTF_8);
            for (int opcode : new int[] {WebSocketClient.TEXT, WebSocketClient.BINARY}) {
                for (int i = 0; i < frame.length; i++) {
                    client.socket()
                            .send(i == 0 ? opcode : WebSocketClient.CONTINUATION, i == frame.length - 1, new byte[] {
                                frame[i]
                            });
                }
                assertThat(client.next().header("receipt-id")).isEqualTo("ü");
            }
        }
        while (bystander.next().seq() < server.commitSeq()) {
            // the messages of this test
        }
    }
}
