package dev.concord.web.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.fuzz.Fuzzer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Whatever bytes come to the port of the clients: they are answered as HTTP, and never with 500, or their connection
/// ends. The next request is served as ever.
class HttpFuzzTests {
    /// Each input has a connection of its own.
    private static final int ONE_OF = 100;

    private static final int PATIENCE_MS = 300;
    /// Nothing more comes from the client, so the server has to say or do something.
    private static final int LAST_PATIENCE_MS = 20_000;
    private static final int MOST_ANSWER_BYTES = 64 << 10;

    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");

    private static ConfiguredServer server;

    @BeforeAll
    static void start() {
        server = new ConfiguredServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static List<byte[]> requests() {
        return List.of(
                post("/api/messages", "application/json", "{\"sender\":\"ada\",\"text\":\"grüße\",\"id\":\"f-1\"}"),
                post("/api/messages", "application/json", "{\"sender\":\"ada\",\"text\":\"x\",\"room\":\"general\"}"),
                get("/api/messages?after=0&limit=10"),
                get("/api/messages?after=0&room=general"),
                get("/api/cluster"),
                get("/actuator/health"));
    }

    private static byte[] get(String path) {
        return ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] post(String path, String type, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return ("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type + "\r\nContent-Length: "
                        + bytes.length + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void goodRequestsAreAnswered() throws IOException {
        for (byte[] request : requests()) {
            assertThat(answerTo(request)).startsWith("HTTP/1.1 2");
        }
    }

    @Test
    void whateverComesIsAnsweredAsHttpAndNeverWith500() throws IOException {
        Fuzzer.attackSlowly("HTTP", ONE_OF, requests(), input -> {
            String answer = answerTo(input);
            if (answer.isEmpty()) {
                return false;
            }
            if (!isOldest(input)) {
                assertThat(answer).matches("(?s)(HTTP/1\\.1 [1-5]\\d\\d|\\{\"type\":\"/problems/).*");
            }
            assertThat(answer).doesNotStartWith("HTTP/1.1 500").doesNotContain("\"status\":500");
            return answer.startsWith("HTTP/1.1 2");
        });
        assertThat(server.ask("", "GET /api/cluster HTTP/1.1", "Host: localhost"))
                .startsWith("HTTP/1.1 200");
    }

    /// A request line without a version is HTTP/0.9: the answer is a body alone, whatever that is.
    private static boolean isOldest(byte[] input) {
        String line = new String(input, StandardCharsets.ISO_8859_1)
                .strip()
                .lines()
                .findFirst()
                .orElse("");
        return line.startsWith("GET ") && !line.contains("HTTP/");
    }

    /// The answers to what a client says that then waits, and at last closes its half.
    private static String answerTo(byte[] input) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try (Socket socket = server.connect()) {
            socket.setSoTimeout(PATIENCE_MS);
            socket.getOutputStream().write(input);
            boolean open = read(socket, answer);
            if (open && answer.size() == 0) {
                socket.shutdownOutput();
                socket.setSoTimeout(LAST_PATIENCE_MS);
                open = read(socket, answer);
                assertThat(open && answer.size() == 0).as("silence").isFalse();
            }
        } catch (SocketException e) {
            // reset: refused, perhaps without a word
        }
        return answer.toString(StandardCharsets.ISO_8859_1);
    }

    /// Returns false at the end of the connection, true if nothing more comes for a while.
    private static boolean read(Socket socket, ByteArrayOutputStream answer) throws IOException {
        byte[] buffer = new byte[8192];
        try {
            for (int n = socket.getInputStream().read(buffer);
                    n >= 0;
                    n = socket.getInputStream().read(buffer)) {
                answer.write(buffer, 0, n);
                if (answer.size() > MOST_ANSWER_BYTES || endsAnswer(answer)) {
                    return true;
                }
            }
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        }
    }

    /// An answer with a length is over when that has come.
    private static boolean endsAnswer(ByteArrayOutputStream answer) {
        String text = answer.toString(StandardCharsets.ISO_8859_1);
        int head = text.indexOf("\r\n\r\n");
        Matcher length = LENGTH.matcher(head < 0 ? "" : text.substring(0, head));
        return head >= 0
                && (length.find()
                        ? text.length() >= head + 4 + Integer.parseInt(length.group(1))
                        : text.endsWith("0\r\n\r\n"));
    }
}
