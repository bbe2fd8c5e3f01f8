package dev.concord.runtime;

import dev.concord.node.EventAction;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the application something from the event loop. A fault of the application must not stop the node.
final class Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

    private Listener() {}

    /// @param whose what a failure is called in the log
    static <T> void tell(Consumer<T> listener, T news, String whose) {
        try {
            listener.accept(news);
        } catch (RuntimeException e) {
            LOG.atError()
                    .addKeyValue(EventAction.FIELD, EventAction.LISTENER_FAILED)
                    .setCause(e)
                    .log("{} failed", whose);
        }
    }
}
