/// Concord: a self-hosted, fault-tolerant chat server. Everyone sees the same messages in the same order.
@NullMarked
package dev.concord;

import org.jspecify.annotations.NullMarked;
