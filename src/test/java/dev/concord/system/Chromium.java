package dev.concord.system;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.util.List;
import java.util.Map;

/// One headless browser. Each person is a context of it, with a storage of its own.
final class Chromium implements AutoCloseable {
    /// What the browser would do besides, all of it towards other machines.
    private static final List<String> QUIET = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    private final Playwright playwright =
            Playwright.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    private final Browser browser = playwright
            .chromium()
            .launch(new BrowserType.LaunchOptions()
                    .setExecutablePath(NeedsChromium.CHROMIUM)
                    .setArgs(QUIET));

    /// A person at a desk, in the light.
    Person person(String name) {
        return person(name, options());
    }

    Person person(String name, Browser.NewContextOptions options) {
        return new Person(name, browser.newContext(options));
    }

    /// Another tab of the same browser: what is kept for good is there, what belongs to a tab is not.
    BrowserContext sameBrowser(Person person) {
        String kept = person.context().storageState();
        return browser.newContext(options().setStorageState(kept));
    }

    static Browser.NewContextOptions options() {
        return new Browser.NewContextOptions().setViewportSize(1360, 860).setLocale("en-GB");
    }

    static Browser.NewContextOptions phone() {
        return options()
                .setViewportSize(390, 844)
                .setDeviceScaleFactor(2)
                .setHasTouch(true)
                .setIsMobile(true);
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
