package dev.concord.chat;

import dev.concord.protocol.ChatBody;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.Reference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Tells the messages of one room from others by comparing bytes of the entry's line, or lets all pass. May hold
/// back edits and deletes as well.
public final class RoomFilter {
    /// Lets every message pass.
    public static final RoomFilter ALL = new RoomFilter(new byte[0], false);

    private static final int ROOM = 2;

    /// The room as it stands in a line, in quotes; empty to let all pass.
    private final byte[] quoted;

    private final boolean holdsChangesBack;

    private RoomFilter(byte[] quoted, boolean holdsChangesBack) {
        this.holdsChangesBack = holdsChangesBack;
        this.quoted = quoted;
    }

    /// The filter for one room, or for all if none is named.
    ///
    /// @throws PostRefusedException if no room can have this name
    public static RoomFilter of(Optional<String> room) {
        return room.map(RoomFilter::of).orElse(ALL);
    }

    /// The filter for one room.
    ///
    /// @throws PostRefusedException if no room can have this name
    public static RoomFilter of(String room) {
        PostRules.checkRoom(room);
        return new RoomFilter(('"' + room + '"').getBytes(StandardCharsets.US_ASCII), false);
    }

    /// The same, but for edits and deletes, which do not pass.
    public RoomFilter withoutChanges() {
        return new RoomFilter(quoted, true);
    }

    public boolean passesAll() {
        return quoted.length == 0 && !holdsChangesBack;
    }

    public boolean passes(LogEntry entry) {
        if (passesAll()) {
            return true;
        }
        ChatBody body = entry.body();
        if (holdsChangesBack && isChange(body)) {
            return false;
        }
        return quoted.length == 0 || isOfRoom(body);
    }

    private static boolean isChange(ChatBody body) {
        Reference reference = body.reference();
        return reference != null && reference.kind().isChange();
    }

    private boolean isOfRoom(ChatBody body) {
        return Arrays.equals(body.array(), body.fieldStart(ROOM), body.fieldEnd(ROOM), quoted, 0, quoted.length);
    }

    /// Those of `entries` that pass, in their order.
    public List<LogEntry> pass(List<LogEntry> entries) {
        if (passesAll()) {
            return entries;
        }
        List<LogEntry> passed = new ArrayList<>();
        for (LogEntry entry : entries) {
            if (passes(entry)) {
                passed.add(entry);
            }
        }
        return passed;
    }
}
