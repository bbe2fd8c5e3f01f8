/// The raw TCP links between nodes (section 4): framing, handshake, sending, receiving, reconnecting.
///
/// It decides who may talk (T3, T4), what is too much (T1, T6), and when a peer's process is surely gone (F4). It never
/// looks into a message beyond its form, never answers one, and never keeps one that it could not send: whoever needs
/// a message to arrive repeats it. Each node dials its own `control` and `bulk` link to each peer; messages flow from
/// the dialler to the acceptor alone (T2), so a pair of nodes has four connections.
///
/// Invariant: an event carries the name of a peer only after that peer proved it, in this connection, with the cluster
/// secret; and no peer, however hostile, dead or slow, takes more memory than [TransportLimits] says.
///
/// Start with [TcpPeerLinks]; then [OutboundLink] and [InboundLink], the two ends of a connection.
///
/// ## What crosses the wire
///
/// Everything is lines of UTF-8 JSON that end with a line feed; `tcpdump -A` shows the conversation. First the
/// handshake (T3), one line each:
///
/// ```
/// dialler   {"type":"HELLO","proto":1,"cluster_id":…,"node_id":…,…,"nonce":"64 hex"}
/// acceptor  {"type":"HELLO_ACK",… the same fields of the acceptor …,"nonce":"64 hex","proof":"64 hex"}
/// dialler   {"type":"HELLO_FIN","proof":"64 hex"}
/// acceptor  {"type":"WELCOME","proof":"64 hex"}          or {"type":"REFUSED","reason":"…","proof":…}
/// ```
///
/// Each proof is an HMAC-SHA-256 with the cluster secret over a label of its own (role and purpose), the whole HELLO
/// line, and the HELLO_ACK line up to its proof, each with its length in front: so over both nonces, identities, the
/// channel, and all that the two said of themselves. A proof of one role is none for the other, and none for another
/// connection: nothing can be reflected or replayed. A refusal after the proofs carries one too, since some of them
/// make a node stop; one without is believed only for the harmless reasons. Without a secret the proofs are `null`, and
/// only loopback addresses are talked to.
///
/// Then frames, each a batch of whole messages:
///
/// ```
/// {"type":"FRAME","no":17,"bytes":5120,"mac":"32 hex"}   no counts from 1 in each direction
/// … 5120 bytes: header lines, each followed by the `count` lines it announces, verbatim (T1) …
/// ```
///
/// `mac` is the tag of [FrameSeal] over the number and the bytes, with a key for each direction derived from secret and
/// handshake; `null` without a secret. The dialler's writer puts all that is queued into one frame, and so into one MAC
/// and one socket write. A frame of 0 bytes asks for a sign of life; the acceptor answers it with one of its own, so
/// that both ends notice within three `fd_timeout` that a network has swallowed the other.
///
/// With certificates, all of this runs inside mutual TLS ([LinkTls]), unchanged.
@NullMarked
package dev.concord.transport;

import org.jspecify.annotations.NullMarked;
