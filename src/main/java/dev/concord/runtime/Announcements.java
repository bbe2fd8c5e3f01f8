package dev.concord.runtime;

import dev.concord.node.Announcement;
import dev.concord.node.EventAction;
import dev.concord.protocol.NodeId;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the node announces (roles, views, handovers): one line in the log each, and everybody who listens is told.
final class Announcements {
    private static final Logger LOG = LoggerFactory.getLogger(Announcements.class);

    private final NodeId id;
    private final List<Consumer<Announcement>> listeners = new CopyOnWriteArrayList<>();

    Announcements(NodeId id) {
        this.id = id;
    }

    /// @return takes the listener off again
    AutoCloseable listen(Consumer<Announcement> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    void announce(Announcement announcement) {
        if (announcement.action() != EventAction.LINK_REFUSED) { // the links say so themselves, not at every try
            LOG.atInfo()
                    .addKeyValue(EventAction.FIELD, announcement.action())
                    .log(
                            "{} (node {}, {}, term {}, index {})",
                            announcement.detail(),
                            id,
                            announcement.role().name().toLowerCase(Locale.ROOT),
                            announcement.term(),
                            announcement.index());
        }
        for (Consumer<Announcement> listener : listeners) {
            Listener.tell(listener, announcement, "a listener to announcements");
        }
    }
}
