package dev.concord.sequencing;

import dev.concord.protocol.ByteSearch;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.LogEntry;

/// The keys of consecutive chat entries, oldest to newest, in a few flat arrays: an entry's place in them follows from
/// its seq, its key is found over a hash table. What a key consists of lies in [KeyTexts].
///
/// Objects would cost about three times the memory, and each collection of garbage would walk over all of them; with
/// 200,000 keys that was the greater part of what collections cost. The hash is seeded with what no client knows, so
/// that nobody can choose keys that collide; two keys are the same only if their bytes are.
///
/// The hash table is two [Buckets], one for the newer entries and one for those before. Nothing is taken out of them:
/// what has left is passed over, and the older one is emptied as a whole when all of it has left.
final class KeyTable {
    private static final int NONE = -1;
    private static final int FIRST_CAPACITY = 1 << 8;
    private static final int MOST_UNLINKED = FIRST_CAPACITY / 2;

    private final long seed;

    /// The entries are `[first, next)`, by seq; the arrays below are rings, with a place for each.
    private long first;

    private long next;
    private long[] indexes = new long[FIRST_CAPACITY];
    private long[] payloads = new long[FIRST_CAPACITY];
    private int[] starts = new int[FIRST_CAPACITY];
    private int[] lengths = new int[FIRST_CAPACITY];

    /// Where the entries from [Buckets#base] of `newer` on are found, and where those before.
    private Buckets newer = new Buckets(FIRST_CAPACITY);

    private Buckets older = new Buckets(FIRST_CAPACITY);

    private final KeyTexts texts = new KeyTexts();

    /// The entries from here on are not in the buckets yet.
    private long linked;

    /// @param seed unknown to clients; it changes no answer
    KeyTable(long seed) {
        this.seed = seed;
    }

    int size() {
        return (int) (next - first);
    }

    /// How many entries there are places for.
    int capacity() {
        return indexes.length;
    }

    long firstSeq() {
        return first;
    }

    long lastSeq() {
        return next - 1;
    }

    /// Makes places for this many entries at once, instead of for twice as many whenever they are taken.
    void reserve(int count) {
        int wanted = capacity();
        while (wanted - wanted / 8 < count) { // as many as the buckets take
            wanted *= 2;
        }
        if (wanted > capacity()) {
            move(wanted);
        }
    }

    /// Adds a chat entry behind the newest.
    ///
    /// @throws IllegalStateException if it does not follow the newest by its seq
    void add(LogEntry entry) {
        ChatBody body = entry.body();
        int place = take(entry.seq(), entry.index(), body.payloadHash(), body.keyLength());
        body.copyKey(texts.block(starts[place]), KeyTexts.offset(starts[place]));
        enter();
    }

    /// Adds a key that stands in `source[at, at + length)`.
    ///
    /// @throws IllegalStateException if it does not follow the newest by its seq
    void add(long seq, long index, long payloadHash, byte[] source, int at, int length) {
        int place = take(seq, index, payloadHash, length);
        System.arraycopy(source, at, texts.block(starts[place]), KeyTexts.offset(starts[place]), length);
        enter();
    }

    /// Takes the place behind the newest.
    private int take(long seq, long index, long payloadHash, int length) {
        if (next == first) {
            first = seq;
            next = seq;
            texts.clear();
            forget();
        } else if (seq != next) {
            throw new IllegalStateException("the key of message " + seq + " after that of " + lastSeq());
        }
        if (size() == indexes.length) {
            move(2 * indexes.length);
        }
        int place = place(next);
        indexes[place] = index;
        payloads[place] = payloadHash;
        lengths[place] = length;
        starts[place] = texts.add(length, next == first ? 0 : starts[place(first)]);
        return place;
    }

    private void enter() {
        next++;
        if (next - linked == MOST_UNLINKED) {
            link();
        }
    }

    void removeNewest() {
        next--;
        texts.cut(starts[place(next)]);
        linked = Math.min(linked, next);
        if (next < newer.base()) { // what stands before is found over the other one
            Buckets emptied = newer;
            newer = older;
            older = emptied;
            older.clear(newer.base());
        }
    }

    void removeOldest() {
        first++;
    }

    /// The seq of the newest entry with the key of `body`, or -1.
    long find(ChatBody body) {
        link();
        int hash = hash(body);
        long seq = find(newer, body, hash);
        return seq == NONE ? find(older, body, hash) : seq;
    }

    private long find(Buckets buckets, ChatBody body, int hash) {
        long newest = NONE;
        for (int at = buckets.first(hash); at >= 0; at = buckets.next(at, hash)) {
            long seq = buckets.seq(at);
            int place = place(seq);
            if (first <= seq && seq < next && seq > newest && hasKey(body, place)) {
                newest = seq;
            }
        }
        return newest;
    }

    private boolean hasKey(ChatBody body, int place) {
        return body.hasKey(texts.block(starts[place]), KeyTexts.offset(starts[place]), lengths[place]);
    }

    long index(long seq) {
        return indexes[place(seq)];
    }

    long payloadHash(long seq) {
        return payloads[place(seq)];
    }

    private int place(long seq) {
        return (int) seq & indexes.length - 1;
    }

    private int hash(ChatBody body) {
        return folded(body.keyHash(seed));
    }

    private int hash(int place) {
        int at = KeyTexts.offset(starts[place]);
        return folded(ByteSearch.hash(seed, texts.block(starts[place]), at, at + lengths[place]));
    }

    private static int folded(long hash) {
        return (int) (hash ^ hash >>> 32);
    }

    /// Puts what was added since into the buckets. Many at once, because then the processor fetches the buckets of the
    /// next ones while it waits for the first.
    private void link() {
        while (linked < next) {
            if (first >= newer.base() && newer.used() >= indexes.length / 2) { // all that the older one holds has left
                Buckets emptied = older;
                older = newer;
                newer = emptied;
                newer.clear(linked);
            } else if (newer.isFull()) {
                // Of entries; or of those that were removed at the end, which take no more than laying out anew.
                move(size() > indexes.length / 2 ? 2 * indexes.length : indexes.length);
                return;
            }
            newer.put(linked, hash(place(linked)));
            linked++;
        }
    }

    private void forget() {
        linked = first;
        newer.clear(first);
        older.clear(first);
    }

    /// Lays all entries out in rings of this size, and their keys in buckets that hold nothing else.
    private void move(int capacity) {
        long[] newIndexes = new long[capacity];
        long[] newPayloads = new long[capacity];
        int[] newStarts = new int[capacity];
        int[] newLengths = new int[capacity];
        newer = new Buckets(capacity);
        older = new Buckets(capacity);
        forget();
        for (long seq = first; seq < next; seq++) {
            int from = place(seq);
            int to = (int) seq & capacity - 1;
            newIndexes[to] = indexes[from];
            newPayloads[to] = payloads[from];
            newStarts[to] = starts[from];
            newLengths[to] = lengths[from];
            newer.put(seq, hash(from));
        }
        indexes = newIndexes;
        payloads = newPayloads;
        starts = newStarts;
        lengths = newLengths;
        linked = next;
    }
}
