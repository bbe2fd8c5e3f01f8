package dev.concord.web.security;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// How many connections each client holds, and whether it may have one more. Without this, one client could take all
/// that the node has, and keep everybody else out without sending a byte.
///
/// A client is an IPv4 address, or the network (/64) of an IPv6 address: a machine may choose the rest of that freely.
/// Who has no connection costs no memory. **Threads.** Any.
public final class ConnectionLimit {
    private static final int NETWORK_BYTES = 8;

    private final int most;
    private final boolean sparesLoopback;
    private final Map<ByteBuffer, Integer> connectionsByClient = new ConcurrentHashMap<>();

    /// @param most connections of one client; 0 for no limit
    /// @param sparesLoopback whether programs of this machine, a proxy among them, may have any number
    public ConnectionLimit(int most, boolean sparesLoopback) {
        this.most = most;
        this.sparesLoopback = sparesLoopback;
    }

    public static ConnectionLimit none() {
        return new ConnectionLimit(0, true);
    }

    int most() {
        return most;
    }

    /// Counts one more connection of this client, unless it has as many as it may.
    boolean tryEnter(InetAddress client) {
        if (isSpared(client)) {
            return true;
        }
        boolean[] entered = new boolean[1];
        connectionsByClient.compute(key(client), (key, count) -> {
            int open = count == null ? 0 : count;
            entered[0] = open < most;
            return entered[0] ? Integer.valueOf(open + 1) : count;
        });
        return entered[0];
    }

    /// A connection that was let in has ended.
    void leave(InetAddress client) {
        if (!isSpared(client)) {
            connectionsByClient.computeIfPresent(key(client), (key, count) -> count == 1 ? null : count - 1);
        }
    }

    private boolean isSpared(InetAddress client) {
        return most == 0 || sparesLoopback && client.isLoopbackAddress();
    }

    /// Clients that have a connection.
    int clients() {
        return connectionsByClient.size();
    }

    private static ByteBuffer key(InetAddress client) {
        ByteBuffer bytes = ByteBuffer.wrap(client.getAddress());
        return client instanceof Inet6Address ? bytes.limit(NETWORK_BYTES) : bytes;
    }
}
