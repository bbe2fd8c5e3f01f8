/// Who leads the term: Bully chooses by id, promises make it safe.
///
/// It decides when to ask the higher ids (E3), how to answer (E4), whether to promise a term ([GrantRule], E8), whose
/// log a claimant must hold before it leads ([Candidacy], E9 to E11), and when a leader hands over to a higher id
/// ([Preemption], E13). It never appends or commits anything.
///
/// Invariants: at most one leader per term (I1); one promise per term, durable before it is given (I2).
///
/// The two halves are apart: [GrantRule] and [Candidacy] keep the order safe, whoever asks and however often;
/// [BullyElection], [Claiming], [HoldOff] and [Preemption] only see to it that somebody leads soon, and the right one
/// in the end.
///
/// Start with [BullyElection].
@NullMarked
package dev.concord.election;

import org.jspecify.annotations.NullMarked;
