package dev.concord.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The page of a node that asks for tokens, and of one that asks nobody for anything.
@ExtendWith(NeedsChromium.class)
class PageAccessIT {
    @TempDir
    private Path folder;

    private String token(Path tokens, String name, String role) throws Exception {
        return Cli.run("token", "create", "--name", name, "--role", role, "--file", tokens.toString())
                .output()
                .lines()
                .filter(line -> line.startsWith("concord_"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aTokenIsAskedForAndKeptNoLongerThanTheTab() throws Exception {
        Path tokens = folder.resolve("clients.tokens");
        String writer = token(tokens, "ada", "writer");
        String reader = token(tokens, "rita", "reader");
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 1, "client_tokens_file: " + tokens).start();
                Chromium chromium = new Chromium();
                Person ada = chromium.person("ada")) {
            NodeProcess node = cluster.node(1);
            ClusterProcesses.await(
                    "the node serves", () -> cluster.api(1).get("/problems").status() == 200);
            ada.page().navigate(node.url());
            signIn(ada, "concord_nonsense");
            ada.see(ada.page().locator("#token-error"), "the token is");
            signIn(ada, writer);
            ada.awaitLive();
            ada.introduce().say("with a token").seesDurable("with a token");
            ada.page().reload();
            ada.awaitLive().sees("with a token");

            assertThat(ada.page().evaluate("JSON.stringify(localStorage)").toString())
                    .as("what outlives the tab")
                    .doesNotContain("concord_");
            try (Person later = new Person("rita", chromium.sameBrowser(ada))) {
                later.page().navigate(node.url());
                signIn(later, reader);
                later.awaitLive().say("as a reader");
                later.see(later.pending().locator(".state"), "Refused: rita is a reader, and this needs a writer");
                later.page().locator("[data-does=dismiss]").click();
                assertThat(later.pending()).hasCount(0);
            }
            assertThat(Files.readString(folder.resolve("node-1.log"))).doesNotContain(writer);
        }
    }

    private static void signIn(Person person, String token) {
        person.page().locator("#token").fill(token);
        person.page().keyboard().press("Enter");
    }

    @Test
    void anOpenNodeSaysSo() {
        try (ClusterProcesses cluster =
                        new ClusterProcesses(folder, 1, "http_host: 0.0.0.0", "insecure: true").start();
                Chromium chromium = new Chromium();
                Person eve = chromium.person("eve")) {
            cluster.awaitReady();
            eve.open(cluster.node(1).url(), "general");

            assertThat(eve.page().locator("#insecure")).isVisible();
            eve.see(eve.page().locator("#headline"), "Node 1 leads");
        }
    }
}
