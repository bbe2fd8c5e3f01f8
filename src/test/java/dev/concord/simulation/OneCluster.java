package dev.concord.simulation;

import dev.concord.protocol.ClusterId;
import dev.concord.protocol.Meta;
import org.jspecify.annotations.Nullable;

/// M1: the configured nodes found one cluster, once, whatever becomes of the founder's volume (trap 27).
final class OneCluster implements Invariant.OfMeta {
    private @Nullable ClusterId founded;

    @Override
    public void metaDurable(SimulatedProcess process, Meta meta) {
        if (meta.clusterId() == null) {
            return;
        }
        if (founded == null) {
            founded = meta.clusterId();
        }
        require(founded.equals(meta.clusterId()), process, "belongs to", meta.clusterId(), "and not to", founded);
    }
}
