package dev.concord.web.contract;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The AsyncAPI document, held against the frames and events that a server sends. Threads: any.
public final class AsyncApiContract {
    /// The one for all tests: it counts what it has seen.
    public static final AsyncApiContract INSTANCE = new AsyncApiContract();

    private final Contract contract = new Contract("asyncapi.yaml");
    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    private AsyncApiContract() {}

    /// The channels on which the server sends.
    public Set<String> channels() {
        Set<String> channels = new TreeSet<>();
        for (JsonNode operation : contract.document().get("operations")) {
            JsonNode channel = operation.get("action").asString().equals("send")
                    ? operation.get("channel")
                    : operation.at("/reply/channel");
            String reference = channel.get("$ref").asString();
            channels.add(reference.substring(reference.lastIndexOf('/') + 1));
        }
        return channels;
    }

    /// The channels of which something was seen since the program started.
    public Set<String> seen() {
        return new TreeSet<>(seen);
    }

    /// The addresses that a client may send to, and those it may subscribe to.
    public Set<String> addresses() {
        Set<String> addresses = new TreeSet<>();
        contract.document()
                .get("channels")
                .forEach(channel -> addresses.add(channel.get("address").asString("")));
        addresses.remove("");
        return addresses;
    }

    /// Checks a STOMP frame of the server. ERROR, CONNECTED and heart-beats belong to STOMP itself and pass.
    ///
    /// @throws AssertionError if the document does not know such a frame
    public void frame(String command, Map<String, String> headers, String body) {
        switch (command) {
            case "MESSAGE" -> message(channel(headers.getOrDefault("destination", "")), headers, body);
            case "RECEIPT" -> message("receipts", headers, "null");
            default -> {}
        }
    }

    /// Checks a Server-Sent Event.
    ///
    /// @param name of the event, null for the usual kind
    /// @throws AssertionError if the document does not know such an event
    public void event(@Nullable String name, String data) {
        check("events", name == null ? "event" : name, null, data);
    }

    private void message(String channel, Map<String, String> headers, String body) {
        String message = contract.document()
                .at("/channels/" + channel + "/messages")
                .propertyNames()
                .iterator()
                .next();
        check(channel, message, headers, body);
    }

    private void check(String channel, String message, @Nullable Map<String, String> headers, String body) {
        JsonNode described = contract.resolved(contract.document().at("/channels/" + channel + "/messages/" + message));
        if (described.isMissingNode()) {
            throw new AssertionError("the document has no " + message + " on " + channel);
        }
        contract.check(described.get("payload"), body, "the body of a message on " + channel);
        if (headers != null) {
            contract.check(described.get("headers"), new HashMap<>(headers), "the headers of a message on " + channel);
        }
        seen.add(channel);
    }

    private String channel(String destination) {
        for (Map.Entry<String, JsonNode> channel :
                contract.document().get("channels").properties()) {
            String address = channel.getValue().get("address").asString("");
            boolean fits = address.endsWith("{room}")
                    ? destination.startsWith(address.substring(0, address.length() - "{room}".length()))
                    : destination.equals(address);
            if (fits) {
                return channel.getKey();
            }
        }
        throw new AssertionError("the document has no channel " + destination);
    }
}
