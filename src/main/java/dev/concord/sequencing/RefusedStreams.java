package dev.concord.sequencing;

import dev.concord.protocol.Member;
import java.util.TreeMap;

/// Streams of which this node has refused something, as leader or on behalf of one (X1). The ingress node may
/// have told its client that the message is not in the log, so a late copy of such a stream must not be taken
/// either, whatever this node has become meanwhile. An ingress node numbers its streams upwards, and opens a
/// new one after a refusal: the highest number of each is enough.
public final class RefusedStreams {
    private final TreeMap<Member, Long> highest = new TreeMap<>();

    /// Something of this stream was refused.
    public void add(Member ingress, long stream) {
        highest.merge(ingress, stream, Math::max);
    }

    /// Whether something of this stream, or of a later one, was refused.
    public boolean include(Member ingress, long stream) {
        return highest.getOrDefault(ingress, Long.MIN_VALUE) >= stream;
    }

    /// A new boot of an ingress node numbers its streams anew; what an earlier one sent is not listened to.
    public void forget(Member ingress) {
        highest.remove(ingress);
    }
}
