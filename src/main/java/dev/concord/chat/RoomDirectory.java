package dev.concord.chat;

import dev.concord.node.EventAction;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.LogEntry;
import dev.concord.runtime.CommittedLog;
import dev.concord.runtime.LogReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which rooms there are, with the number of their messages and the newest one. Starts from what the closed segments
/// have noted, reads the rest in the background, and from then on counts on the event loop what is committed: a thread
/// that reads along falls behind what the log holds in memory under load, and then reads each message from the disk.
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

    private static final Logger LOGGER = LoggerFactory.getLogger(RoomDirectory.class);

    private static final int ROOM = 2;

    private final CommittedLog log;
    private final Object lock = new Object();
    private final HashMap<String, Tally> rooms = new HashMap<>();
    private final Thread reader;
    private long through;
    private long countedFrom = 1;
    private boolean overflowed;
    /// Whether everything before it has been read, so that the event loop counts.
    private boolean live;

    private static final class Tally {
        private long count;
        private long lastSeq;
    }

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
        this.reader = Thread.ofVirtual().name("concord-rooms").unstarted(this::read);
    }

    /// Begins to read. Call once, after the node has recovered its log.
    public void start() {
        log.follow(this::committed);
        reader.start();
    }

    /// The rooms, with everything that is committed now; waits a little for that.
    public Listing list() throws InterruptedException {
        long wanted = log.commitSeq();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long first = log.firstSeq();
        List<Room> listed = new ArrayList<>();
        long counted;
        boolean complete;
        synchronized (lock) {
            countAnewIfRemoved(first);
            for (long left = PATIENCE.toMillis();
                    (through < wanted || countedFrom < first) && left > 0;
                    left = (deadline - System.nanoTime()) / 1_000_000) {
                lock.wait(left);
            }
            rooms.forEach((name, room) -> listed.add(new Room(name, room.count, room.lastSeq)));
            counted = through;
            complete = through >= wanted && !overflowed;
        }
        listed.sort(Comparator.comparing(Room::room)); // outside the lock, which the event loop takes too
        return new Listing(listed, counted, complete);
    }

    /// Where retention has removed messages, all is counted anew from what the closed segments know, once somebody
    /// asks. A room without any message left is no room.
    private void countAnewIfRemoved(long first) {
        if (live && countedFrom < first) {
            live = false;
            Thread.ofVirtual().name("concord-rooms").start(this::read);
        }
    }

    private void read() {
        while (!log.isClosed() && !isRead()) {
            LOGGER.debug("the rooms are counted anew, because retention was faster");
        }
    }

    private boolean isRead() {
        try {
            Cursor cursor = new Cursor(log, startingPoint(), RoomFilter.ALL);
            while (!log.isClosed() && !goLive()) {
                List<LogEntry> entries = cursor.next(PAGE_ENTRIES, PAGE_BYTES);
                synchronized (lock) {
                    count(entries);
                }
            }
        } catch (MessagesRemovedException e) {
            return false;
        } catch (RuntimeException e) {
            LOGGER.atError()
                    .addKeyValue(EventAction.FIELD, EventAction.ROOMS_INCOMPLETE)
                    .log("the list of rooms ends at message {}: {}", through, e.getMessage());
        }
        return true;
    }

    /// What is committed before this is known is read by the reader; what is committed later comes to [#committed],
    /// which waits for the lock.
    private boolean goLive() {
        synchronized (lock) {
            live = log.commitSeq() <= through;
            return live;
        }
    }

    /// Called by the event loop.
    private void committed(List<LogEntry> entries) {
        synchronized (lock) {
            if (live) {
                count(entries);
            }
        }
    }

    /// Takes over what the closed segments know; the last message they hold is the newest of their newest.
    private long startingPoint() {
        long firstSeq = log.firstSeq();
        LogReader.RoomsUpTo sealed = log.reader().rooms(log.commitIndex());
        synchronized (lock) {
            countedFrom = firstSeq;
            rooms.clear();
            overflowed = false;
            through = firstSeq - 1;
            for (LogReader.RoomSummary room : sealed.rooms()) {
                add(room.room(), room.count(), room.lastSeq());
                through = Math.max(through, room.lastSeq());
            }
            lock.notifyAll();
            return through;
        }
    }

    /// Counts runs of messages in the same room at once. The caller holds the lock.
    private void count(List<LogEntry> entries) {
        LogEntry newest = null;
        int run = 0;
        for (LogEntry entry : entries) {
            if (!entry.isChat() || entry.seq() <= through) {
                continue;
            }
            if (newest != null && !isSameRoom(newest.body(), entry.body())) {
                add(newest.body().room(), run, newest.seq());
                run = 0;
            }
            newest = entry;
            run++;
        }
        if (newest != null) {
            add(newest.body().room(), run, newest.seq());
            through = newest.seq();
            lock.notifyAll();
        }
    }

    private void add(String name, long count, long lastSeq) {
        Tally room = rooms.get(name);
        if (room == null) {
            if (rooms.size() == MAX_ROOMS) {
                overflowed = true;
                return;
            }
            room = new Tally();
            rooms.put(name, room);
        }
        room.count += count;
        room.lastSeq = lastSeq;
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

    @Override
    public void close() {
        reader.interrupt();
    }
}
