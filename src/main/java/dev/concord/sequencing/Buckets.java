package dev.concord.sequencing;

import java.util.Arrays;

/// A hash table of consecutive seqs, open addressing with linear probing, which is only ever emptied as a whole.
///
/// A bucket is one int: how far the seq is from the base, and the bits of the hash that do not tell the bucket. So an
/// entry is put in with one access to memory, and a key itself is looked at only where these bits are the same. The
/// table of 200,000 keys does not fit the cache of a processor: each access to it costs a good part of what the hash of
/// an entry costs.
final class Buckets {
    private static final int NONE = -1;

    private final int[] buckets;
    private final int limit;
    private long base;
    private int used;

    /// @param capacity a power of two; seven eighths of it are used
    Buckets(int capacity) {
        buckets = new int[capacity];
        limit = capacity - capacity / 8;
    }

    /// Empties the table for entries from `base` on.
    void clear(long base) {
        this.base = base;
        if (used > 0) {
            Arrays.fill(buckets, 0);
            used = 0;
        }
    }

    /// The lowest seq that it may hold.
    long base() {
        return base;
    }

    /// How many buckets are taken.
    int used() {
        return used;
    }

    /// Whether it takes no more.
    boolean isFull() {
        return used == limit;
    }

    /// @param seq less than `limit` beyond the base
    void put(long seq, int hash) {
        int value = hash & -buckets.length | (int) (seq - base + 1);
        int at = home(hash);
        while (buckets[at] != 0) {
            if (buckets[at] == value) {
                return; // it was here before, was removed, and comes again
            }
            at = at + 1 & buckets.length - 1;
        }
        buckets[at] = value;
        used++;
    }

    /// The first bucket in which an entry of this hash may be, or -1. A few of other hashes look the same.
    int first(int hash) {
        return search(home(hash), hash);
    }

    /// The next such bucket behind `at`, or -1.
    int next(int at, int hash) {
        return search(at + 1 & buckets.length - 1, hash);
    }

    private int search(int from, int hash) {
        for (int at = from; buckets[at] != 0; at = at + 1 & buckets.length - 1) {
            if (((buckets[at] ^ hash) & -buckets.length) == 0) {
                return at;
            }
        }
        return NONE;
    }

    long seq(int at) {
        return base + (buckets[at] & buckets.length - 1) - 1;
    }

    private int home(int hash) {
        return hash & buckets.length - 1;
    }
}
