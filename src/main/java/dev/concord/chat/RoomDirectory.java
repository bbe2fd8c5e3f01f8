package dev.concord.chat;

import dev.concord.node.EventAction;
import dev.concord.protocol.LogEntry;
import dev.concord.runtime.CommittedLog;
import dev.concord.runtime.LogReader;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which rooms there are, with the number of their messages and the newest one. Starts from what the closed segments
/// have noted, reads the rest in the background, then follows the log as any reader does.
///
/// A room exists once a message names it. A client could name a new one with each message; so that this costs no memory
/// without bound, only the first [#MAX_ROOMS] rooms are listed, and the listing says so.
public final class RoomDirectory implements AutoCloseable {
    /// Most rooms that are listed.
    static final int MAX_ROOMS = 10_000;
    /// How long a listing waits for the directory to have read everything that was committed when it was asked for.
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final int PAGE_ENTRIES = 1024;
    private static final int PAGE_BYTES = 1 << 20;
    private static final Duration IDLE = Duration.ofSeconds(30);

    private static final Logger LOGGER = LoggerFactory.getLogger(RoomDirectory.class);

    private final CommittedLog log;
    private final Object lock = new Object();
    private final TreeMap<String, Room> rooms = new TreeMap<>();
    private final Thread follower;
    private long through;
    private boolean overflowed;

    /// @param count messages in the room
    /// @param lastSeq its newest message
    public record Room(String room, long count, long lastSeq) {}

    /// All rooms, by name.
    ///
    /// @param through messages up to this seq are counted
    /// @param complete whether all that was committed when this was asked for is counted, in all its rooms
    public record Listing(List<Room> rooms, long through, boolean complete) {
        public Listing {
            rooms = List.copyOf(rooms);
        }
    }

    public RoomDirectory(CommittedLog log) {
        this.log = log;
        this.follower = Thread.ofVirtual().name("concord-rooms").unstarted(this::follow);
    }

    /// Begins to read. Call once, after the node has recovered its log.
    public void start() {
        follower.start();
    }

    /// The rooms, with everything that is committed now; waits a little for that.
    public Listing list() throws InterruptedException {
        long wanted = log.commitSeq();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        synchronized (lock) {
            for (long left = PATIENCE.toMillis();
                    through < wanted && left > 0;
                    left = (deadline - System.nanoTime()) / 1_000_000) {
                lock.wait(left);
            }
            return new Listing(List.copyOf(rooms.values()), through, through >= wanted && !overflowed);
        }
    }

    private void follow() {
        try {
            Cursor cursor = new Cursor(log, startingPoint(), RoomFilter.ALL);
            while (!log.isClosed()) {
                count(cursor.next(PAGE_ENTRIES, PAGE_BYTES));
                if (cursor.isAtEnd()) {
                    cursor.await(IDLE);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOGGER.atError()
                    .addKeyValue(EventAction.FIELD, EventAction.ROOMS_INCOMPLETE)
                    .log("the list of rooms ends at message {}: {}", through, e.getMessage());
        }
    }

    /// Takes over what the closed segments know; the last message they hold is the newest of their newest.
    private long startingPoint() {
        LogReader.RoomsUpTo sealed = log.reader().rooms(log.commitIndex());
        synchronized (lock) {
            through = log.firstSeq() - 1;
            for (LogReader.RoomSummary room : sealed.rooms()) {
                put(new Room(room.room(), room.count(), room.lastSeq()));
                through = Math.max(through, room.lastSeq());
            }
            lock.notifyAll();
            return through;
        }
    }

    private void count(List<LogEntry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        synchronized (lock) {
            for (LogEntry entry : entries) {
                String name = entry.body().room();
                Room before = rooms.get(name);
                put(new Room(name, before == null ? 1 : before.count() + 1, entry.seq()));
            }
            through = entries.getLast().seq();
            lock.notifyAll();
        }
    }

    private void put(Room room) {
        if (rooms.size() < MAX_ROOMS || rooms.containsKey(room.room())) {
            rooms.put(room.room(), room);
        } else {
            overflowed = true;
        }
    }

    @Override
    public void close() {
        follower.interrupt();
    }
}
