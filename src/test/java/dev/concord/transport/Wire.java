package dev.concord.transport;

import dev.concord.protocol.CanonicalWriter;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Messages of node 2 as the bytes of a frame, and back.
final class Wire {
    static final NodeId SENDER = new NodeId(2);

    private Wire() {}

    static byte[] write(PeerMessage message) {
        CanonicalWriter out = new CanonicalWriter(16);
        new PeerMessageWriter(SENDER, out).write(message);
        return Arrays.copyOf(out.array(), out.length());
    }

    static List<PeerMessage> read(byte[] bytes) throws ViolationException {
        PeerMessageReader reader = new PeerMessageReader(SENDER);
        reader.open(bytes, 0, bytes.length);
        List<PeerMessage> messages = new ArrayList<>();
        while (reader.hasNext()) {
            messages.add(reader.next());
        }
        return messages;
    }
}
