package dev.concord.node;

import java.util.List;
import java.util.Optional;

/// What the configuration says about the start of the cluster (M1).
///
/// @param seeds the other nodes of the configured list
/// @param bootstrap whether this node founds the cluster; empty: it does if it has the highest id of the list
public record Founding(List<SeedNode> seeds, Optional<Boolean> bootstrap) {
    public Founding {
        seeds = List.copyOf(seeds);
    }

    /// Number of configured nodes, this one included.
    public int listSize() {
        return seeds.size() + 1;
    }
}
