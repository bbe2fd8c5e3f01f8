package dev.concord.runtime;

import dev.concord.node.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/// The thread that steps the node: takes what has arrived, in order, and never blocks. Producers that are too fast are
/// made to wait at the bounded inbox; that is what slows a flooding peer down (I17).
///
/// Time passes for the node only after the backlog that was there has been read, so that a pause of the process does
/// not look like silence of the others (F6).
final class EventLoop {
    /// Events that wait at most.
    static final int INBOX_EVENTS = 8192;
    /// Events stepped before effects that can wait (flushing sockets, reporting status) are carried out.
    static final int MAX_BATCH = 256;

    private final ArrayBlockingQueue<Event> inbox = new ArrayBlockingQueue<>(INBOX_EVENTS);
    private final Work work;
    private final FatalExit fatal;
    private final Thread thread;
    private volatile boolean sleeping;
    private volatile boolean stopped;

    /// What the loop does; all methods are called on the loop's thread.
    interface Work {
        /// Handles what came in besides the inbox (disk completions, submissions); returns the number of events.
        int pollOthers();

        /// Whether [#pollOthers] would find anything.
        boolean hasOthers();

        void step(Event event);

        /// Ends a batch of `events` events, at least one.
        void finish(int events);

        /// When time has to pass next, in `System.nanoTime` units.
        long nextWakeUp();
    }

    EventLoop(Work work, FatalExit fatal) {
        this.work = work;
        this.fatal = fatal;
        this.thread = Thread.ofPlatform().name("concord-loop").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// Hands in an event; waits while the inbox is full. Gives up silently when the loop has stopped.
    void put(Event event) {
        try {
            while (!inbox.offer(event, 100, java.util.concurrent.TimeUnit.MILLISECONDS)) {
                if (stopped) {
                    return;
                }
            }
            wake();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Makes the loop look again.
    void wake() {
        if (sleeping) {
            LockSupport.unpark(thread);
        }
    }

    /// Events that wait.
    int waiting() {
        return inbox.size();
    }

    boolean isLoopThread() {
        return Thread.currentThread() == thread;
    }

    /// Stops the loop after the batch under way and waits for its end.
    void stop() {
        stopped = true;
        LockSupport.unpark(thread);
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        List<Event> batch = new ArrayList<>(MAX_BATCH);
        try {
            while (!stopped) {
                turn(batch);
            }
        } catch (RuntimeException | Error e) {
            fatal.exit("the node met a state that must not be: " + e + "; it stops and leaves all files as they are. "
                    + "Keep the data directory and the log for an examination");
        }
    }

    /// One round. It is a method because Java compiles a method that is called often, and not one that is called once
    /// and stays in its loop for as long as the node lives.
    private void turn(List<Event> batch) {
        int events = work.pollOthers();
        inbox.drainTo(batch, MAX_BATCH);
        batch.forEach(work::step);
        events += batch.size();
        boolean backlog = batch.size() == MAX_BATCH;
        batch.clear();
        if (!backlog && System.nanoTime() - work.nextWakeUp() >= 0) {
            work.step(new Event.TimePassed());
            events++;
        }
        if (events > 0) {
            work.finish(events);
        } else {
            sleep();
        }
    }

    private void sleep() {
        sleeping = true;
        if (inbox.isEmpty() && !work.hasOthers() && !stopped) {
            long nanos = work.nextWakeUp() - System.nanoTime();
            if (nanos > 0) {
                LockSupport.parkNanos(this, nanos);
            }
        }
        sleeping = false;
    }
}
