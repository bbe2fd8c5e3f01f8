package dev.concord.observability;

import dev.concord.chat.Cluster;
import dev.concord.chat.ClusterReport;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/// `/actuator/cluster`: the same as `GET /api/cluster`, for those who may only reach the management address.
@Endpoint(id = "cluster")
public final class ClusterEndpoint {
    private final Cluster cluster;

    public ClusterEndpoint(Cluster cluster) {
        this.cluster = cluster;
    }

    @ReadOperation
    public ClusterReport cluster() {
        return cluster.report();
    }
}
