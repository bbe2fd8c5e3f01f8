package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What a reader of the page sees of a history that has lost its beginning (C5): where it ends, never a silent gap.
@ExtendWith(NeedsChromium.class)
class RetentionPageIT {
    @TempDir
    private Path folder;

    @Test
    @DisplayName("C5: says where the history ends, what went while one was away, and goes on with what is left")
    void saysWhatWasRemoved() {
        try (TrimmedCluster log = new TrimmedCluster(folder);
                Chromium chromium = new Chromium()) {
            log.say(1, "{\"sender\":\"bob\",\"room\":\"quiet\",\"text\":\"before it was removed\"}");
            Person ada = chromium.person("ada");
            ada.open(log.nodes().node(1).url(), "quiet").sees("before it was removed");
            ada.see(edge(ada), "This is where #quiet begins.");
            Person late = chromium.person("late");

            ada.context().setOffline(true);
            log.post(1, TrimmedCluster.MORE_THAN_IS_KEPT);
            log.awaitTrimmed(1);
            long earliest = log.earliest(1);
            String number = "%,d".formatted(earliest);
            ada.context().setOffline(false);
            ada.awaitLive();
            log.say(1, "{\"sender\":\"bob\",\"room\":\"quiet\",\"text\":\"after it was removed\"}");
            ada.sees("after it was removed");
            assertThat(ada.page().locator("#messages .divider.removed").allInnerTexts())
                    .containsExactly("Messages 2 to %,d were removed by retention".formatted(earliest - 1));

            late.open(log.nodes().node(2).url(), "empty");
            late.see(edge(late), "What was said before message " + number + " was removed by retention.");
            late.visit(log.nodes().node(2).url(), "general");
            toTheTop(late);
            late.see(edge(late), "What was said before message " + number + " was removed by retention.");

            assertThat(ada.errors()).isEmpty();
            assertThat(late.errors()).isEmpty();
        }
    }

    @Test
    @DisplayName("C5: what goes while one reads far up is said in its place, and what is left follows")
    void saysWhatWasRemovedBelow() {
        try (TrimmedCluster log = new TrimmedCluster(folder);
                Chromium chromium = new Chromium()) {
            log.post(1, 600);
            Person ada = chromium.person("ada");
            ada.open(log.nodes().node(1).url(), "general");
            toTheTop(ada);

            log.post(1, TrimmedCluster.MORE_THAN_IS_KEPT);
            log.awaitTrimmed(2_000);
            String last = "to %,d were removed by retention".formatted(log.earliest(1) - 1);
            ClusterProcesses.await("the line is there", TrimmedCluster.LONG, () -> {
                ada.page().locator("#scroller").evaluate("scroller => scroller.scrollTop = scroller.scrollHeight");
                return ada.page().locator("#messages .divider.removed").allInnerTexts().stream()
                        .anyMatch(text -> text.endsWith(last));
            });
            assertThat(ada.errors()).isEmpty();
        }
    }

    private static void toTheTop(Person reader) {
        ClusterProcesses.await("the top is reached", TrimmedCluster.LONG, () -> {
            reader.page().locator("#scroller").evaluate("scroller => scroller.scrollTop = 0");
            String edge = edge(reader).innerText();
            return edge.contains("begins") || edge.contains("was removed");
        });
    }

    private static Locator edge(Person person) {
        return person.page().locator("#top-edge");
    }
}
