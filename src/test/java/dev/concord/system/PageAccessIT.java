package dev.concord.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
            try (Person rita = new Person("rita", chromium.sameBrowser(ada))) {
                readsAndDoesNotWrite(rita, ada, node.url(), reader);
            }
            assertThat(Files.readString(folder.resolve("node-1.log"))).doesNotContain(writer);
        }
    }

    /// A reader sees everything live, is told at once that there is nothing to write, and asks the node for nothing
    /// that it would refuse.
    private static void readsAndDoesNotWrite(Person rita, Person ada, String url, String token) {
        List<String> sessions = new ArrayList<>();
        List<String> hints = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        rita.page().onWebSocket(socket -> {
            sessions.add(socket.url());
            socket.onFrameSent(frame -> {
                if (frame.text() != null && frame.text().startsWith("SEND")) {
                    hints.add(frame.text());
                }
            });
        });
        rita.page().navigate(url);
        signIn(rita, token);
        rita.awaitLive().sees("with a token");
        sessions.clear(); // one that was tried before the token was there
        rita.page().onResponse(response -> {
            if (response.status() >= 400) {
                refused.add(response.status() + " " + response.url());
            }
        });
        assertThat(rita.page().locator("#text")).isDisabled();
        assertThat(rita.page().locator("#text"))
                .hasAttribute("placeholder", "You may read here: your token is not one of a writer");
        assertThat(rita.page().locator("#send")).isDisabled();
        rita.message("with a token").hover();
        assertThat(rita.page().locator(".tools").first()).isHidden();
        rita.message("with a token").focus();
        for (String key : List.of("r", "e", "Delete", "ArrowUp")) {
            rita.page().keyboard().press(key);
        }
        rita.page().evaluate("""
                import("/js/page.js").then(({ client }) => {
                  for (let i = 0; i < 20; i++) client.typing("general");
                })""");
        assertThat(rita.page().locator("#context")).isHidden();
        assertThat(rita.pending()).hasCount(0);

        ada.say("still live?").seesDurable("still live?");
        rita.sees("still live?").awaitLive();
        assertThat(sessions).as("sessions begun because another ended").isEmpty();
        assertThat(hints).as("frames that a reader may not send").isEmpty();
        assertThat(refused).as("requests that a reader may not make").isEmpty();
        assertThat(rita.errors()).isEmpty();
        writesInVain(rita);
    }

    /// What was said before the role was known, such as from an outbox, is refused once and can be put away.
    private static void writesInVain(Person rita) {
        rita.page().evaluate("""
                import("/js/page.js").then(({ client }) => client.send({ room: "general", text: "as a reader" }))""");
        rita.see(rita.pending().locator(".state"), "Refused: rita is a reader, and this needs a writer");
        rita.page().locator("[data-does=dismiss]").click();
        assertThat(rita.pending()).hasCount(0);
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
