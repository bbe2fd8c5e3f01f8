package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import java.nio.file.Path;
import java.util.List;
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
    @DisplayName("C5: what goes while one reads far up is said in its place, and what is left follows, to the newest")
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
            Locator newest = ada.page().locator("#messages [data-seq='" + log.posted() + "']");
            ClusterProcesses.await("the newest message is there", TrimmedCluster.LONG, () -> {
                ada.page().locator("#scroller").evaluate("scroller => scroller.scrollTop = scroller.scrollHeight");
                return newest.count() == 1;
            });
            assertThat(ada.errors()).isEmpty();
        }
    }

    @Test
    @DisplayName("C5: a reply to what was removed says so and leads nowhere, and a new one is refused in words")
    void saysThatAQuotedMessageWasRemoved() {
        try (TrimmedCluster log = new TrimmedCluster(folder);
                Chromium chromium = new Chromium()) {
            String page = log.nodes().node(1).url();
            log.say(1, "{\"sender\":\"bob\",\"room\":\"quiet\",\"text\":\"a quiet question\"}");
            log.say(1, "{\"sender\":\"bob\",\"text\":\"a question\"}");
            log.post(1, 2_000);
            log.say(1, "{\"sender\":\"eve\",\"room\":\"quiet\",\"text\":\"a quiet answer\",\"reply\":1}");
            log.say(1, "{\"sender\":\"eve\",\"text\":\"an answer\",\"reply\":2}");
            Person ada = chromium.person("ada").open(page, "quiet").sees("a quiet answer");
            Person early = chromium.person("early").open(page, "general");
            early.see(quote(early, 2), "a question");
            early.page().locator("#scroller").evaluate("scroller => scroller.scrollTop -= 200");

            log.post(1, 1_500);
            log.awaitTrimmed(2);
            Person late = chromium.person("late").open(page, "quiet");

            late.sees("a quiet answer").see(quote(late, 1), "Message 1 was removed by retention");
            assertThat(quote(late, 1).isDisabled()).isTrue();
            List<String> before = early.texts();
            early.see(quote(early, 2), "a question");
            quote(early, 2).dispatchEvent("click");
            early.see(quote(early, 2), "Message 2 was removed by retention");
            assertThat(quote(early, 2).isDisabled()).isTrue();
            assertThat(early.texts()).as("one stays where one was").isEqualTo(before);
            ada.does("reply", ada.page().locator("#messages .message[data-seq='1']"))
                    .say("too late");
            ada.see(ada.pending(), "Refused: message 1 was removed by retention");
            for (Person person : List.of(ada, early, late)) {
                assertThat(person.errors()).isEmpty();
            }
        }
    }

    private static Locator quote(Person person, int seq) {
        return person.page().locator("#messages .quote[data-goto='" + seq + "']");
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
