/// Who may do what: the modes of a node towards its clients, their roles, and the tokens that prove them.
///
/// It decides whether a credential is good, whom it stands for, and what that caller may do. It never speaks HTTP or
/// STOMP: the edge takes the credential out of a request, asks here, and answers.
///
/// Invariant: nothing secret is stored or printed. A token file holds hashes, and a token is shown once, when it is
/// made.
///
/// Start with [AccessMode]. The threats and their defences are in `docs/SECURITY.md`.
@NullMarked
package dev.concord.access;

import org.jspecify.annotations.NullMarked;
