package dev.concord.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The REST interface of one node, as a client in another process sees it.
record Api(String url, String token) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    /// A client without a token.
    Api(String url) {
        this(url, "");
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path));
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    record Answer(int status, String body) {
        JsonNode json() {
            return JSON.readTree(body);
        }
    }

    record Message(long seq, long term, String id, String text) {}

    record Cluster(int leader, long term, long commit, List<JsonNode> members) {
        boolean allVoters() {
            return members.stream().allMatch(m -> !m.get("role").asString().equalsIgnoreCase("learner"));
        }
    }

    Answer get(String path) {
        return send(request(path).timeout(Duration.ofSeconds(30)).GET());
    }

    Answer post(String body) {
        return post(body, Duration.ofSeconds(30));
    }

    private Answer post(String body, Duration patience) {
        return send(request("/api/messages")
                .timeout(patience)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /// Posts a message under an id.
    Answer post(String id, String text) {
        return post(message(id, text));
    }

    /// Posts a message under an id, and waits so long for its answer.
    Answer post(String id, String text, Duration patience) {
        return post(message(id, text), patience);
    }

    private static String message(String id, String text) {
        return JSON.writeValueAsString(
                JSON.createObjectNode().put("sender", "ada").put("text", text).put("id", id));
    }

    /// Hints that somebody is writing.
    Answer typing(String sender, String room) {
        return send(HttpRequest.newBuilder(URI.create(url + "/api/presence/typing"))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(
                        JSON.createObjectNode().put("sender", sender).put("room", room)))));
    }

    /// Takes a node out of the cluster.
    Answer remove(int id) {
        return send(request("/api/cluster/members/" + id)
                .timeout(Duration.ofSeconds(30))
                .DELETE());
    }

    /// Posts lines as NDJSON and returns the result lines.
    List<JsonNode> bulk(String lines) {
        Answer answer = send(request("/api/messages")
                .timeout(Duration.ofMinutes(5))
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofString(lines)));
        return answer.body().lines().map(JSON::readTree).toList();
    }

    Cluster cluster() {
        JsonNode json = get("/api/cluster").json();
        List<JsonNode> members = new ArrayList<>();
        json.get("members").forEach(members::add);
        JsonNode leader = json.get("leader");
        int leaderId = leader == null || leader.isNull() ? 0 : leader.asInt();
        return new Cluster(
                leaderId, json.get("term").asLong(), json.get("commit").asLong(), members);
    }

    long newestSeq() {
        return get("/api/messages?limit=1").json().get("commit").asLong();
    }

    /// The whole history of this node, in the order it serves it.
    List<Message> history() {
        HttpRequest request = request("/api/messages?after=0")
                .timeout(Duration.ofMinutes(2))
                .header("Accept", "application/x-ndjson")
                .GET()
                .build();
        try (var lines = HTTP.send(request, HttpResponse.BodyHandlers.ofLines()).body()) {
            return lines.filter(line -> !line.isBlank())
                    .map(JSON::readTree)
                    .map(m -> new Message(
                            m.get("seq").asLong(),
                            m.get("term").asLong(),
                            m.get("id").asString(),
                            m.get("text").asString()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
