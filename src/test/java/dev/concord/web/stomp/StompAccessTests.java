package dev.concord.web.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.access.AccessControl;
import dev.concord.access.AccessToken;
import dev.concord.access.Role;
import dev.concord.access.TokenFile;
import dev.concord.access.TokenLine;
import dev.concord.chat.MessageReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who is let in over STOMP.
class StompAccessTests {
    @TempDir
    private Path folder;

    private Path file;
    private String reader = "";
    private String writer = "";
    private StompServer server;

    @BeforeEach
    void start() throws IOException {
        file = folder.resolve("tokens");
        reader = token("rita", Role.READER, Instant.MAX);
        writer = token("walt", Role.WRITER, Instant.MAX);
        server = new StompServer(
                StompSettings.DEFAULTS.withHeartBeat(Duration.ofMillis(200)),
                AccessControl.tokens(List.of(TokenFile.open(file))));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String token(String name, Role role, Instant end) throws IOException {
        String token = AccessToken.random();
        TokenFile.append(file, TokenLine.of(name, role, token, end));
        return token;
    }

    private StompClient connecting(String header) throws IOException {
        StompClient client = new StompClient(server.port());
        client.send("CONNECT\naccept-version:1.2\nhost:localhost\n" + header + "\n");
        return client;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "passcode:wrong\n", "Authorization:Bearer wrong\n", "Authorization:Basic YTpi\n"})
    void aClientWithoutAGoodTokenIsToldSoAndClosed(String header) throws IOException {
        try (StompClient client = connecting(header)) {
            StompClient.Frame error = client.next();
            assertThat(error.command()).isEqualTo("ERROR");
            assertThat(error.header("message")).isEqualTo("not authenticated");
            assertThat(client.next().header("code")).isEqualTo("1008");
        }
    }

    @Test
    void aReaderSeesWhoIsThereAndDoesNotHint() throws IOException {
        try (StompClient client = connecting("passcode:" + reader + "\n")) {
            assertThat(client.next().command()).isEqualTo("CONNECTED");
            client.subscribe("p", "/topic/presence");
            assertThat(client.next().body()).contains("\"type\":\"presence\"");
            client.subscribe("e", "/user/queue/errors");
            client.send("SEND\ndestination:/app/typing.dev\nreceipt:t\n\n{\"sender\":\"rita\"}");
            StompClient.Frame refusal = client.next();
            while (refusal.header("subscription").equals("p")) { // somebody else, or the hint
                assertThat(refusal.body()).contains("\"typing\":[]");
                refusal = client.next();
            }
            assertThat(refusal.header("subscription")).isEqualTo("e");
            assertThat(refusal.header("receipt-id")).isEqualTo("t");
            assertThat(refusal.body()).contains("\"code\":\"forbidden\"", "rita is a reader, and hints need a writer");
            client.subscribe("1", "/topic/chat"); // the session goes on
            server.commit("dev", "for rita");
            assertThat(client.next().body()).contains("for rita");
        }
    }

    @Test
    void aSessionIsToldWhatItMayDo() throws IOException {
        try (StompClient client = connecting("passcode:" + reader + "\n")) {
            assertThat(client.next().header("role")).isEqualTo("reader");
        }
        try (StompClient client = connecting("passcode:" + writer + "\n")) {
            assertThat(client.next().header("role")).isEqualTo("writer");
        }
    }

    @Test
    void anExpiredTokenIsRefused() throws Exception {
        String old = token("otto", Role.ADMIN, Instant.now().minusSeconds(1));
        try (StompServer other =
                        new StompServer(StompSettings.DEFAULTS, AccessControl.tokens(List.of(TokenFile.open(file))));
                StompClient client = new StompClient(other.port())) {
            client.send("CONNECT\naccept-version:1.2\nhost:localhost\npasscode:" + old + "\n\n");
            assertThat(client.next().body()).contains("the token has expired at");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"passcode:", "Authorization:Bearer ", "authorization:bearer "})
    void aWriterSendsInItsOwnName(String header) throws IOException {
        try (StompClient client = connecting(header + writer + "\n")) {
            assertThat(client.next().command()).isEqualTo("CONNECTED");
            client.say("/app/chat.dev", "hello", "r1");
            assertThat(client.next().header("receipt-id")).isEqualTo("r1");
            assertThat(new MessageReader(server.node().committed())
                            .message(server.commitSeq())
                            .orElseThrow()
                            .body()
                            .user())
                    .isEqualTo("walt");
        }
    }

    @Test
    void aReaderListensButDoesNotSend() throws IOException {
        try (StompClient client = connecting("passcode:" + reader + "\n")) {
            assertThat(client.next().command()).isEqualTo("CONNECTED");
            client.subscribe("1", "/topic/chat");
            server.commit("dev", "for rita");
            assertThat(client.next().body()).contains("for rita");
            client.say("/app/chat", "hello", "r1");
            StompClient.Frame error = client.next();
            assertThat(error.header("message")).isEqualTo("not allowed");
            assertThat(client.next().header("code")).isEqualTo("1008");
        }
    }

    @Test
    void aSessionEndsWithItsToken() throws IOException {
        try (StompClient client = connecting("passcode:" + reader + "\n")) {
            assertThat(client.next().command()).isEqualTo("CONNECTED");
            Files.delete(file);
            token("walt", Role.WRITER, Instant.MAX);
            assertThat(client.next().header("message")).isEqualTo("the token has ended");
            assertThat(client.next().header("code")).isEqualTo("1008");
        }
    }
}
