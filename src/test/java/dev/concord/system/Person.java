package dev.concord.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ReducedMotion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Somebody who chats in a browser: does what a person does, and sees what a person sees.
final class Person implements AutoCloseable {
    /// How long the page may take to show something; a leader may have to be elected meanwhile.
    private static final double PATIENCE_MS = 30_000;

    private final String name;
    private final BrowserContext context;
    private final Page page;
    private final List<String> errors = new ArrayList<>();

    Person(String name, BrowserContext context) {
        this.name = name;
        this.context = context;
        context.setDefaultTimeout(PATIENCE_MS);
        this.page = context.newPage();
        page.onPageError(errors::add);
        page.onConsoleMessage(message -> {
            // A node that is down is no fault of the page; a policy that is broken is.
            if (message.text().contains("Content Security Policy")) {
                errors.add(message.text());
            }
        });
    }

    BrowserContext context() {
        return context;
    }

    Page page() {
        return page;
    }

    /// What went wrong in the page itself.
    List<String> errors() {
        return List.copyOf(errors);
    }

    /// Opens the page of a node, in a room, and says who it is.
    Person open(String url, String room) {
        return visit(url, room).introduce();
    }

    /// Says who it is.
    Person introduce() {
        page.locator("#name").fill(name);
        page.keyboard().press("Enter");
        assertThat(page.locator("#text")).isFocused();
        return this;
    }

    Person visit(String url, String room) {
        page.navigate(url + "/#" + room);
        return awaitLive();
    }

    Person reload() {
        page.reload();
        return awaitLive();
    }

    /// What one may do with a message, by its button.
    Person does(String what, Locator message) {
        message.hover();
        message.locator("[data-does=" + what + "]").click();
        return this;
    }

    Person awaitLive() {
        see(page.locator("#connection"), "Live at node");
        return this;
    }

    Person awaitLiveAt(int node) {
        see(page.locator("#connection"), "Live at node " + node);
        return this;
    }

    Person say(String text) {
        page.locator("#text").fill(text);
        page.keyboard().press("Enter");
        return this;
    }

    /// The committed message with this text.
    Locator message(String text) {
        return page.locator("#messages .message")
                .filter(new Locator.FilterOptions()
                        .setHas(page.getByText(text, new Page.GetByTextOptions().setExact(true))));
    }

    Locator pending() {
        return page.locator("#pending .message");
    }

    Person sees(String text) {
        assertThat(message(text)).isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(PATIENCE_MS));
        return this;
    }

    /// Sees a message of its own become durable.
    Person seesDurable(String text) {
        see(message(text).locator(".state"), "Durable");
        return this;
    }

    Person see(Locator where, String text) {
        assertThat(where).containsText(text, new LocatorAssertions.ContainsTextOptions().setTimeout(PATIENCE_MS));
        return this;
    }

    void see(Locator where, Pattern text) {
        assertThat(where).containsText(text, new LocatorAssertions.ContainsTextOptions().setTimeout(PATIENCE_MS));
    }

    /// The texts of all messages in view, in their order.
    List<String> texts() {
        return page.locator("#messages .message .body").allInnerTexts();
    }

    /// A figure of the ledger.
    Locator ledger(String figure) {
        return page.locator("#ledger > div")
                .filter(new Locator.FilterOptions()
                        .setHas(page.getByText(figure, new Page.GetByTextOptions().setExact(true))))
                .locator("dd");
    }

    /// Takes a picture for the docs, if `-Dscreenshots.update=true` asks for new ones.
    void picture(String title) {
        if (Boolean.getBoolean("screenshots.update")) {
            page.mouse().move(0, 0);
            page.emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.REDUCE));
            assertThat(page.locator("#map .pulse, #map .ripple")).hasCount(0);
            page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("docs/images", title + ".png")));
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
