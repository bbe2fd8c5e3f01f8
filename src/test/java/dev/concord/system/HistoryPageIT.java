package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What the page shows when answers come late and in another order than they were asked for.
@ExtendWith(NeedsChromium.class)
class HistoryPageIT {
    private static final int MESSAGES = 100;

    @TempDir
    private Path folder;

    @Test
    @DisplayName("shows a room in its order, although a page of the room before was still under way")
    void aPageOfTheRoomBeforeDisturbsNothing() {
        try (ClusterProcesses nodes = new ClusterProcesses(folder, 1).start().awaitReady();
                Chromium chromium = new Chromium()) {
            post(nodes, "general");
            Person ada = chromium.person("ada").open(nodes.node(1).url(), "general");
            Page page = ada.page();
            ada.sees("general " + MESSAGES);
            post(nodes, "other");
            List<Route> held = new ArrayList<>();
            page.route(url -> url.contains("/api/messages?"), held::add);

            page.locator("#scroller").evaluate("scroller => scroller.scrollTop = 0");
            page.waitForCondition(() -> held.size() == 1);
            page.evaluate("() => location.hash = 'other'");
            page.waitForCondition(() -> held.size() == 2);
            page.waitForResponse(
                    response -> response.url().contains("room=general"),
                    () -> held.getFirst().resume());
            page.evaluate("""
                    () => new Promise((resolve) => setTimeout(() => {
                      document.getElementById("scroller").dispatchEvent(new Event("scroll"));
                      requestAnimationFrame(resolve);
                    }))""");
            for (Route later : held.subList(1, held.size()).reversed()) {
                page.waitForResponse(
                        response -> response.url().equals(later.request().url()), later::resume);
            }

            ada.sees("other " + MESSAGES);
            assertThat(numbers(ada)).isSorted().doesNotHaveDuplicates();
            assertThat(ada.errors()).isEmpty();
        }
    }

    @Test
    @DisplayName("who reads further up keeps the place, however many messages come at once, and finds them below")
    void manyMessagesAtOnceMoveNobody() {
        try (ClusterProcesses nodes = new ClusterProcesses(folder, 1).start().awaitReady();
                Chromium chromium = new Chromium()) {
            post(nodes, "general");
            Person ada = chromium.person("ada");
            Page page = ada.page();
            page.clock().install();
            ada.open(nodes.node(1).url(), "general").sees("general " + MESSAGES);
            page.locator("#scroller").evaluate("scroller => scroller.scrollTop -= 200");
            Locator newest = page.locator("#messages .message").last();
            double place = newest.boundingBox().y;

            page.clock().pauseAt(System.currentTimeMillis() + 5_000); // what arrives now is shown in one bunch
            for (int i = 0; i < 5; i++) {
                post(nodes, "general");
            }
            page.waitForTimeout(500);
            page.clock().resume();
            ada.see(page.locator("#jump"), "500 new below");

            assertThat(numbers(ada)).isSorted().doesNotHaveDuplicates().contains(MESSAGES);
            Locator same = page.locator("#messages .message[data-seq='" + MESSAGES + "']");
            assertThat(same.boundingBox().y).isEqualTo(place);
            page.waitForCondition(() -> {
                page.locator("#scroller").evaluate("scroller => scroller.scrollTop = scroller.scrollHeight");
                return numbers(ada).getLast() == 6 * MESSAGES;
            });
            assertThat(numbers(ada)).isSorted().doesNotHaveDuplicates();
            assertThat(ada.errors()).isEmpty();
        }
    }

    private static List<Integer> numbers(Person person) {
        return person.page().locator("#messages .message .seq").allInnerTexts().stream()
                .map(text -> Integer.valueOf(text.substring(1)))
                .toList();
    }

    private static void post(ClusterProcesses nodes, String room) {
        StringBuilder lines = new StringBuilder();
        for (int i = 1; i <= MESSAGES; i++) {
            lines.append("{\"sender\":\"bob\",\"room\":\"" + room + "\",\"text\":\"" + room + " " + i + "\"}\n");
        }
        assertThat(nodes.api(1).bulk(lines.toString())).hasSize(MESSAGES);
    }
}
