package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// People at one node are seen at the others, while they are there.
class PresenceIT {
    /// Not closed: it would wait for the stream to end.
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    private static String presence(ClusterProcesses cluster, int id) {
        return cluster.api(id).get("/api/presence").body();
    }

    private static InputStream follow(String url) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
        return CLIENT.send(request, HttpResponse.BodyHandlers.ofInputStream()).body();
    }

    @Test
    void somebodyAtOneNodeIsSeenAtAnotherUntilThatNodeIsKilled() throws IOException, InterruptedException {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3).start().awaitReady();
                InputStream stream = follow(cluster.node(1).url() + "/api/messages/stream?as=ada&room=dev")) {
            assertThat(stream.read()).isNotNegative();
            String ada = "{\"name\":\"ada\",\"rooms\":[\"dev\"],\"nodes\":[1]}";
            ClusterProcesses.await(
                    "ada is seen at node 2", () -> presence(cluster, 2).contains(ada));
            ClusterProcesses.await(
                    "ada is seen at node 3", () -> presence(cluster, 3).contains(ada));
            assertThat(cluster.api(3).typing("bob", "dev").status()).isEqualTo(202);
            ClusterProcesses.await(
                    "bob is seen writing at node 1",
                    () -> presence(cluster, 1).contains("{\"name\":\"bob\",\"room\":\"dev\"}"));

            cluster.node(1).kill();
            long killed = System.nanoTime();
            ClusterProcesses.await(
                    "ada is gone at node 2", () -> !presence(cluster, 2).contains("ada"));
            assertThat(System.nanoTime() - killed).isLessThan(20_000_000_000L); // 10 s, and a busy machine
            assertThat(presence(cluster, 2)).contains("{\"node\":1,\"connected\":0,\"known\":false}");
        }
    }
}
