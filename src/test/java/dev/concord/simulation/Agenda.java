package dev.concord.simulation;

import java.util.Arrays;

/// What is going to happen, in order of virtual time; what falls on the same instant happens in the order in
/// which it was planned. A heap of fours over arrays: a run plans millions of things, and a flat heap moves fewer
/// of them.
final class Agenda {
    private long[] at = new long[1024];
    private long[] order = new long[1024];
    private Runnable[] task = new Runnable[1024];
    private int size;
    private long planned;
    private long nowNanos;

    long nowNanos() {
        return nowNanos;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /// When the next thing happens; only if there is one.
    long nextNanos() {
        return at[0];
    }

    void after(long delayNanos, Runnable what) {
        at(nowNanos + delayNanos, what);
    }

    void at(long nanos, Runnable what) {
        if (size == task.length) {
            at = Arrays.copyOf(at, 2 * size);
            order = Arrays.copyOf(order, 2 * size);
            task = Arrays.copyOf(task, 2 * size);
        }
        siftUp(size++, Math.max(nanos, nowNanos), planned++, what);
    }

    /// Moves time to the next thing and does it.
    void runNext() {
        Runnable next = task[0];
        nowNanos = at[0];
        size--;
        if (size > 0) {
            siftDown(at[size], order[size], task[size]);
        }
        task[size] = null;
        next.run();
    }

    /// Moves time forward; nothing must be due before.
    void advanceTo(long nanos) {
        nowNanos = Math.max(nowNanos, nanos);
    }

    private void siftUp(int start, long nanos, long number, Runnable what) {
        int hole = start;
        while (hole > 0) {
            int parent = (hole - 1) >>> 2;
            if (!isBefore(nanos, number, parent)) {
                break;
            }
            move(parent, hole);
            hole = parent;
        }
        put(hole, nanos, number, what);
    }

    private void siftDown(long nanos, long number, Runnable what) {
        int hole = 0;
        while (4 * hole + 1 < size) {
            int first = 4 * hole + 1;
            int next = first;
            for (int child = first + 1; child < Math.min(first + 4, size); child++) {
                if (isBefore(at[child], order[child], next)) {
                    next = child;
                }
            }
            if (isBefore(nanos, number, next)) {
                break;
            }
            move(next, hole);
            hole = next;
        }
        put(hole, nanos, number, what);
    }

    private boolean isBefore(long nanos, long number, int other) {
        return nanos < at[other] || nanos == at[other] && number < order[other];
    }

    private void move(int from, int to) {
        put(to, at[from], order[from], task[from]);
    }

    private void put(int slot, long nanos, long number, Runnable what) {
        at[slot] = nanos;
        order[slot] = number;
        task[slot] = what;
    }
}
