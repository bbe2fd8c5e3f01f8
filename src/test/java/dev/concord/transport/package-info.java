/// The peer links on real loopback sockets, and their hostile peers. Start with [TcpPeerLinksTests].
@NullMarked
package dev.concord.transport;

import org.jspecify.annotations.NullMarked;
