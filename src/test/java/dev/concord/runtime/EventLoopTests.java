package dev.concord.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.node.Event;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventLoopTests {
    private final List<Event> stepped = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger finished = new AtomicInteger();
    private final CompletableFuture<String> lastLine = new CompletableFuture<>();
    private final CountDownLatch gate = new CountDownLatch(1);
    private volatile long wakeUp = Long.MAX_VALUE / 2;
    private volatile boolean blocked;
    private EventLoop loop = loop();

    private EventLoop loop() {
        return new EventLoop(
                new EventLoop.Work() {
                    @Override
                    public int pollOthers() {
                        return 0;
                    }

                    @Override
                    public boolean hasOthers() {
                        return false;
                    }

                    @Override
                    public void step(Event event) {
                        if (event instanceof Event.TimePassed) {
                            wakeUp = Long.MAX_VALUE / 2;
                        }
                        if (event instanceof Event.StopRequested) {
                            throw new IllegalStateException("two leaders in one term");
                        }
                        stepped.add(event);
                        if (blocked) {
                            await(gate);
                        }
                    }

                    @Override
                    public void finish(int events) {
                        finished.addAndGet(events);
                    }

                    @Override
                    public long nextWakeUp() {
                        return wakeUp;
                    }
                },
                lastLine::complete);
    }

    @AfterEach
    void stop() {
        gate.countDown();
        loop.stop();
    }

    @Test
    void stepsEventsInTheOrderOfTheirArrival() {
        loop.start();
        for (long ticket = 1; ticket <= 1000; ticket++) {
            loop.put(new Event.Persisted(ticket));
        }
        until(() -> finished.get() == 1000);
        for (int i = 0; i < 1000; i++) {
            assertThat(stepped.get(i)).isEqualTo(new Event.Persisted(i + 1));
        }
    }

    @Test
    void letsTimePassWhenItIsDue() {
        loop.start();
        wakeUp = System.nanoTime() + 1_000_000;
        loop.put(new Event.Persisted(1));
        until(() -> stepped.contains(new Event.TimePassed()));
    }

    /// F6: what gathered during a pause is read before time passes.
    @Test
    void readsTheBacklogBeforeTimePasses() {
        int backlog = 3 * EventLoop.MAX_BATCH;
        for (long ticket = 1; ticket <= backlog; ticket++) {
            loop.put(new Event.Persisted(ticket));
        }
        wakeUp = System.nanoTime() - 1;
        loop.start();
        until(() -> finished.get() == backlog + 1);
        assertThat(stepped.getLast()).isEqualTo(new Event.TimePassed());
    }

    @Test
    void aFullInboxMakesItsProducersWait() throws Exception {
        blocked = true;
        loop.start();
        loop.put(new Event.Persisted(0));
        until(() -> stepped.size() == 1);
        for (int i = 0; i < EventLoop.INBOX_EVENTS; i++) {
            loop.put(new Event.Persisted(i));
        }
        Thread producer = Thread.ofVirtual().start(() -> loop.put(new Event.TimePassed()));
        assertThat(producer.join(java.time.Duration.ofMillis(50))).isFalse();
        blocked = false;
        gate.countDown();
        producer.join();
        until(() -> finished.get() >= EventLoop.INBOX_EVENTS + 2);
    }

    @Test
    void aBrokenRuleStopsTheProcessWithAClearLastLine() {
        loop.start();
        loop.put(new Event.StopRequested());
        assertThat(lastLine.orTimeout(10, TimeUnit.SECONDS).join())
                .contains("two leaders in one term")
                .contains("leaves all files as they are");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void until(java.util.function.BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("condition within 10 s").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
