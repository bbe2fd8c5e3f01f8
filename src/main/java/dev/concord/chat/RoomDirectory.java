package dev.concord.chat;

import dev.concord.node.EventAction;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.LogEntry;
import dev.concord.runtime.CommittedLog;
import dev.concord.runtime.LogReader;
import java.time.Duration;
import java.util.Arrays;
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

    private static final int ROOM = 2;
    /// How old the list may be while nobody asks for it.
    private static final Duration GATHER = Duration.ofMillis(100);

    private final CommittedLog log;
    private final Object lock = new Object();
    private final TreeMap<String, Room> rooms = new TreeMap<>();
    private final Thread follower;
    private long through;
    private boolean overflowed;
    private boolean asked;

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
            asked = true;
            lock.notifyAll();
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
                    gather();
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

    /// Lets messages gather, so that not every commit wakes this thread; whoever asks for the list ends the rest.
    private void gather() throws InterruptedException {
        long end = System.nanoTime() + GATHER.toNanos();
        synchronized (lock) {
            for (long left = GATHER.toMillis(); !asked && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
                lock.wait(left);
            }
            asked = false;
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
            int run = 0;
            for (int i = 0; i < entries.size(); i++) {
                run++;
                LogEntry entry = entries.get(i);
                if (i + 1 == entries.size()
                        || !isSameRoom(entry.body(), entries.get(i + 1).body())) {
                    add(entry.body().room(), run, entry.seq());
                    run = 0;
                }
            }
            through = entries.getLast().seq();
            lock.notifyAll();
        }
    }

    private void add(String name, int count, long lastSeq) {
        Room before = rooms.get(name);
        put(new Room(name, before == null ? count : before.count() + count, lastSeq));
    }

    /// By the bytes, without making text of them.
    private static boolean isSameRoom(ChatBody one, ChatBody other) {
        return Arrays.equals(
                one.array(),
                one.fieldStart(ROOM),
                one.fieldEnd(ROOM),
                other.array(),
                other.fieldStart(ROOM),
                other.fieldEnd(ROOM));
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
