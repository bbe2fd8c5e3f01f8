package dev.concord.cli;

/// Which ports the nodes of a local cluster have: node 1 the base, each further one the next.
record LocalPorts(int count, int httpBase, int peerBase) {
    int http(int id) {
        return httpBase + id - 1;
    }

    /// Where the other nodes reach it.
    int peer(int id) {
        return peerBase + id - 1;
    }

    /// Where it listens if a lab stands between it and the others.
    int behindLab(int id) {
        return peerBase + count + id - 1;
    }

    /// Whether a port is one of these, also of those behind a lab.
    boolean has(int port) {
        return port >= httpBase && port < httpBase + count || port >= peerBase && port < peerBase + 2 * count;
    }
}
