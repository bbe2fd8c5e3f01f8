package dev.concord.config;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// Which addresses only this machine can reach.
final class Loopback {
    private Loopback() {}

    /// Whether this name or address is one of this machine alone. What cannot be resolved is not.
    static boolean is(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
