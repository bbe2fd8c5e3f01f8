package dev.concord.protocol;

/// Where a node listens for its peers. [#NONE] stands for "not known".
public record Address(String host, int port) {
    public static final Address NONE = new Address("", 0);

    /// The highest port there is.
    static final int MAX_PORT = 65_535;

    public Address {
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("a port is 1 to 65535, not " + port);
        }
    }

    public boolean isPresent() {
        return port != 0;
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
