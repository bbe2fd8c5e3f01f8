package dev.concord.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Reads what lies in the jar on a thread of the system, whoever asks.
///
/// A virtual thread that loads a class holds its carrier while it waits for the locks of the jar. A virtual thread that
/// only reads a file of the jar gives its carrier away when it waits, and may be handed such a lock without having a
/// carrier to go on with. As many requests that load classes as there are carriers then wait for it, and it for them:
/// the node stands still. It happens within the first requests after a start, when classes are still to be loaded.
///
/// The reason is in `docs/decisions/0073-the-jar-is-read-by-threads-of-the-system.md`. Safe for all threads; what
/// waits here is one reading for each request at most.
public final class JarReader {
    private static final int IDLE_SECONDS = 10;

    private final ThreadPoolExecutor reader = new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("jar-reader").factory());

    /// A reader whose thread ends when nobody has asked for a while.
    public JarReader() {
        reader.allowCoreThreadTimeOut(true);
    }

    /// Waits for what `reading` finds.
    ///
    /// @throws UncheckedIOException if the jar cannot be read
    /// @throws IllegalStateException if the waiting thread is interrupted
    public <T extends @Nullable Object> T read(Callable<T> reading) {
        Future<T> result = reader.submit(reading);
        try {
            return result.get();
        } catch (InterruptedException e) {
            result.cancel(false);
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a file of the program was read", e);
        } catch (ExecutionException e) {
            throw unwrapped(e.getCause());
        }
    }

    private static RuntimeException unwrapped(@Nullable Throwable cause) {
        return switch (cause) {
            case IOException io -> new UncheckedIOException(io);
            case RuntimeException runtime -> runtime;
            case Error error -> throw error;
            case null, default -> new IllegalStateException(cause);
        };
    }
}
