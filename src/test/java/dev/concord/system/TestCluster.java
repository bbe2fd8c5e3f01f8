package dev.concord.system;

import java.util.List;

/// A cluster under test, whatever its nodes are: processes or containers. Nodes have the ids 1, 2, 3, …
interface TestCluster {
    int size();

    Api api(int id);

    /// The nodes that run and can be reached.
    List<Integer> livingIds();

    /// Waits until the living nodes have committed the same number of messages, at least `seq`.
    void awaitLevel(long seq);
}
