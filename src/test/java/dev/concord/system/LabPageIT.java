package dev.concord.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The lab on the page, used with the mouse and the keyboard while somebody chats.
@ExtendWith(NeedsChromium.class)
class LabPageIT {
    @TempDir
    private static Path folder;

    private static UpProcess up;
    private static Lab lab;
    private static Chromium chromium;

    @BeforeAll
    static void start() throws IOException {
        int ports = ClusterProcesses.freeRun(10);
        up = new UpProcess(folder, 3, ports, ports + 3, "--lab", "--lab-port", "" + (ports + 9)).awaitReady();
        lab = new Lab("http://127.0.0.1:" + (ports + 9));
        chromium = new Chromium();
    }

    @AfterAll
    static void stop() {
        chromium.close();
        up.close();
    }

    @BeforeEach
    void makeWell() {
        lab.order("heal");
        ClusterProcesses.await(
                "all nodes follow a leader",
                () -> up.livingIds().size() == 3
                        && up.livingIds().stream()
                                .allMatch(id -> up.api(id).cluster().leader() != 0));
    }

    @Test
    void aPersonKillsTheLeaderSeesTheElectionAndChatsOn() {
        int leader = up.api(1).cluster().leader();
        int other = leader == 1 ? 2 : 1;
        try (Person ada = chromium.person("ada").open(up.api(other).url(), "general")) {
            Page page = ada.page();
            button(page, "Kill node " + leader).click();

            assertThat(button(page, "Start node " + leader)).isVisible();
            assertThat(page.locator(".note[data-line]").last()).hasText("node " + leader + ": killed");
            assertThat(page.locator(".arrow.k-coordinator text").last()).hasText(Pattern.compile("COORDINATOR \\d+"));
            ada.say("still here");
            assertThat(page.locator("#messages").getByText("still here")).isVisible(patient());

            picture(page);

            page.locator(".lab-table summary").click();
            assertThat(page.locator(".lab-table tbody")).containsText("I lead term");
            assertThat(page.locator(".lab-table tbody")).containsText("killed");

            button(page, "Start node " + leader).click();
            assertThat(button(page, "Kill node " + leader)).isVisible();
            assertThat(ada.errors()).isEmpty();
        }
    }

    @Test
    void whatIsDoneToNodesDisksAndLinksShowsAndCanBeUndoneAtOnce() {
        try (Person ada = chromium.person("ada").open(up.api(1).url(), "general")) {
            Page page = ada.page();
            button(page, "Pause node 2").click();
            assertThat(button(page, "Go on node 2")).isVisible();
            assertThat(lab.node(2).process()).isEqualTo("paused");
            button(page, "Go on node 2").click();
            assertThat(button(page, "Pause node 2")).isVisible();
            button(page, "Cut off node 3").click();
            assertThat(button(page, "Heal node 3")).isVisible();
            assertThat(lab.node(3).cut()).isTrue();
            page.getByLabel("Link from node 1 to node 2").selectOption("silence 0");
            ClusterProcesses.await(
                    "the link is cut",
                    () -> lab.links().stream()
                            .anyMatch(
                                    l -> l.from() == 1 && l.to() == 2 && l.cut().equals("silence")));
            page.getByLabel("Disk of node 1").selectOption("250");
            ClusterProcesses.await("the disk is slow", () -> lab.node(1).diskDelayMs() == 250);

            button(page, "Make all well").click();

            assertThat(button(page, "Cut off node 3")).isVisible();
            assertThat(page.getByLabel("Link from node 1 to node 2")).hasValue("none 0");
            assertThat(page.getByLabel("Disk of node 1")).hasValue("0");
            assertThat(ada.errors()).isEmpty();
        }
    }

    @Test
    void arrowsAreExplainedToWhoUsesTheKeyboard() {
        lab.order("nodes/" + up.api(1).cluster().leader() + "/kill");
        int living = up.livingIds().getFirst();
        try (Person ada = chromium.person("ada").open(up.api(living).url(), "general")) {
            Page page = ada.page();
            assertThat(page.locator(".arrow").first()).isVisible();
            page.locator(".lab-scroller").focus();
            page.keyboard().press("ArrowDown");
            assertThat(page.locator(".lab-said")).containsText(Pattern.compile("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} "));
            String said = page.locator(".lab-said").innerText();
            page.keyboard().press("ArrowUp");
            assertThat(page.locator(".lab-said")).not().hasText(said);
        }
    }

    @Test
    void itIsAccessibleAndFitsAPhone() {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            try (Person ada = chromium.person("ada", Chromium.phone().setColorScheme(scheme))
                    .open(up.api(1).url(), "general")) {
                Page page = ada.page();
                page.locator("#show-cluster").click();
                page.locator(".lab-table summary").click();
                assertThat(page.locator("#lab")).isVisible();
                assertThat(
                                page.evaluate(
                                        "document.querySelector('#lab').scrollWidth <= document.querySelector('#lab').clientWidth"))
                        .isEqualTo(true);
                assertThat(new AxeBuilder(page)
                                .include("#lab").analyze().getViolations().stream()
                                        .filter(rule ->
                                                List.of("serious", "critical").contains(rule.getImpact()))
                                        .map(rule -> rule.getId() + " " + rule.getNodes())
                                        .toList())
                        .as(scheme.toString())
                        .isEmpty();
            }
        }
    }

    @Test
    void aNodeInNoLabShowsNone(@TempDir Path other) {
        try (ClusterProcesses alone = new ClusterProcesses(other, 1).start().awaitReady();
                Person ada = chromium.person("ada").open(alone.node(1).url(), "general")) {
            ada.say("no lab here");
            assertThat(ada.page().locator("#messages").getByText("no lab here")).isVisible(patient());
            assertThat(ada.page().locator("#lab")).isHidden();
            assertThat(ada.page().locator("link[href='/lab.css']")).hasCount(0);
        }
    }

    /// With `-Dscreenshots.update=true`, the picture of the docs.
    private static void picture(Page page) {
        if (Boolean.getBoolean("screenshots.update")) {
            page.setViewportSize(1360, 1100);
            assertThat(page.locator(".arrow.lost").first()).isVisible(); // the dead node is known to be dead
            page.locator("#lab").evaluate("lab => lab.parentElement.scrollTop = lab.offsetTop - 70");
            page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("docs", "images", "lab.png")));
        }
    }

    private static Locator button(Page page, String name) {
        return page.locator("#lab")
                .getByRole(
                        AriaRole.BUTTON,
                        new Locator.GetByRoleOptions().setName(name).setExact(true));
    }

    private static LocatorAssertions.IsVisibleOptions patient() {
        return new LocatorAssertions.IsVisibleOptions().setTimeout(30_000);
    }
}
