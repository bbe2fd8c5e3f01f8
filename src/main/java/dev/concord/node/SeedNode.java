package dev.concord.node;

import dev.concord.protocol.Address;
import dev.concord.protocol.NodeId;

/// A configured peer, before its store is known.
public record SeedNode(NodeId id, Address address) {}
