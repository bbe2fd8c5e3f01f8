package dev.concord.sequencing;

import dev.concord.protocol.ByteSearch;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.LogEntry;
import java.util.Arrays;

/// The keys of consecutive chat entries, oldest to newest, in a few flat arrays: an entry's place in them follows from
/// its seq, its key is found over a hash table of places.
///
/// Objects would cost about three times the memory, and each collection of garbage would walk over all of them; with
/// 200,000 keys that was the greater part of what collections cost. The hash is seeded with what no client knows, so
/// that nobody can choose keys that collide; two keys are the same only if their bytes are.
final class KeyTable {
    private static final int NONE = -1;
    private static final int FIRST_CAPACITY = 1 << 8;
    private static final int FIRST_TEXT_BYTES = 1 << 14;

    private final long seed;

    /// The entries are `[first, next)`, by seq; the arrays below are rings, with a place for each.
    private long first;

    private long next;
    private long[] indexes = new long[FIRST_CAPACITY];
    private long[] payloads = new long[FIRST_CAPACITY];
    private int[] hashes = new int[FIRST_CAPACITY];
    private int[] starts = new int[FIRST_CAPACITY];
    private int[] lengths = new int[FIRST_CAPACITY];

    /// Open addressing, linear probing, half full at most: the place of a key and one, or 0.
    private int[] buckets = new int[2 * FIRST_CAPACITY];

    /// The bytes of the keys, a ring too; no key is broken at its end.
    private byte[] text = new byte[FIRST_TEXT_BYTES];

    private int textEnd;

    /// @param seed unknown to clients; it changes no answer
    KeyTable(long seed) {
        this.seed = seed;
    }

    int size() {
        return (int) (next - first);
    }

    long firstSeq() {
        return first;
    }

    long lastSeq() {
        return next - 1;
    }

    /// Adds a chat entry behind the newest.
    ///
    /// @throws IllegalStateException if it does not follow the newest by its seq
    void add(LogEntry entry) {
        ChatBody body = entry.body();
        int place = take(entry.seq(), entry.index(), body.payloadHash(), body.keyLength());
        hashes[place] = hash(body);
        body.copyKey(text, starts[place]);
        enter(place, bucketOf(body, hashes[place]));
    }

    /// Adds a key that stands in `source[at, at + length)`.
    ///
    /// @throws IllegalStateException if it does not follow the newest by its seq
    void add(long seq, long index, long payloadHash, byte[] source, int at, int length) {
        int place = take(seq, index, payloadHash, length);
        hashes[place] = folded(ByteSearch.hash(seed, source, at, at + length));
        System.arraycopy(source, at, text, starts[place], length);
        enter(place, bucketOf(source, at, length, hashes[place]));
    }

    /// Takes the place behind the newest.
    private int take(long seq, long index, long payloadHash, int length) {
        if (next == first) {
            first = seq;
            next = first;
            textEnd = 0;
        } else if (seq != next) {
            throw new IllegalStateException("the key of message " + seq + " after that of " + lastSeq());
        }
        if (size() == indexes.length) {
            grow();
        }
        int place = place(next);
        indexes[place] = index;
        payloads[place] = payloadHash;
        lengths[place] = length;
        starts[place] = room(length);
        return place;
    }

    private void enter(int place, int bucket) {
        textEnd = starts[place] + lengths[place];
        next++;
        buckets[bucket] = place + 1; // in the place of an older one of the same key, if there is one
    }

    void removeNewest() {
        remove(place(--next));
        textEnd = next == first ? 0 : end(next - 1);
    }

    void removeOldest() {
        remove(place(first++));
    }

    /// The seq of the newest entry with the key of `body`, or -1.
    long find(ChatBody body) {
        int place = buckets[bucketOf(body, hash(body))] - 1;
        return place < 0 ? NONE : first + ((place - first) & indexes.length - 1);
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

    private static int folded(long hash) {
        return (int) (hash ^ hash >>> 32);
    }

    private int end(long seq) {
        return starts[place(seq)] + lengths[place(seq)];
    }

    /// The bucket that holds this key, or the empty one where it belongs.
    private int bucketOf(ChatBody body, int hash) {
        int bucket = hash & buckets.length - 1;
        while (buckets[bucket] != 0) {
            int place = buckets[bucket] - 1;
            if (hashes[place] == hash && body.hasKey(text, starts[place], lengths[place])) {
                return bucket;
            }
            bucket = bucket + 1 & buckets.length - 1;
        }
        return bucket;
    }

    private int bucketOf(byte[] source, int at, int length, int hash) {
        int bucket = hash & buckets.length - 1;
        while (buckets[bucket] != 0) {
            int place = buckets[bucket] - 1;
            int start = starts[place];
            if (hashes[place] == hash && Arrays.equals(source, at, at + length, text, start, start + lengths[place])) {
                return bucket;
            }
            bucket = bucket + 1 & buckets.length - 1;
        }
        return bucket;
    }

    /// Empties the bucket of a place, if it has one, and closes the gap: what stands behind it moves up, unless that
    /// would put it before the bucket of its hash.
    private void remove(int place) {
        int mask = buckets.length - 1;
        int gap = hashes[place] & mask;
        while (buckets[gap] != place + 1) {
            if (buckets[gap] == 0) {
                return; // a newer entry of the same key has taken it
            }
            gap = gap + 1 & mask;
        }
        for (int at = gap + 1 & mask; buckets[at] != 0; at = at + 1 & mask) {
            int home = hashes[buckets[at] - 1] & mask;
            if ((at - home & mask) >= (at - gap & mask)) {
                buckets[gap] = buckets[at];
                gap = at;
            }
        }
        buckets[gap] = 0;
    }

    /// Where a text of this length fits behind the newest.
    private int room(int length) {
        if (next == first) {
            ensureText(length);
            return 0;
        }
        int oldest = starts[place(first)];
        if (textEnd > oldest) {
            if (textEnd + length <= text.length) {
                return textEnd;
            }
            if (length < oldest) {
                return 0;
            }
        } else if (textEnd + length < oldest) {
            return textEnd;
        }
        ensureText(text.length + length);
        return textEnd;
    }

    /// Makes the text at least this long, and lays all keys out anew if it was not.
    private void ensureText(int bytes) {
        if (text.length >= bytes) {
            return;
        }
        byte[] larger = new byte[Math.max(bytes, 2 * text.length)];
        int end = 0;
        for (long seq = first; seq < next; seq++) {
            int place = place(seq);
            System.arraycopy(text, starts[place], larger, end, lengths[place]);
            starts[place] = end;
            end += lengths[place];
        }
        text = larger;
        textEnd = end;
    }

    private void grow() {
        int capacity = 2 * indexes.length;
        long[] newIndexes = new long[capacity];
        long[] newPayloads = new long[capacity];
        int[] newHashes = new int[capacity];
        int[] newStarts = new int[capacity];
        int[] newLengths = new int[capacity];
        int[] newBuckets = new int[2 * capacity];
        for (long seq = first; seq < next; seq++) {
            int from = place(seq);
            int to = (int) seq & capacity - 1;
            newIndexes[to] = indexes[from];
            newPayloads[to] = payloads[from];
            newHashes[to] = hashes[from];
            newStarts[to] = starts[from];
            newLengths[to] = lengths[from];
        }
        for (int placed : buckets) {
            if (placed != 0) {
                long seq = first + ((placed - 1 - first) & indexes.length - 1);
                int to = (int) seq & capacity - 1;
                int bucket = newHashes[to] & newBuckets.length - 1;
                while (newBuckets[bucket] != 0) {
                    bucket = bucket + 1 & newBuckets.length - 1;
                }
                newBuckets[bucket] = to + 1;
            }
        }
        indexes = newIndexes;
        payloads = newPayloads;
        hashes = newHashes;
        starts = newStarts;
        lengths = newLengths;
        buckets = newBuckets;
    }
}
