--------------------------------- MODULE Searches ------------------------------
(* What the searches have in common: who may claim which term, which configurations there may be, and what of all
   that could happen is left out. A narrow search goes deep. Each is a .cfg file, which says what it is about, which
   rules it needs, and whether it takes long. *)
EXTENDS Concord
CONSTANTS n1, n2, n3, n4, n5

NoPlans == {}
Anybody == [t \in Term |-> Node]
InTurn == <<{n1}, {n2}, {n1}, {n2}>>
Rivals == <<{n1, n2}, {n1, n2}>>
OneThenAny == <<{n1}, {n2, n3}>>

(* Who promised what to the claimant of a term. *)
Promisers(t, claimant) == {p.from : p \in promises[t][claimant]}

(* Growth: three founders become five; node 2 hears nothing of it, node 3 little, each of the new ones after the one
   before, and nodes 2 and 3 elect. *)
FourAndFive == {{n1, n2, n3, n4}, Node}
TwoIsDeaf ==
  /\ Promisers(1, n1) \subseteq {n1, n3} /\ Promisers(2, n2) \subseteq {n2, n3}
  /\ acked[1][n2] = 0 /\ (log[n2] \in {<<>>, log[n3]} \/ role[n2] = "leading")
  /\ acked[1][n3] <= 2 /\ (acked[1][n4] > 0 => acked[1][n3] > 0)
  /\ (acked[1][n4] > 0 => Len(sent[1]) > 1)
  /\ (acked[1][n5] > 0 \/ term[n2] = 2 => acked[1][n4] = Len(sent[1]))
  /\ leaders[2] = {}

(* One of four is removed by a leader that nobody hears, another by the next; then the first comes back. *)
EitherOfFour == {{n1, n2, n3}, {n2, n3, n4}}
OneIsNotHeard ==
  /\ log[n3] = <<>> /\ \A n \in Node : acked[1][n] = 0
  /\ Promisers(1, n1) \subseteq {n1, n2, n4} /\ Promisers(3, n1) \subseteq {n1, n3} /\ leaders[3] = {}

(* Growth and repair: two voters become three; only the disk of the first leader rots. *)
Third == {Node}
OneOfTwoRots == whole[n2] /\ whole[n3]

(* The first leader keeps its disk. *)
OneIsWhole == whole[n1]

AllAlike == Permutations(Node)
=============================================================================
