package dev.concord.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The page on a desk and on a phone, in the light and in the dark, with the keyboard alone, for who cannot see it, and
/// with ten thousand messages.
@ExtendWith(NeedsChromium.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageLookIT {
    private static final int MANY = 10_000;
    /// The most rows that the page holds; `WINDOW` of history.js, and the dividers between them.
    private static final int MOST_ROWS = 240;

    @TempDir
    private static Path folder;

    /// Not closed: it would wait for the streams to end.
    private final HttpClient readers = HttpClient.newHttpClient();

    private final List<InputStream> streams = new ArrayList<>();
    private ClusterProcesses cluster;
    private Chromium chromium;

    @BeforeAll
    void start() throws IOException, InterruptedException {
        cluster = new ClusterProcesses(folder, 3).start();
        chromium = new Chromium();
        cluster.awaitReady();
        cluster.awaitLeader(1, 3);
        talk();
        isIn("linus", 2, "general");
        isIn("margaret", 3, "general");
        isIn("grace", 2, "design");
    }

    private void isIn(String name, int node, String room) throws IOException, InterruptedException {
        URI stream = URI.create(url(node) + "/api/messages/stream?as=" + name + "&room=" + room);
        HttpRequest request = HttpRequest.newBuilder(stream).build();
        streams.add(
                readers.send(request, HttpResponse.BodyHandlers.ofInputStream()).body());
    }

    @AfterAll
    void stop() throws IOException {
        for (InputStream stream : streams) {
            stream.close();
        }
        chromium.close();
        cluster.close();
    }

    private void talk() {
        say("general", "grace", "Good morning! The release is ready: https://example.org/notes");
        say("general", "linus", "Reading it now 👀");
        say("general", "linus", "Looks good. I changed one word in the second paragraph.\nEverything else can stay.");
        say("general", "grace", "Thank you! Then it goes out at noon.");
        say("general", "margaret", "Before that I would like to see it survive.\nWho kills the leader?");
        say("general", "linus", "@margaret with pleasure. kill -9 while you write?");
        say("general", "margaret", "While I write. Nothing may get lost, and nothing may come twice 🙂");
        say("design", "grace", "New icons, anybody?");
    }

    private void say(String room, String sender, String text) {
        cluster.api(2)
                .post("{\"room\":\"%s\",\"sender\":\"%s\",\"text\":\"%s\"}"
                        .formatted(room, sender, text.replace("\n", "\\n")));
    }

    private String url(int node) {
        return cluster.node(node).url();
    }

    private static void assertAccessible(Page page, String what) {
        List<String> serious = new AxeBuilder(page)
                .analyze().getViolations().stream()
                        .filter(rule -> List.of("serious", "critical").contains(rule.getImpact()))
                        .map(PageLookIT::described)
                        .toList();
        assertThat(serious).as(what).isEmpty();
    }

    private static String described(Rule rule) {
        return rule.getId() + ": "
                + rule.getNodes().stream()
                        .map(node -> node.getTarget() + " " + node.getFailureSummary())
                        .toList();
    }

    @Test
    void onADeskInTheLightAndInTheDark() {
        try (Person ada = chromium.person("ada", Chromium.options().setReducedMotion(ReducedMotion.REDUCE))) {
            ada.open(url(1), "general");
            assertThat(ada.page().locator(".message")).not().hasCount(0);
            ada.say("Thank you, @linus!").seesDurable("Thank you, @linus!");
            ada.see(ada.page().locator("#headline"), "Node 3 leads");
            ada.see(ada.page().locator("#journey"), Pattern.compile("On disk at nodes [123](, [123])? and [123]"));
            ada.see(ada.page().locator("#here"), "3 here");
            ada.see(ada.page().locator("#people-list"), "linus");
            ada.see(ada.page().locator("#elsewhere-list"), "#design");
            assertAccessible(ada.page(), "light");
            ada.picture("page-light");

            Object light = ada.page().evaluate("getComputedStyle(document.querySelector('.chat')).backgroundColor");
            ada.page().emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
            Object dark = ada.page().evaluate("getComputedStyle(document.querySelector('.chat')).backgroundColor");
            assertThat(light).isEqualTo("rgb(255, 255, 255)");
            assertThat(dark).isNotEqualTo(light);
            assertAccessible(ada.page(), "dark");
            ada.picture("page-dark");

            ada.page().locator("#show-help").click();
            assertAccessible(ada.page(), "with a dialog");
            assertThat(ada.errors()).isEmpty();
        }
    }

    @Test
    void onAPhone() {
        try (Person eve = chromium.person("eve", Chromium.phone())) {
            eve.open(url(3), "general");
            eve.sees("Reading it now 👀").see(eve.page().locator("#here"), "3 here");
            for (String view : List.of("#show-cluster", "#show-cluster", "#show-rooms", "#show-rooms")) {
                assertThat(eve.page().evaluate("document.documentElement.scrollWidth"))
                        .as("nothing sticks out to the side")
                        .isEqualTo(390);
                assertAccessible(eve.page(), "phone, before " + view);
                eve.picture("phone-" + eve.page().locator("body").getAttribute("data-view"));
                eve.page().locator(view).click();
            }
            eve.page().locator("#show-rooms").click();
            eve.page()
                    .locator("#room-list button", new Page.LocatorOptions().setHasText("design"))
                    .click();
            eve.sees("New icons, anybody?");
            eve.say("From the tram").seesDurable("From the tram");
            assertThat(eve.errors()).isEmpty();
        }
    }

    @Test
    void withTheKeyboardAlone() {
        try (Person ada = chromium.person("ada")) {
            ada.open(url(1), "keys");
            ada.page().keyboard().type("first");
            ada.page().keyboard().press("Shift+Enter");
            ada.page().keyboard().type("second line");
            ada.page().keyboard().press("Enter");
            ada.seesDurable("first\nsecond line");

            ada.page().keyboard().press("Control+k");
            ada.page().keyboard().type("Design");
            ada.page().keyboard().press("Enter");
            assertThat(ada.page().locator("#room-title")).hasText("#design");
            assertThat(ada.page().locator("#text")).isFocused();
            ada.page().keyboard().press("Alt+ArrowDown");
            assertThat(ada.page().locator("#room-title")).hasText("#general");

            ada.page().keyboard().press("Control+k");
            ada.page().keyboard().type("no room!");
            ada.page().keyboard().press("Enter");
            ada.see(ada.page().locator("#room-error"), "A room has a name of 1 to 64");
        }
    }

    @Test
    void whatIsNewIsMarkedAndCounted() {
        try (Person ada = chromium.person("ada")) {
            ada.open(url(1), "news");
            ada.say("seen").seesDurable("seen");
            ada.page()
                    .locator("#room-list button", new Page.LocatorOptions().setHasText("general"))
                    .click();
            ada.sees("Reading it now 👀");
            say("news", "grace", "for @ada");
            say("news", "grace", "for everybody");

            var news = ada.page().locator("#room-list li", new Page.LocatorOptions().setHasText("news"));
            ada.see(news, "2 unread, 1 for you");
            assertThat(ada.page()).hasTitle("(1) #general · Concord");
            news.locator("button").click();
            ada.sees("for everybody");
            assertThat(ada.page().locator(".unread-line + .message")).containsText("for @ada");
            assertThat(ada.page()).hasTitle("#news · Concord");
            assertThat(ada.page().locator("#room-list .count")).hasCount(0);
        }
    }

    @Test
    void tenThousandMessagesAreScrolledThroughInAWindow() {
        StringBuilder lines = new StringBuilder();
        for (int i = 1; i <= MANY; i++) {
            lines.append("{\"room\":\"long\",\"sender\":\"s").append(i % 7).append("\",\"text\":\"message ");
            lines.append(i).append(i % 5 == 0 ? ", which is longer than most, so that rows differ in height. " : "");
            lines.append("\"}\n");
        }
        assertThat(cluster.api(3).bulk(lines.toString())).hasSize(MANY);
        try (Person ada = chromium.person("ada")) {
            ada.open(url(1), "long");
            ada.see(ada.page().locator("#messages .message").last(), "message " + MANY);

            Object seen = ada.page().evaluate(SCROLL_UP);
            assertThat(seen).asString().isEqualTo("all " + MANY + " in order, at most " + MOST_ROWS + " rows at once");

            say("long", "grace", "came meanwhile");
            assertThat(ada.page().locator("#jump")).isVisible();
            ada.page().locator("#text").press("Escape");
            ada.sees("came meanwhile");
            assertThat(ada.errors()).isEmpty();
        }
    }

    /// Scrolls to the top step by step, as a wheel does, and notes every number that was shown. Between two steps the
    /// rows in view must not jump.
    private static final String SCROLL_UP = """
            async () => {
              const scroller = document.getElementById("scroller");
              const rows = () => [...document.querySelectorAll("#messages .message")];
              const number = (row) => Number(/message (\\d+)/.exec(row.querySelector(".body").textContent)[1]);
              const seen = new Set();
              let most = 0;
              const until = Date.now() + 60000;
              while (!seen.has(1) || scroller.scrollTop > 0) {
                if (Date.now() > until) return `only down to ${Math.min(...seen)}`;
                const shown = rows();
                most = Math.max(most, shown.length);
                const numbers = shown.map(number);
                if (numbers.some((n, i) => i && n !== numbers[i - 1] + 1)) return `a hole: ${numbers}`;
                numbers.forEach((n) => seen.add(n));
                scroller.scrollTop = Math.max(0, scroller.scrollTop - 2000);
                await new Promise(requestAnimationFrame);
              }
              const all = Array.from({ length: 10000 }, (_, i) => i + 1).every((n) => seen.has(n));
              return `${all ? "all" : "not all, but"} ${seen.size} in order, at most ${most} rows at once`;
            }""";
}
