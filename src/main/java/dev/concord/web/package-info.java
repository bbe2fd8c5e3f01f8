/// The interfaces for programs and people: REST, Server-Sent Events, NDJSON, and one level down STOMP.
///
/// It decides how an outcome of the cluster looks on the wire: which status, which problem, which header. It never
/// judges a message, never orders one, and holds none for a reader: what it sends comes from a cursor over the log, on
/// the reader's own virtual thread.
///
/// Invariant: three outcomes of a submission and never a fourth: committed, surely not appended, unknown. Every error
/// is `application/problem+json` with a code from [dev.concord.web.ProblemCode].
///
/// Start with [dev.concord.web.MessageController].
@NullMarked
package dev.concord.web;

import org.jspecify.annotations.NullMarked;
