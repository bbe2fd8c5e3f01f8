package dev.concord.web.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.node.Announcement;
import dev.concord.node.EventAction;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Role;
import dev.concord.protocol.Term;
import dev.concord.web.contract.AsyncApiContract;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The AsyncAPI document says what comes over STOMP. What it says of each frame is checked in [StompClient], whenever
/// any test gets one.
class AsyncApiTests {
    @Test
    void everyChannelOfTheDocumentIsReal() throws IOException {
        try (StompServer server = new StompServer();
                StompClient client = StompClient.connected(server.port())) {
            client.subscribe("a", "/topic/chat")
                    .subscribe("b", "/topic/chat.general")
                    .subscribe("c", "/topic/cluster")
                    .subscribe("d", "/user/queue/errors");
            client.send("SUBSCRIBE\nid:e\ndestination:/topic/presence\n\n");
            client.send("SUBSCRIBE\nid:f\ndestination:/topic/presence.general\n\n");
            server.node()
                    .announce(new Announcement(
                            EventAction.LEADER_LOST, new Term(4), Role.FOLLOWER, NodeId.NONE, 17, "node 2 is silent"));
            client.say("/app/chat", "hello", "r");
            client.send("SEND\ndestination:/app/chat\n\n{}");
            for (int i = 0; i < 7; i++) { // all, room, cluster, errors, the receipt, presence twice
                client.next();
            }
        }
        Set<String> missing = new TreeSet<>(AsyncApiContract.INSTANCE.channels());
        missing.removeAll(AsyncApiContract.INSTANCE.seen());
        missing.remove("events"); // EventStreamTests
        assertThat(missing).isEmpty();
    }

    @Test
    void everyAddressOfTheDocumentIsTaken() throws IOException {
        try (StompServer server = new StompServer()) {
            for (String address : AsyncApiContract.INSTANCE.addresses()) {
                String destination = address.replace("{room}", "dev");
                if (destination.startsWith("/api/")) {
                    continue;
                }
                try (StompClient client = StompClient.connected(server.port())) {
                    if (destination.startsWith("/app/")) {
                        if (destination.startsWith("/app/typing.")) {
                            client.send("SEND\ndestination:" + destination + "\nreceipt:r\n\n{\"sender\":\"ada\"}");
                        } else {
                            client.say(destination, "hello", "r");
                        }
                        assertThat(client.next().command()).as(address).isEqualTo("RECEIPT");
                    } else {
                        client.subscribe("s", destination);
                    }
                }
            }
        }
    }
}
