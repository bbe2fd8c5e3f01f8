package dev.concord.simulation;

import dev.concord.protocol.LogEntry;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.ProtocolSettings;
import java.util.List;

/// I17: pages, windows and queues keep their bounds, whoever is dead or slow.
final class QueuesBounded implements Invariant.OfMessages {
    /// Disk orders that one node may have open: everything in flight, and the meta records between.
    private static final int MAX_DISK_ORDERS = 20_000;

    private final ProtocolSettings settings;

    QueuesBounded(ProtocolSettings settings) {
        this.settings = settings;
    }

    @Override
    public void sending(SimulatedProcess process, NodeId to, PeerMessage message) {
        switch (message) {
            case PeerMessage.SeqChat chat -> page(process, chat.entries());
            case PeerMessage.CatchupResp response -> page(process, response.entries());
            case PeerMessage.Heartbeat _ ->
                require(
                        process.diskQueue.size() < MAX_DISK_ORDERS,
                        process,
                        "has",
                        process.diskQueue.size(),
                        "disk orders");
            default -> {}
        }
    }

    private void page(SimulatedProcess process, List<LogEntry> entries) {
        if (entries.size() < 2) {
            return; // one entry may be larger than a page
        }
        long bytes = 0;
        for (LogEntry entry : entries) {
            bytes += entry.sizeInBytes();
        }
        require(bytes <= settings.pageBytes(), process, "sends a page of", bytes, "bytes");
    }
}
