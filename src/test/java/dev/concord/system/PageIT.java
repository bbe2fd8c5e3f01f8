package dev.concord.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The page, as people use it: browsers at three nodes, of which some die.
@ExtendWith(NeedsChromium.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageIT {
    @TempDir
    private static Path folder;

    private ClusterProcesses cluster;
    private Chromium chromium;
    private Person ada;
    private Person bob;

    @BeforeAll
    void start() {
        cluster = new ClusterProcesses(folder, 3, "preempt_stable_ms: 100").start();
        chromium = new Chromium();
        cluster.awaitReady();
    }

    @AfterAll
    void stop() {
        chromium.close();
        cluster.close();
    }

    @BeforeEach
    void arrive() {
        cluster.awaitLeader(1, 3);
        ada = chromium.person("ada");
        bob = chromium.person("bob");
    }

    @AfterEach
    void leave() {
        List<String> errors = List.of(ada.errors().toString(), bob.errors().toString());
        ada.close();
        bob.close();
        for (NodeProcess node : cluster.all()) {
            if (!node.isAlive()) {
                node.start();
            }
        }
        assertThat(errors).as("faults of the page itself").containsOnly("[]");
    }

    private String url(int node) {
        return cluster.node(node).url();
    }

    @Test
    void twoPeopleAtTwoNodesSeeTheSameOrder() {
        ada.open(url(1), "general");
        bob.open(url(2), "general");

        ada.say("hello, @bob").seesDurable("hello, @bob");
        bob.sees("hello, @bob").say("hello, ada").seesDurable("hello, ada");
        ada.sees("hello, ada");

        assertThat(ada.texts()).containsExactly("hello, @bob", "hello, ada").isEqualTo(bob.texts());
        bob.see(bob.page().locator(".message.mention"), "hello, @bob");
        ada.see(
                ada.message("hello, @bob").locator(".state"),
                Pattern.compile("Durable on nodes [123](, [123])? and [123] · "));
        ada.awaitLiveAt(1);
        bob.awaitLiveAt(2);
        ada.see(ada.ledger("Sent"), "1");
        ada.see(ada.page().locator("#ledger-proof"), "1 of 1 acknowledged messages were seen exactly once");
    }

    @Test
    void theLeaderDiesBetweenTwoMessages() {
        ada.open(url(1), "incidents");
        bob.open(url(3), "incidents");
        ada.say("Ready when you are.").seesDurable("Ready when you are.");
        bob.sees("Ready when you are.");

        cluster.node(3).kill();
        ada.say("Still here, and nothing is missing.");
        bob.say("My node is gone, and I hardly noticed.");

        ada.seesDurable("Still here, and nothing is missing.").sees("My node is gone, and I hardly noticed.");
        bob.seesDurable("My node is gone, and I hardly noticed.")
                .sees("Still here, and nothing is missing.")
                .awaitLive();
        assertThat(ada.texts())
                .containsExactlyInAnyOrder(
                        "Ready when you are.",
                        "Still here, and nothing is missing.",
                        "My node is gone, and I hardly noticed.");
        assertThat(bob.texts()).isEqualTo(ada.texts());
        for (Person person : List.of(ada, bob)) {
            assertThat(person.ledger("Lost")).hasText("0");
            assertThat(person.ledger("Doubled")).hasText("0");
            person.see(person.page().locator("#headline"), "Node 2 leads");
            person.see(person.page().locator("#headline"), "node 3 missing");
        }
        ada.see(
                ada.page().locator("#events"),
                Pattern.compile("Node 1 follows node 2 in term \\d+, after .* without a leader"));
        ada.page().setViewportSize(1280, 1140);
        ada.picture("page-leader-killed");
        bob.see(bob.page().locator("#events"), "gets no answer from node 3");
        bob.see(bob.page().locator("#connection"), Pattern.compile("node [12]"));
    }

    @Test
    void whatIsUnderWaySurvivesAReloadAndIsStoredOnce() {
        ada.open(url(1), "travel");
        // Each answer gets lost on its way back: the message is stored, and the page cannot know.
        ada.context().route("**/api/messages", route -> {
            if (route.request().method().equals("POST")) {
                route.fetch();
                route.abort();
            } else {
                route.resume();
            }
        });
        ada.say("once");
        ada.sees("once");
        ada.see(ada.message("once").locator(".state"), "Unknown whether it is stored");

        ada.reload();
        ada.context().unrouteAll();

        ada.seesDurable("once");
        assertThat(cluster.api(2).history())
                .filteredOn(m -> m.text().equals("once"))
                .hasSize(1);
        assertThat(ada.ledger("Sent")).hasText("1");
        assertThat(ada.ledger("Doubled")).hasText("0");
        assertThat(ada.page()
                        .evaluate("localStorage.length && Object.keys(localStorage).filter("
                                + "key => key.startsWith('concord.outbox.')).length"))
                .isEqualTo(0);
    }

    @Test
    void offlineAndBackNothingIsMissedAndNothingIsLost() {
        ada.open(url(1), "trains");
        bob.open(url(2), "trains");
        ada.say("one").seesDurable("one");

        ada.context().setOffline(true);
        assertThat(ada.page().locator("#connection")).not().containsText("Live");
        ada.say("said offline");
        assertThat(ada.pending()).hasCount(1);
        ada.see(ada.page().locator("#kept"), "1 message waits in this browser");
        ada.see(ada.page().locator("#kept"), "come back to " + url(1));
        bob.say("meanwhile").seesDurable("meanwhile");
        ada.context().setOffline(false);

        ada.awaitLive().sees("meanwhile").seesDurable("said offline");
        assertThat(ada.pending()).hasCount(0);
        assertThat(ada.page().locator("#kept")).isHidden();
        bob.sees("said offline");
        assertThat(ada.ledger("Lost")).hasText("0");
        assertThat(ada.ledger("Doubled")).hasText("0");
        assertThat(ada.texts())
                .containsExactly("one", "meanwhile", "said offline")
                .isEqualTo(bob.texts());
    }

    @Test
    void nothingThatIsWrittenBecomesMoreThanText() {
        String script = "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script>";
        ada.open(url(1), "security");
        cluster.api(1)
                .post("{\"room\":\"security\",\"sender\":\"<b onclick=x>eve</b>\",\"text\":\""
                        + script.replace("\"", "\\\"") + "\"}");
        ada.sees(script);
        ada.say(
                "javascript:alert(1) data:text/html,x https://concord.example/a?b=<i>#c, and (https://x.example/y_(z)).");

        assertThat(ada.page().locator("#messages img, #messages script, #messages b, #messages i"))
                .hasCount(0);
        assertThat(ada.page().locator("#messages .sender").first()).hasText("<b onclick=x>eve</b>");
        Locator links = ada.page().locator("#messages .body a");
        assertThat(links).hasCount(2);
        assertThat(links.nth(0)).hasAttribute("href", "https://concord.example/a?b=");
        assertThat(links.nth(0)).hasAttribute("rel", "noopener noreferrer nofollow");
        assertThat(links.nth(1)).hasAttribute("href", "https://x.example/y_(z)");
        ada.page().navigate(url(1) + "/#<script>document.title='broken'</script>");
        assertThat(ada.page().locator("#room-title")).hasText("#general");
        assertThat(ada.page()).hasTitle("#general · Concord");
    }

    @Test
    void aMessageIsChangedAnsweredAndTakenBack() {
        ada.open(url(1), "drafts");
        bob.open(url(2), "drafts");
        ada.say("helo").seesDurable("helo");
        bob.sees("helo");

        ada.page().keyboard().press("ArrowUp");
        assertThat(ada.page().locator("#text")).hasValue("helo");
        ada.say("hello");
        Locator changed = bob.page().locator(".message", new Page.LocatorOptions().setHasText("hello"));
        bob.see(changed.locator(".edited"), "edited");
        assertThat(changed.locator("[data-does=edit]")).hasCount(0);

        bob.does("reply", changed).say("hello to you").seesDurable("hello to you");
        ada.sees("hello to you");
        ada.see(ada.message("hello to you").locator(".quote"), "ada");
        ada.see(ada.message("hello to you").locator(".quote"), "hello");

        ada.does("delete", ada.page().locator(".message").first());
        for (Person person : List.of(ada, bob)) {
            person.sees("This message was deleted.");
            assertThat(person.page().locator("#messages .message")).hasCount(2);
            assertThat(person.pending()).hasCount(0);
        }
        bob.reload();
        assertThat(bob.page().locator("#messages .message")).hasCount(2);
        bob.sees("This message was deleted.").sees("hello to you");
        ada.page().locator("#text").press("ArrowUp");
        assertThat(ada.page().locator("#text")).hasValue(""); // what is deleted is not changed
    }

    @Test
    void aNodeThatStandsStillIsLeftForAnother() {
        ada.open(url(3), "ops");
        bob.open(url(1), "ops");
        ada.say("moving").seesDurable("moving");

        cluster.node(3).pause();
        try {
            ada.say("still here").seesDurable("still here");
            bob.sees("still here");
            ada.see(ada.page().locator("#connection"), Pattern.compile("Live at node [12]"));
        } finally {
            cluster.node(3).resume();
        }
        bob.say("welcome back").seesDurable("welcome back");
        ada.sees("welcome back");
        assertThat(ada.texts()).containsExactly("moving", "still here", "welcome back");
        assertThat(ada.ledger("Doubled")).hasText("0");
    }

    @Test
    void whoIsHereAndWhoIsWritingIsShown() {
        ada.open(url(1), "party");
        ada.see(ada.page().locator("#people-list"), "ada (you)");
        bob.open(url(2), "party");
        ada.see(ada.page().locator("#people-list"), "bob");

        bob.page().locator("#text").fill("I am about to say");
        ada.see(ada.page().locator("#typing"), "bob is writing …");
        ada.page().locator("#text").fill("so am I");
        bob.see(bob.page().locator("#typing"), "ada is writing …");
        assertThat(ada.page().locator("#typing")).not().containsText("ada");
        ada.page().locator("#text").fill("");
        bob.awaitLiveAt(2).say("something").seesDurable("something");
        ada.sees("something");
        assertThat(ada.page().locator("#typing")).isEmpty(new LocatorAssertions.IsEmptyOptions().setTimeout(2_000));

        bob.page().navigate("about:blank");
        assertThat(ada.page().locator("#people-list"))
                .not()
                .containsText("bob", new LocatorAssertions.ContainsTextOptions().setTimeout(30_000));
    }

    @Test
    void everybodyIsSeenInTheRoomTheyLookAt() {
        ada.open(url(1), "hall");
        bob.open(url(2), "hall");
        ada.see(ada.page().locator("#people-list"), "bob");
        ada.see(ada.page().locator("#here"), "2 here");
        assertThat(cluster.api(3).get("/api/presence?room=hall").body())
                .contains("{\"name\":\"ada\",\"rooms\":[\"hall\"],\"nodes\":[1]}");

        bob.page().navigate(url(2) + "/#garden");
        ada.see(ada.page().locator("#elsewhere-list"), "bob");
        ada.see(ada.page().locator("#elsewhere-list"), "#garden");
        ada.see(ada.page().locator("#here"), "1 here");
        bob.see(bob.page().locator("#elsewhere-list"), "ada");
        assertThat(bob.page().locator("#people-list")).not().containsText("ada");

        ada.page().navigate(url(1) + "/#garden");
        bob.see(bob.page().locator("#here"), "2 here");
        ada.awaitLive().say("nothing is missed by moving").seesDurable("nothing is missed by moving");
        bob.sees("nothing is missed by moving");
        assertThat(ada.page().locator("#elsewhere")).isHidden();
    }

    @Test
    void changesAreFoldedAsInTheLogAndLeaveNothingUnread() {
        ada.open(url(1), "folding").page().navigate(url(1) + "/#lobby");
        bob.open(url(2), "folding");
        Locator unread = ada.page().locator("[data-room=folding] .count");
        long seq = asEve("\"text\":\"one\"");
        bob.sees("one").does("reply", bob.message("one")).say("yes").seesDurable("yes");
        Locator first = bob.page().locator("#messages .message").first();
        Locator quote = bob.message("yes").locator(".quote");
        bob.see(quote, "one");
        ada.see(unread, "2");

        asEve("\"text\":\"two\",\"edit\":" + seq);
        bob.see(first, "two").see(quote, "two");
        asEve("\"text\":\"three\",\"edit\":" + seq);
        bob.see(first, "three").see(quote, "three");
        asEve("\"delete\":" + seq);
        bob.sees("This message was deleted.").see(quote, "deleted");
        // Only a race lets an edit come behind a delete; then it counts for nothing.
        bob.page().evaluate("""
                        seq => import("/js/page.js").then(({ client }) => client.tell("message", { seq: client.live.cursor,
                          term: 1, id: "late", room: "folding", sender: "eve", text: "late", edit: seq, at: "2026-11-22T07:30:00.123Z" }))""", (double) seq);
        bob.say("the last word").seesDurable("the last word");

        assertThat(bob.texts()).containsExactly("This message was deleted.", "yes", "the last word");
        ada.see(unread, "3");
    }

    private long asEve(String fields) {
        return cluster.api(1)
                .post("{\"room\":\"folding\",\"sender\":\"eve\"," + fields + "}")
                .json()
                .get("seq")
                .asLong();
    }

    @Test
    void aChangeThatOvertakesThePageOfItsMessageIsShown() {
        StringBuilder lines = new StringBuilder();
        for (int i = 1; i <= 150; i++) {
            lines.append("{\"room\":\"race\",\"sender\":\"eve\",\"text\":\"line ")
                    .append(i)
                    .append("\"}\n");
        }
        cluster.api(1).bulk(lines.toString());
        long first = cluster.api(1)
                .get("/api/messages?room=race&after=0&limit=1")
                .json()
                .at("/messages/0/seq")
                .asLong();
        List<Runnable> held = new ArrayList<>();
        ada.page().route("**/api/messages?*before=*", route -> {
            APIResponse answer = route.fetch();
            held.add(() -> route.fulfill(new Route.FulfillOptions().setResponse(answer)));
        });
        ada.open(url(1), "race").sees("line 150");
        ada.page().locator("#scroller").evaluate("scroller => scroller.scrollTop = 0");
        ada.page().waitForCondition(() -> held.size() == 1);
        cluster.api(1)
                .post("{\"room\":\"race\",\"sender\":\"eve\",\"text\":\"changed meanwhile\",\"edit\":" + (first + 80)
                        + "}");
        ada.page()
                .waitForFunction(
                        "newest => import('/js/page.js').then(({ client }) => client.live.cursor >= newest)",
                        (double) cluster.api(1).newestSeq());
        assertThat(ada.message("line 81")).hasCount(0);

        held.removeFirst().run();

        ada.see(ada.page().locator("#messages"), "changed meanwhile");
        assertThat(ada.message("line 81")).hasCount(0);
    }

    @Test
    void aNodeThatIsBehindWhatWasSeenIsAskedAgain() {
        ada.open(url(1), "hallway");
        bob.open(url(2), "late").say("already seen by others").seesDurable("already seen by others");
        ada.page()
                .waitForFunction(
                        "newest => import('/js/page.js').then(({ client }) => client.live.cursor >= newest)",
                        (double) cluster.api(2).newestSeq());
        AtomicInteger asked = new AtomicInteger();
        ada.page().route("**/api/messages?*room=late*", route -> {
            if (asked.incrementAndGet() == 1) {
                route.fulfill(new Route.FulfillOptions()
                        .setBody("{\"messages\":[],\"earliest\":1,\"commit\":0,\"next\":0,\"prev\":null}"));
            } else {
                route.resume();
            }
        });
        ada.page().navigate(url(1) + "/#late");

        ada.sees("already seen by others");
        assertThat(asked).hasValueGreaterThan(1);
    }

    @Test
    void anAcknowledgementThatIsNotTrueIsNoticed() {
        ada.open(url(1), "forged");
        bob.open(url(1), "forged").say("the first of all").seesDurable("the first of all");
        ada.page().route("**/api/messages", route -> {
            if (route.request().method().equals("POST")) {
                route.fulfill(new Route.FulfillOptions()
                        .setStatus(201)
                        .setBody("{\"seq\":1,\"term\":1,\"durableOn\":[3,1]}"));
            } else {
                route.resume();
            }
        });
        ada.say("into the void");

        assertThat(ada.ledger("Durable")).hasText("1");
        assertThat(ada.ledger("Lost")).hasText("1");
    }

    /// A connection that hands each message of the chat to the page twice.
    private static final String DELIVERING_TWICE = """
            const Real = WebSocket;
            window.WebSocket = class extends Real {
              set onmessage(handler) {
                super.onmessage = (event) => {
                  handler(event);
                  const frame = typeof event.data === "string" ? event.data : new TextDecoder().decode(event.data);
                  if (frame.startsWith("MESSAGE") && frame.includes("destination:/topic/chat")) handler(event);
                };
              }
            };""";

    @Test
    void whatComesTwiceIsShownOnceAndCounted() {
        ada.page().addInitScript(DELIVERING_TWICE);
        ada.open(url(1), "echo");
        ada.say("an echo").seesDurable("an echo");

        assertThat(ada.ledger("Doubled")).hasText("1");
        assertThat(ada.texts()).containsExactly("an echo");
    }
}
