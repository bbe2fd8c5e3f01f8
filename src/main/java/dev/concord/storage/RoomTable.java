package dev.concord.storage;

import dev.concord.protocol.ChatBody;
import dev.concord.runtime.LogReader.RoomSummary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Counts the messages of each room. Rooms are told apart by their canonical bytes, so that counting a
/// message of a known room allocates nothing. One thread.
final class RoomTable {
    private static final int ROOM_FIELD = 2;

    private byte[][] names = new byte[16][];
    private @Nullable String[] texts = new @Nullable String[16];
    private long[] counts = new long[16];
    private long[] lastSeqs = new long[16];
    private int[] buckets = new int[64];
    private int size;
    private int latest;

    void add(ChatBody body, long seq) {
        byte[] bytes = body.array();
        int from = body.fieldStart(ROOM_FIELD);
        int to = body.fieldEnd(ROOM_FIELD);
        if (size == 0 || !isRoom(latest, bytes, from, to)) {
            latest = find(body, bytes, from, to);
        }
        counts[latest]++;
        lastSeqs[latest] = seq;
    }

    private int find(ChatBody body, byte[] bytes, int from, int to) {
        int hash = hash(bytes, from, to);
        for (int i = hash & buckets.length - 1; ; i = i + 1 & buckets.length - 1) {
            int room = buckets[i] - 1; // 0 is a free bucket
            if (room < 0) {
                return insert(body.room(), Arrays.copyOfRange(bytes, from, to));
            }
            if (isRoom(room, bytes, from, to)) {
                return room;
            }
        }
    }

    private int insert(String text, byte[] name) {
        if (size == names.length) {
            names = Arrays.copyOf(names, 2 * size);
            texts = Arrays.copyOf(texts, 2 * size);
            counts = Arrays.copyOf(counts, 2 * size);
            lastSeqs = Arrays.copyOf(lastSeqs, 2 * size);
            buckets = new int[8 * size];
            for (int room = 0; room < size; room++) {
                link(room);
            }
        }
        names[size] = name;
        texts[size] = text;
        link(size);
        return size++;
    }

    private void link(int room) {
        int i = hash(names[room], 0, names[room].length) & buckets.length - 1;
        while (buckets[i] != 0) {
            i = i + 1 & buckets.length - 1;
        }
        buckets[i] = room + 1;
    }

    private boolean isRoom(int room, byte[] bytes, int from, int to) {
        return Arrays.equals(names[room], 0, names[room].length, bytes, from, to);
    }

    private static int hash(byte[] bytes, int from, int to) {
        int hash = 1;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + bytes[i];
        }
        return hash ^ hash >>> 16;
    }

    /// The rooms by name.
    List<RoomSummary> toList() {
        List<RoomSummary> rooms = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            rooms.add(new RoomSummary(String.valueOf(texts[i]), counts[i], lastSeqs[i]));
        }
        rooms.sort(Comparator.comparing(RoomSummary::room));
        return rooms;
    }
}
