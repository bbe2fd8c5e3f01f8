package dev.concord.storage;

import java.util.List;
import java.util.stream.IntStream;

/// Where in a segment some of its entries start: its first, and then one about every so many bytes. A read starts at
/// the point before what it wants and skips the lines between.
///
/// **Threads.** One writes, others read meanwhile: points are only ever added, and a point is complete before it
/// counts.
final class SparseIndex {
    private final int spacing;
    private final long[] indexes;
    private final long[] seqsBefore;
    private final long[] offsets;
    private volatile int count;

    /// @param mostBytes the largest offset that will ever be added
    SparseIndex(int spacing, long mostBytes) {
        this(spacing, Math.toIntExact(mostBytes / spacing + 2));
    }

    private SparseIndex(int spacing, int capacity) {
        this.spacing = spacing;
        indexes = new long[capacity];
        seqsBefore = new long[capacity];
        offsets = new long[capacity];
    }

    /// An index of points that were written down.
    static SparseIndex of(List<List<Long>> points) {
        SparseIndex sparse = new SparseIndex(1, points.size());
        for (List<Long> point : points) {
            sparse.put(point.get(0), point.get(1), point.get(2));
        }
        return sparse;
    }

    /// Notes that the entry `index` starts at `offset`, if the last point is far enough away.
    void offer(long index, long seqBefore, long offset) {
        int n = count;
        if (n == 0 || offset - offsets[n - 1] >= spacing) {
            put(index, seqBefore, offset);
        }
    }

    private void put(long index, long seqBefore, long offset) {
        int n = count;
        indexes[n] = index;
        seqsBefore[n] = seqBefore;
        offsets[n] = offset;
        count = n + 1;
    }

    /// The last point at or before this index, or -1.
    int floorOfIndex(long index) {
        return lastAtMost(indexes, index);
    }

    /// The last point before the chat entry with this seq, or -1.
    int floorOfSeq(long seq) {
        return lastAtMost(seqsBefore, seq - 1);
    }

    private int lastAtMost(long[] values, long limit) {
        int low = 0;
        int high = count - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            if (values[middle] <= limit) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }

    long index(int point) {
        return indexes[point];
    }

    /// The seq of the last chat entry before the point.
    long seqBefore(int point) {
        return seqsBefore[point];
    }

    long offset(int point) {
        return offsets[point];
    }

    /// Index, seq before and offset of each point.
    List<List<Long>> toPoints() {
        return IntStream.range(0, count)
                .mapToObj(i -> List.of(indexes[i], seqsBefore[i], offsets[i]))
                .toList();
    }
}
