------------------------------ MODULE Concord ------------------------------
(***************************************************************************)
(* What keeps an acknowledged message: the rules of docs/PROTOCOL.md about *)
(* promises (E8 to E11), replication and commit (R1 to R6), relayed        *)
(* entries (C1), repair (P1 to P3), configurations (M2, M3) and snapshots  *)
(* in the place of removed entries (C5), as far as safety rests on them.   *)
(*                                                                         *)
(* Time is not modelled. Any voter may claim at any moment, so nothing     *)
(* here depends on timeouts, on failure detection or on Bully's choice of  *)
(* the highest id. Links may lose, delay, repeat and reorder: what was     *)
(* once said (`promises`, `sent`, `acked`) can be heard at any later time. *)
(* A node may crash between any two steps; what it had not synced is lost. *)
(*                                                                         *)
(* An entry is its term, and the voters it names if it is a configuration. *)
(* A leader appends one entry at each index of its term, so that is enough *)
(* to tell entries apart; what a message says decides nothing.             *)
(*                                                                         *)
(* `Broken` names a rule that is left out, "none" for the protocol as it   *)
(* is. With any other value an invariant must fail: see the mutants.       *)
(***************************************************************************)
EXTENDS Naturals, Sequences, FiniteSets, TLC

CONSTANTS Node,      \* all nodes there are
          Founders,  \* the voters before the log names any
          Nobody,    \* no node: the value of a vote that was not given
          MaxTerm,   \* bounds of the search
          MaxLog, MaxCrashes, MaxDamages,
          Plans,     \* configurations that a leader may propose
          Claimants, \* who may claim: for each term a set of nodes
  Relays,    \* whether members tell each other what was committed (C1)
  Trims,     \* whether the beginning of a log may be removed (C5)
  Receipts,  \* {TRUE}: what is received is durable at once; {TRUE, FALSE}: or not yet
          Broken

Term == 1..MaxTerm

VARIABLES
  term,      \* [node -> term], durable
  vote,      \* [node -> whom this node promised its term, or who leads it], durable
  whole,     \* [node -> FALSE while in repair], durable
  log,       \* [node -> sequence of entries]
  synced,    \* [node -> how many of them are durable]
  role,      \* [node -> "follower", "claiming", "leading"]
  goal,      \* [node -> how far a repair has to come, and of which term that is]
  commit,    \* [node -> the index up to which it knows entries as committed]
  base,      \* [node -> how many entries a snapshot stands for: they are in `log` for what the snapshot says of them]
  promises,  \* [term -> [claimant -> promises that were given]]
  leaders,   \* [term -> nodes that led it]
  sent,      \* [term -> the log of its leader, as far as anybody may have heard of it]
  acked,     \* [term -> [node -> how far it acknowledged]]
  chosen,    \* what was committed, each entry with the term of its commit; nobody sees it
  clash,     \* whether a commit ever contradicted an earlier one
  crashes, damages

durable == <<term, vote, whole>>
said == <<promises, leaders, sent, acked>>
observed == <<chosen, clash>>
faults == <<crashes, damages>>
vars == <<durable, log, synced, role, goal, commit, base, said, observed, faults>>

-----------------------------------------------------------------------------
Least(a, b) == IF a < b THEN a ELSE b
Most(a, b) == IF a > b THEN a ELSE b
First(l, n) == SubSeq(l, 1, n)

(* A leader that resumed its term after a crash would append other entries than before at the same places. *)
Life == IF Broken = "E1-resume" THEN crashes ELSE 0
Message(t) == [term |-> t, voters |-> {}, life |-> Life]
Configuration(t, voters) == [term |-> t, voters |-> voters, life |-> Life]

End(l) == [term |-> IF l = <<>> THEN 0 ELSE l[Len(l)].term, index |-> Len(l)]
Newer(a, b) ==
  IF Broken = "E9-length" THEN a.index > b.index
  ELSE a.term > b.term \/ (a.term = b.term /\ a.index > b.index)

RECURSIVE Agreed(_, _, _)
Agreed(a, b, n) ==
  IF n < Len(a) /\ n < Len(b) /\ a[n + 1] = b[n + 1] THEN Agreed(a, b, n + 1) ELSE n
Common(a, b) == Agreed(a, b, 0)
IsPrefix(a, b) == Common(a, b) = Len(a)

RECURSIVE NewestConfiguration(_, _)
NewestConfiguration(l, n) == IF n = 0 \/ l[n].voters # {} THEN n ELSE NewestConfiguration(l, n - 1)
ConfigurationAt(l) == NewestConfiguration(l, Len(l))
Voters(l) == IF ConfigurationAt(l) = 0 THEN Founders ELSE l[ConfigurationAt(l)].voters

Majority(voters) == Cardinality(voters) \div 2 + 1
IsMajority(nodes, voters) == Cardinality(nodes \cap voters) >= Majority(voters)

(* How much was committed in this term or before: what its leader may have told anybody. *)
ChosenBy(t) == Cardinality({i \in DOMAIN chosen : chosen[i].by <= t})

Init ==
  /\ term = [n \in Node |-> 0] /\ vote = [n \in Node |-> Nobody] /\ whole = [n \in Node |-> TRUE]
  /\ log = [n \in Node |-> <<>>] /\ synced = [n \in Node |-> 0]
  /\ role = [n \in Node |-> "follower"]
  /\ goal = [n \in Node |-> [term |-> 0, index |-> 0]]
  /\ commit = [n \in Node |-> 0] /\ base = [n \in Node |-> 0]
  /\ promises = [t \in Term |-> [n \in Node |-> {}]]
  /\ leaders = [t \in Term |-> {}] /\ sent = [t \in Term |-> <<>>]
  /\ acked = [t \in Term |-> [n \in Node |-> 0]]
  /\ chosen = <<>> /\ clash = FALSE
  /\ crashes = 0 /\ damages = 0

-----------------------------------------------------------------------------
(* Election *)

PromiseOf(n) == [from |-> n, end |-> End(log[n]), whole |-> whole[n] \/ Broken = "E11-intact"]

(* E9: the claimant promises to itself first. Promises go behind earlier disk work, so the log is durable too (E8). *)
Claim(n) ==
  /\ whole[n] /\ n \in Voters(log[n])
  /\ \E t \in Term :
       /\ t > term[n] /\ n \in Claimants[t]
       /\ term' = [term EXCEPT ![n] = t]
       /\ promises' = [promises EXCEPT ![t][n] = {PromiseOf(n)}]
  /\ vote' = [vote EXCEPT ![n] = n]
  /\ role' = [role EXCEPT ![n] = "claiming"]
  /\ synced' = [synced EXCEPT ![n] = Len(log[n])]
  /\ UNCHANGED <<whole, log, goal, commit, leaders, sent, acked, observed, faults, base>>

(* E8 (b). Whether the voter hears a leader (a) is a matter of time, and left open. *)
Promise(n, claimant, t) ==
  /\ n # claimant /\ promises[t][claimant] # {}
  /\ \/ t > term[n]
     \/ t = term[n] /\ (vote[n] = claimant \/ Broken = "E8-twice") /\ role[n] = "follower"
  /\ PromiseOf(n) \notin promises[t][claimant]
  /\ term' = [term EXCEPT ![n] = t]
  /\ vote' = [vote EXCEPT ![n] = claimant]
  /\ role' = [role EXCEPT ![n] = "follower"]
  /\ synced' = [synced EXCEPT ![n] = Len(log[n])]
  /\ promises' = [promises EXCEPT ![t][claimant] = @ \cup {PromiseOf(n)}]
  /\ UNCHANGED <<whole, log, goal, commit, leaders, sent, acked, observed, faults, base>>

(* E10: the claimant takes over a newer log, or a part of it before something stops it. *)
Adopt(n, holder) ==
  /\ role[n] = "claiming" /\ holder # n
  /\ term[holder] = term[n] /\ vote[holder] = n
  /\ \E p \in promises[term[n]][n] : p.from = holder /\ p.whole
  /\ Newer(End(log[holder]), End(log[n]))
  /\ \E upTo \in Common(log[n], log[holder])..Len(log[holder]) :
       /\ log' = [log EXCEPT ![n] = First(log[holder], upTo)]
       /\ synced' = [synced EXCEPT ![n] = upTo]
  /\ log' # log
  /\ UNCHANGED <<durable, role, goal, commit, said, observed, faults, base>>

(* E11. Of several promises of one node any may have come; leaving one out never makes more possible than asking
   for a majority of those that do not stand in the way. *)
Lead(n) ==
  /\ role[n] = "claiming"
  /\ LET t == term[n]
         fitting == {p \in promises[t][n] :
                       ~p.whole \/ ~Newer(p.end, End(log[n])) \/ Broken = "E11-newest"}
         voters == IF Broken = "E11-old-voters" THEN Founders ELSE Voters(log[n])
     IN /\ n \in voters
        /\ IF Broken = "E11-few-intact"
           THEN /\ IsMajority({p.from : p \in fitting}, voters)
                /\ Cardinality({p.from : p \in {q \in fitting : q.whole}} \cap voters)
                     > Cardinality(voters) - Majority(voters)
           ELSE IsMajority({p.from : p \in {q \in fitting : q.whole}}, voters)
        /\ Len(log[n]) < MaxLog
        /\ log' = [log EXCEPT ![n] = Append(@, Message(t))]
        /\ sent' = [sent EXCEPT ![t] = Append(log[n], Message(t))]
        /\ leaders' = [leaders EXCEPT ![t] = @ \cup {n}]
  /\ role' = [role EXCEPT ![n] = "leading"]
  /\ UNCHANGED <<durable, synced, goal, commit, promises, acked, observed, faults, base>>

-----------------------------------------------------------------------------
(* Replication *)

Replicate(n, entry) ==
  /\ log' = [log EXCEPT ![n] = Append(@, entry)]
  /\ sent' = [sent EXCEPT ![term[n]] = Append(log[n], entry)]
  /\ UNCHANGED <<durable, synced, role, goal, commit, promises, leaders, acked, observed, faults, base>>

(* R1: what a leader appends may be on its way before its own disk has it. *)
Post(n) == role[n] = "leading" /\ Len(log[n]) < MaxLog /\ Replicate(n, Message(term[n]))

(* M2: a leader with a committed entry of its term changes one voter at a time, and one configuration after the other. *)
Change(n, voters) ==
  /\ role[n] = "leading" /\ Len(log[n]) < MaxLog
  /\ n \in voters /\ voters # Voters(log[n])
  /\ LET current == Voters(log[n])
         changed == (voters \ current) \cup (current \ voters)
         ownCommitted == commit[n] > 0 /\ log[n][commit[n]].term = term[n]
     IN /\ Cardinality(changed) = 1 \/ Broken = "M2-two-voters"
        /\ ownCommitted \/ Broken = "M2-own-term"
        /\ ConfigurationAt(log[n]) <= commit[n] \/ Broken = "M2-one-open"
  /\ Replicate(n, Configuration(term[n], voters))

Sync(n) ==
  /\ synced[n] < Len(log[n])
  /\ synced' = [synced EXCEPT ![n] = Len(log[n])]
  /\ UNCHANGED <<durable, log, role, goal, commit, said, observed, faults, base>>

(* R2 to R5: entry `at` of the leader of t, behind the entry before it. The node acknowledges it as soon as it is
   durable, or does not come that far. Messages of any age may arrive; longer ones are several of these. *)
Receive(n, t, at, acknowledges) ==
  /\ sent[t] # <<>> /\ n \notin leaders[t] /\ at <= Len(sent[t])
  /\ t >= term[n] \/ Broken = "E8-late-ack"
  /\ at - 1 <= Len(log[n])
  /\ IF at = 1 THEN TRUE ELSE log[n][at - 1].term = sent[t][at - 1].term
  /\ LET there == at <= Len(log[n]) /\ log[n][at].term = sent[t][at].term
         after == CASE there /\ Broken = "R3-stale-cut" -> First(log[n], at)
                    [] there -> log[n]
                    [] OTHER -> Append(First(log[n], at - 1), sent[t][at])
         kept == Least(synced[n], IF there THEN Len(after) ELSE at - 1)
         match == IF Broken = "R4-own-end" THEN Len(after) ELSE at
         onDisk == acknowledges /\ Broken # "R4-before-sync"
     IN /\ log' = [log EXCEPT ![n] = after]
        /\ synced' = [synced EXCEPT ![n] = IF onDisk THEN Len(after) ELSE kept]
        /\ acked' = IF acknowledges /\ whole[n] THEN [acked EXCEPT ![t][n] = Most(@, match)] ELSE acked
        /\ commit' = [commit EXCEPT ![n] = Most(@, Least(at, ChosenBy(t)))]
  /\ term' = [term EXCEPT ![n] = Most(@, t)]
  /\ vote' = [vote EXCEPT ![n] = IF t < term[n] THEN @ ELSE CHOOSE leader \in leaders[t] : TRUE]
  /\ role' = [role EXCEPT ![n] = "follower"]
  /\ <<log, synced, acked, commit, term>>' # <<log, synced, acked, commit, term>>
  /\ UNCHANGED <<whole, goal, promises, leaders, sent, observed, faults, base>>

(* R6: of its own term, and on a majority of the voters, itself as far as its disk is (R1). *)
Commit(n, k) ==
  /\ role[n] = "leading" /\ k > commit[n] /\ k <= Len(log[n])
  /\ log[n][k].term = term[n] \/ Broken = "R6-old-term"
  /\ LET own == IF Broken = "R1-own-disk" THEN Len(log[n]) ELSE synced[n]
         holders == {m \in Node : IF m = n THEN own >= k ELSE acked[term[n]][m] >= k}
     IN IF Broken = "R7-learners" THEN Cardinality(holders) >= Majority(Voters(log[n]))
        ELSE IsMajority(holders, Voters(log[n]))
  /\ commit' = [commit EXCEPT ![n] = k]
  /\ clash' = (clash \/ \E i \in 1..Least(k, Len(chosen)) : chosen[i].entry # log[n][i])
  /\ chosen' = IF k <= Len(chosen) THEN chosen
               ELSE [i \in 1..k |-> IF i <= Len(chosen) THEN chosen[i]
                                    ELSE [entry |-> log[n][i], by |-> term[n]]]
  /\ UNCHANGED <<durable, log, synced, role, goal, said, faults, base>>

(* C1: committed entries from a member that does not lead. The term of that member comes with them, and so does who
   leads it, as far as that member knows. *)
Relay(n, from) ==
  /\ Relays /\ n # from /\ role[n] = "follower" /\ term[from] >= term[n] /\ commit[from] > commit[n]
  /\ \E upTo \in commit[n] + 1..commit[from] :
       LET told == First(log[from], upTo)
           common == Common(log[n], told)
       IN /\ log' = [log EXCEPT ![n] = IF common = upTo THEN @ ELSE told]
          /\ synced' = [synced EXCEPT ![n] = IF common = upTo THEN @ ELSE Least(@, common)]
          /\ commit' = [commit EXCEPT ![n] = upTo]
  /\ IF term[from] = term[n] \/ Broken = "C1-term" THEN UNCHANGED <<term, vote>>
     ELSE /\ term' = [term EXCEPT ![n] = term[from]]
          /\ vote' = [vote EXCEPT ![n] = vote[from]]
  /\ UNCHANGED <<whole, role, goal, said, observed, faults, base>>

-----------------------------------------------------------------------------
(* Retention *)

(* C5: a snapshot takes the place of the first entries, which are committed. That the keys of the deduplication
   window stay is not modelled: no message here comes twice. *)
Trim(n, upTo) ==
  /\ Trims /\ upTo > base[n]
  /\ upTo <= (IF Broken = "C5-uncommitted" THEN Len(log[n]) ELSE commit[n])
  /\ base' = [base EXCEPT ![n] = upTo]
  /\ UNCHANGED <<durable, log, synced, role, goal, commit, said, observed, faults>>

(* C5: who is too far behind puts the snapshot of another in the place of its log, unless it holds that history
   already. A claimant takes that of a promised log only (E10). Entries that a snapshot stands for may still be
   under way as such, so Receive, Adopt and Relay may bring them all the same. *)
Install(n, from) ==
  /\ n # from /\ base[from] > commit[n] /\ term[from] >= term[n]
  /\ \/ role[n] = "follower"
     \/ role[n] = "claiming" /\ term[from] = term[n] /\ vote[from] = n
  /\ LET held == First(log[from], base[from])
     IN /\ ~IsPrefix(held, log[n]) \/ Broken = "C5-held"
        /\ log' = [log EXCEPT ![n] = held]
        /\ synced' = [synced EXCEPT ![n] = base[from]]
        /\ commit' = [commit EXCEPT ![n] = base[from]]
        /\ base' = [base EXCEPT ![n] = base[from]]
  /\ IF term[from] = term[n] THEN UNCHANGED <<term, vote>>
     ELSE /\ term' = [term EXCEPT ![n] = term[from]]
          /\ vote' = [vote EXCEPT ![n] = Nobody]
  /\ UNCHANGED <<whole, role, goal, said, observed, faults>>

-----------------------------------------------------------------------------
(* Faults and repair *)

(* E1, S7: a node comes back as a follower, with its durable records and at least the entries that were synced. *)
Crash(n) ==
  /\ crashes < MaxCrashes /\ crashes' = crashes + 1
  /\ role[n] # "follower" \/ synced[n] < Len(log[n]) \/ Broken \in {"E8-volatile", "M3-wiped", "R4-before-sync"}
  /\ \E end \in (IF Broken = "M3-wiped" THEN {0} ELSE synced[n]..Len(log[n])) :
       /\ log' = [log EXCEPT ![n] = First(@, end)]
       /\ synced' = [synced EXCEPT ![n] = end]
       /\ commit' = [commit EXCEPT ![n] = Least(base[n], end)]
       /\ base' = [base EXCEPT ![n] = Least(@, end)]
       /\ IF Broken = "E1-resume" /\ role[n] = "leading"
          THEN role' = role /\ sent' = [sent EXCEPT ![term[n]] = First(log[n], end)]
          ELSE role' = [role EXCEPT ![n] = "follower"] /\ UNCHANGED sent
  /\ IF Broken = "E8-volatile" \/ Broken = "M3-wiped"
     THEN term' = [term EXCEPT ![n] = 0] /\ vote' = [vote EXCEPT ![n] = Nobody]
     ELSE UNCHANGED <<term, vote>>
  /\ UNCHANGED <<whole, goal, promises, leaders, acked, observed, damages>>

(* S6, P1: the disk gives back less than was synced, and the start sees it. *)
Damage(n) ==
  /\ damages < MaxDamages /\ damages' = damages + 1 /\ log[n] # <<>>
  /\ \E end \in {0} \cup base[n]..Len(log[n]) - 1 : \* without its snapshot a log is worth nothing
       /\ log' = [log EXCEPT ![n] = First(@, end)]
       /\ synced' = [synced EXCEPT ![n] = end]
       /\ base' = [base EXCEPT ![n] = Least(@, end)]
       /\ commit' = [commit EXCEPT ![n] = Least(base[n], end)]
  /\ whole' = [whole EXCEPT ![n] = Broken = "P1-unseen"]
  /\ role' = [role EXCEPT ![n] = "follower"]
  /\ goal' = [goal EXCEPT ![n] = [term |-> 0, index |-> 0]]
  /\ UNCHANGED <<term, vote, said, observed, crashes>>

(* P2: the leader says how far the repair has to come: to the end of its log as it is now. *)
SetGoal(n, leader) ==
  /\ ~whole[n] /\ n # leader /\ role[leader] = "leading"
  /\ term[leader] >= term[n] /\ term[leader] > goal[n].term
  /\ LET t == term[leader]
         end == IF Broken = "P2-term-start" THEN CHOOSE i \in DOMAIN sent[t] :
                     sent[t][i].term = t /\ \A j \in 1..i - 1 : sent[t][j].term < t
                ELSE Len(sent[t])
     IN /\ goal' = [goal EXCEPT ![n] = [term |-> t, index |-> end]]
        /\ term' = [term EXCEPT ![n] = t]
  /\ vote' = [vote EXCEPT ![n] = leader]
  /\ UNCHANGED <<whole, log, synced, role, commit, said, observed, faults, base>>

(* P3 *)
Repaired(n) ==
  /\ ~whole[n] /\ goal[n].term > 0 /\ goal[n].term = term[n]
  /\ synced[n] >= goal[n].index /\ IsPrefix(First(sent[term[n]], goal[n].index), log[n])
  /\ whole' = [whole EXCEPT ![n] = TRUE]
  /\ UNCHANGED <<term, vote, log, synced, role, goal, commit, said, observed, faults, base>>

-----------------------------------------------------------------------------
Next ==
  \/ \E n \in Node : Claim(n) \/ Lead(n) \/ Post(n) \/ Sync(n) \/ Crash(n) \/ Damage(n) \/ Repaired(n)
  \/ \E n, m \in Node : Adopt(n, m) \/ Relay(n, m) \/ Install(n, m) \/ SetGoal(n, m)
  \/ \E n, m \in Node, t \in Term : Promise(n, m, t)
  \/ \E n \in Node, voters \in Plans : Change(n, voters)
  \/ \E n \in Node, t \in Term, at \in 1..MaxLog, durably \in Receipts : Receive(n, t, at, durably)
  \/ \E n \in Node, k \in 1..MaxLog : Commit(n, k) \/ Trim(n, k)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
(* I1 *)
OneLeaderPerTerm == \A t \in Term : Cardinality(leaders[t]) <= 1

(* I3 *)
LeaderHasAllCommitted ==
  \A t \in Term : leaders[t] # {} =>
    \A i \in DOMAIN chosen : chosen[i].by < t => i <= Len(sent[t]) /\ sent[t][i] = chosen[i].entry

(* I4 *)
LogMatching ==
  \A a, b \in Node : \A i \in 1..Least(Len(log[a]), Len(log[b])) :
    log[a][i].term = log[b][i].term => First(log[a], i) = First(log[b], i)

(* I5: nobody has to cut what it knows to be committed, or has removed as such. *)
CommittedIsKept ==
  \A n \in Node : commit[n] <= Least(Len(log[n]), Len(chosen)) /\ \A i \in 1..commit[n] : log[n][i] = chosen[i].entry

(* I6, I7 *)
OneOrder == ~clash

Safe == OneLeaderPerTerm /\ LeaderHasAllCommitted /\ LogMatching /\ CommittedIsKept /\ OneOrder

=============================================================================
