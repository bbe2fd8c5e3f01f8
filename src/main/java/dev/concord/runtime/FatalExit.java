package dev.concord.runtime;

import dev.concord.node.EventAction;
import org.slf4j.LoggerFactory;

/// Ends the process at once: no shutdown hook, no further write (S4). A function, so that tests in one process can
/// watch it instead of dying.
@FunctionalInterface
public interface FatalExit {
    /// Exit status of a node that stopped because a rule was broken or its disk failed.
    int STATUS = 70;

    /// Prints the last line, then halts the Java machine.
    FatalExit HALT = lastLine -> {
        try {
            LoggerFactory.getLogger(FatalExit.class)
                    .atError()
                    .addKeyValue(EventAction.FIELD, EventAction.HALTED)
                    .log(lastLine);
        } catch (RuntimeException | Error e) { // out of memory, say: the line is worth another try
            System.err.println("FATAL: " + lastLine);
            System.err.flush();
        }
        Runtime.getRuntime().halt(STATUS);
    };

    /// @param lastLine what happened and what the operator can do
    void exit(String lastLine);
}
