package dev.concord.storage;

import java.util.List;

/// The segments of the log at one moment, oldest first. Replaced as a whole when a segment is opened or cut.
record SegmentView(List<Segment> segments) {
    SegmentView {
        segments = List.copyOf(segments);
    }

    Segment last() {
        return segments.getLast();
    }

    /// Position of the segment that holds this index, or would hold it; -1 if it lies before all of them.
    int ofIndex(long index) {
        int low = 0;
        int high = segments.size() - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            if (segments.get(middle).before().index() < index) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }

    /// The same for the chat entry with this seq.
    int ofSeq(long seq) {
        int low = 0;
        int high = segments.size() - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            if (segments.get(middle).before().seq() < seq) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }
}
