package dev.concord.cli.lab;

import java.io.IOException;
import java.util.List;

/// The nodes of the cluster as processes. Ids that are not in [#ids] are refused with [IllegalArgumentException].
public interface NodeProcesses {
    /// What a process does now.
    enum State {
        RUNNING,
        /// Stopped by SIGSTOP: it stands still, and its connections stay open.
        PAUSED,
        ENDED
    }

    List<Integer> ids();

    /// Where clients reach the node.
    String url(int id);

    State state(int id);

    long pid(int id);

    /// SIGKILL: no last words, no flush. Returns when it has ended.
    void kill(int id) throws IOException;

    /// SIGSTOP.
    void pause(int id) throws IOException;

    /// SIGCONT.
    void resume(int id) throws IOException;

    /// Starts a node that has ended, with its data.
    void start(int id) throws IOException;
}
