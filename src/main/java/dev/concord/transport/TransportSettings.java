package dev.concord.transport;

import dev.concord.protocol.Address;
import dev.concord.protocol.ProtocolSettings;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/// What the operator decides about the peer links.
///
/// @param bind where to listen; port 0 takes any free port
/// @param clusterSecret shared by all nodes of the cluster; without it only loopback peers are talked to (T3)
/// @param fdTimeout `fd_timeout`: a link that is silent for three of them is given up
/// @param tls gives the certificates of mutual TLS, asked for each new connection; without it links are plain TCP
/// @param probeTimeout `probe_timeout`: wait for the one reconnect after a lost connection (F4)
public record TransportSettings(
        Address bind,
        Optional<byte[]> clusterSecret,
        Optional<Supplier<SSLContext>> tls,
        Duration fdTimeout,
        Duration probeTimeout) {
    /// Shortest secret that is worth the name.
    public static final int MIN_SECRET_BYTES = 16;

    public TransportSettings {
        clusterSecret = clusterSecret.map(byte[]::clone);
        if (clusterSecret.isPresent() && clusterSecret.get().length < MIN_SECRET_BYTES) {
            throw new IllegalArgumentException("cluster_secret has " + clusterSecret.get().length
                    + " bytes; use at least " + MIN_SECRET_BYTES + ", the same on all nodes");
        }
        positive("fd_timeout", fdTimeout);
        positive("probe_timeout", probeTimeout);
    }

    /// Settings without TLS.
    public TransportSettings(Address bind, Optional<byte[]> clusterSecret, Duration fdTimeout, Duration probeTimeout) {
        this(bind, clusterSecret, Optional.empty(), fdTimeout, probeTimeout);
    }

    /// The settings that follow from those of the protocol.
    public static TransportSettings of(Address bind, Optional<byte[]> clusterSecret, ProtocolSettings protocol) {
        return new TransportSettings(bind, clusterSecret, protocol.fdTimeout(), protocol.probeTimeout());
    }

    private static void positive(String name, Duration value) {
        if (value.toMillis() < 1) {
            throw new IllegalArgumentException(name + " must be at least 1 ms, not " + value);
        }
    }

    /// Never the secret.
    @Override
    public String toString() {
        return "TransportSettings[bind=" + bind + ", clusterSecret="
                + (clusterSecret.isPresent() ? "set" : "none") + ", tls=" + tls.isPresent() + ", fdTimeout=" + fdTimeout
                + ", probeTimeout="
                + probeTimeout + "]";
    }
}
