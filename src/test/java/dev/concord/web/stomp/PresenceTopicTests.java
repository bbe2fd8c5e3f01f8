package dev.concord.web.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.chat.TypingHint;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.Term;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Presence over STOMP.
class PresenceTopicTests {
    private final StompServer server = new StompServer();

    @AfterEach
    void stop() {
        server.close();
    }

    private static void awaitBody(StompClient client, String part) throws IOException {
        for (String body = client.next().body();
                !body.contains(part);
                body = client.next().body()) {
            assertThat(body).startsWith("{\"type\":\"presence\",\"people\":[");
        }
    }

    @Test
    void whoComesIsSeenInTheirRoomsAndGoneWhenTheyLeave() throws IOException {
        try (StompClient watcher = StompClient.connected(server.port())) {
            watcher.subscribe("p", "/topic/presence.dev");
            assertThat(watcher.next().body()).contains("\"people\":[]");
            try (StompClient ada = new StompClient(server.port())) {
                ada.send("CONNECT\naccept-version:1.2\nhost:x\nname:ada\n\n");
                assertThat(ada.next().command()).isEqualTo("CONNECTED");
                ada.subscribe("1", "/topic/chat.dev");
                awaitBody(watcher, "{\"name\":\"ada\",\"rooms\":[\"dev\"],\"nodes\":[1]}");
                ada.send("SEND\ndestination:/app/typing.dev\nreceipt:t\n\n{\"sender\":\"ada\"}");
                assertThat(ada.next().header("receipt-id")).isEqualTo("t");
                awaitBody(watcher, "\"typing\":[{\"name\":\"ada\",\"room\":\"dev\"}]");
                ada.send("UNSUBSCRIBE\nid:1\n\n");
                awaitBody(watcher, "\"people\":[]");
                ada.subscribe("2", "/topic/chat");
                awaitBody(watcher, "\"rooms\":[\"*\"]");
            }
            awaitBody(watcher, "\"people\":[]");
        }
    }

    @Test
    void whoFollowsMoreThanIsLookedAtSaysWhereOneIs() throws IOException {
        try (StompClient watcher = StompClient.connected(server.port())) {
            watcher.subscribe("p", "/topic/presence");
            try (StompClient ada = new StompClient(server.port())) {
                ada.send("CONNECT\naccept-version:1.2\nhost:x\nname:ada\n\n");
                assertThat(ada.next().command()).isEqualTo("CONNECTED");
                ada.subscribe("all", "/topic/chat", "present:");
                awaitBody(watcher, "{\"name\":\"ada\",\"rooms\":[],\"nodes\":[1]}");
                ada.subscribe("1", "/topic/cluster", "present:dev");
                awaitBody(watcher, "{\"name\":\"ada\",\"rooms\":[\"dev\"],\"nodes\":[1]}");
                ada.subscribe("2", "/topic/chat.ops", "present:general");
                awaitBody(watcher, "\"rooms\":[\"dev\",\"general\"]");
                ada.send("UNSUBSCRIBE\nid:1\n\n");
                awaitBody(watcher, "\"rooms\":[\"general\"]");
                ada.send("SUBSCRIBE\nid:3\ndestination:/topic/presence\npresent:No Room\n\n");
                StompClient.Frame error = ada.next();
                assertThat(error.header("message")).isEqualTo("present names no room");
                assertThat(error.body()).contains("present is 'No Room'");
            }
        }
    }

    @Test
    void whoIsAtAnotherNodeIsSeenToo() throws IOException {
        try (StompClient watcher = StompClient.connected(server.port())) {
            watcher.subscribe("p", "/topic/presence");
            watcher.next();
            server.node()
                    .presence()
                    .hear(
                            2,
                            new PeerMessage.Presence(
                                    new Term(3),
                                    1,
                                    false,
                                    List.of(new PeerMessage.Person("bob", List.of("general"))),
                                    List.of()));
            awaitBody(watcher, "{\"name\":\"bob\",\"rooms\":[\"general\"],\"nodes\":[2]}");
        }
    }

    @Test
    void aBadNameOrHintIsRefused() throws IOException {
        try (StompClient nameless = new StompClient(server.port())) {
            nameless.send("CONNECT\naccept-version:1.2\nhost:x\nname:\n\n");
            assertThat(nameless.next().command()).isEqualTo("CONNECTED");
            nameless.subscribe("e", "/user/queue/errors");
            nameless.send("SEND\ndestination:/app/typing.dev\nreceipt:t\n\n{}");
            assertThat(nameless.next().body()).contains("\"rule\":\"missing\"");
            String padded = "{\"sender\":\"a\"}" + " ".repeat(TypingHint.MAX_BYTES);
            nameless.send("SEND\ndestination:/app/typing.dev\n\n" + padded);
            assertThat(nameless.next().body()).contains("a hint has at most " + TypingHint.MAX_BYTES + " bytes");
            nameless.send(
                    "SEND\ndestination:/app/typing.dev\nreceipt:most\n\n" + padded.substring(0, TypingHint.MAX_BYTES));
            assertThat(nameless.next().header("receipt-id")).isEqualTo("most");
            nameless.send("SEND\ndestination:/app/typing.No\nreceipt:t\n\n{\"sender\":\"a\"}");
            assertThat(nameless.next().body()).contains("\"rule\":\"bad-name\"");
        }
        try (StompClient blank = new StompClient(server.port())) {
            blank.send("CONNECT\naccept-version:1.2\nhost:x\nname: \n\n");
            assertThat(blank.next().command()).isEqualTo("ERROR");
        }
    }
}
