package dev.concord.simulation;

/// A case of a rule of the protocol that a run can meet, as seen from outside the nodes: in what they are
/// told, what they order, and how role, term and leader change with it. Each constant begins with the id of
/// its rule.
enum RuleCase {
    F1_CLOCK_JUMPS("a wall clock jumps"),
    F2_ONE_WAY("a heartbeat comes over a link whose other direction is cut"),
    F3_OFFICE_DENIED("the leader says that it does not lead, and is believed"),
    F4_REDIAL_FAILS("a failed redial ends the trust in a leader"),
    F5_DISK_HANGS("a leader steps down because its disk hangs"),
    F6_BACKLOG_FIRST("a node wakes, and reads what came while it slept"),
    F6_LEADER_SLEPT("a leader steps down after a pause"),

    E1_OWN_OLD_TERM("a node starts in a term that it had claimed"),
    E2_UNABLE("a higher id says that it cannot lead"),
    E3_ASKS("a node asks the higher ids"),
    E4_TAKES_OVER("a higher id says that it takes over"),
    E4_KNOWS_A_LEADER("a node says that a leader is alive"),
    E5_LEADER_ALIVE("who asked is told that a leader is alive, and waits"),
    E5_WAITS("who asked is told that a higher id takes over, and waits"),
    E5_WAITED_IN_VAIN("who waited for a higher id asks again"),
    E6_CLAIM_FAILS("a claim fails"),
    E7_PROBES("a probe goes out"),
    E7_PROBE_STOPS("a probe meets a voter that hears a leader"),
    E8_GRANTS("a term is promised"),
    E8_OLD_TERM("a claim of an old term is refused"),
    E8_LEADER_ALIVE("a claim is refused because the leader is heard"),
    E8_HANDOVER("a term is promised although the leader is heard, because it hands over"),
    E8_WITHHOLDS("entries of the old leader become durable after a promise, and are not acknowledged"),
    E9_CLAIMS("a claim goes out"),
    E9_NEWER_ELSEWHERE("a promise says that its log is newer than the claimant's"),
    E10_FETCHES("a claimant asks for the newest log"),
    E10_ADOPTS("a claimant appends entries of the newest log"),
    E10_CUTS("a claimant cuts what the newest log does not have"),
    E11_LEADS("a node begins to lead"),
    E11_OTHER_VOTERS("a claimant asks voters that the adopted log brought"),
    E12_NO_QUORUM("a leader steps down without a majority in reach"),
    E12_NO_COMMIT("a leader steps down because nothing commits"),
    E13_HANDS_OVER("a leader asks an heir to take over"),
    E13_HEIR_CLAIMS("the heir takes over"),
    E13_HEIR_FAILS("the heir does not take over, and the leader goes on"),
    E14_STEPS_DOWN("a leader loses its office"),
    E14_UNKNOWN("a leader that loses its office calls what is open unknown"),
    E15_ADOPTS("the term of a new leader is adopted"),
    E15_TELLS_STALE("a leader of an old term is told the newer one"),

    R1_SEQUENCES("a leader gives a message its place"),
    R2_GAP("a follower lacks the entry before"),
    R2_CONFLICT("a follower has another entry before"),
    R3_LEAVES_ALONE("an old message comes to a longer log"),
    R3_CUTS("a follower cuts what the leader does not have"),
    R4_ACKNOWLEDGES("entries are acknowledged"),
    R5_NOT_BEYOND_VERIFIED("the leader has committed more than is verified here"),
    R6_COMMITS("a leader commits"),
    R6_OLD_TERM_WAITS("entries of an earlier term are acknowledged, and do not commit by that"),
    R7_REPAIRING_NOT_COUNTED("a member in repair acknowledges"),
    R8_RESENDS("a leader sends entries again"),
    R9_APPLIES("committed entries are applied"),
    R10_COMPARES("hashes at a committed index are compared"),

    C1_RELAYED("committed entries come from a member that does not lead"),
    C1_ADOPTS_TERM("their term is adopted with them"),
    C1_CUTS("an uncommitted entry gives way to them"),
    C2_ASKS_INFORMER("a node without a link to the leader asks one that has"),
    C2_FORWARDS("messages go through a node that hears the leader"),
    C3_SERVES_SUFFIX("uncommitted entries are served to a claimant"),
    C3_REFUSES("they are refused to one that was not promised the term"),
    C4_HEAD_ASKED("a node asks the leader how far it has committed"),
    C5_TRIMS("a log loses its beginning"),
    C5_TOO_OLD("a leader tells a member that what it needs was removed"),
    C5_INSTALLS("a follower takes its leader's snapshot"),
    C5_CLAIMANT_INSTALLS("a claimant takes the snapshot of the best log"),
    C5_RELAYED("a node takes a snapshot of one that does not lead"),
    C5_IN_REPAIR("a member in repair takes a snapshot"),
    C5_READER_TOLD("a reader is told that messages were removed"),

    P1_STARTS("a node starts without entries that it may have acknowledged"),
    P1_PROMISES("a member in repair promises, and says that it is in repair"),
    P2_TARGET("a leader sets a member in repair its target"),
    P3_REPAIRED("a member is whole again"),

    X1_TRIED_AGAIN("a message is sent again under its key"),
    X1_UNKNOWN("a client is told that the outcome is unknown"),
    X2_SESSION_ENDS("with a message of unknown outcome end those behind it"),
    X3_DUPLICATE("a repetition is recognised"),
    X3_KEY_REUSED("another message under an old key is refused"),
    X3_CUT("messages are cut from a log, and their keys forgotten"),
    X4_EXPIRED("a repetition comes too late to be told from a new message"),
    X5_REBUILT("keys are read back from a log"),
    X6_FULL("a message is refused because too much is open"),

    D1_READ("a subscriber reads a message"),
    D3_CONFIRMED("a head is confirmed by a majority"),
    D3_NOT_CONFIRMED("a head cannot be confirmed"),
    D4_AT_ONE_BEHIND("a subscriber resumes at a node that is behind its cursor"),

    M1_FOUNDS("a cluster is founded"),
    M1_FORMING("a message is refused while the cluster forms"),
    M1_NO_SECOND_CLUSTER("an empty founder is told of a cluster"),
    M2_LEARNER("a node becomes a learner"),
    M2_PROMOTED("a learner becomes a voter"),
    M2_REDIRECT("a joiner is sent to the leader"),
    M3_STILL_ALIVE("a second store under a living node's number is refused"),
    M3_REPLACES("a silent store is taken out for a new one under its number"),
    M4_TOLD("a removed member is told so"),
    M4_STOPS("a removed member stops"),
    M4_LEADER_LETS_GO("a leader that is to be removed hands over first"),
    M5_REMOVED("an operator takes a member out"),
    M6_TWO_VOTERS("a cluster has two voters"),

    S2_GROUPED("several orders wait for the disk together"),
    S3_UNSYNCED_LOST("a crash takes entries that were not synced"),
    S5_DIES_WRITING_META("a process dies while it writes its meta record"),
    S6_DAMAGE_FOUND("a log ends before its mark"),
    S7_BEHIND_THE_MARK("a log holds entries behind its mark"),
    S8_FULL("a disk is nearly full"),
    S8_REFUSES("a message is refused because of that"),
    S8_SPACE_BACK("there is space again"),

    V3_RAISED("the level of a cluster is raised"),

    T5_OLD_BOOT_OPEN("a second boot is refused while the first is heard"),
    T6_OLDEST_DROPPED("a full queue drops its oldest message");

    private final String words;

    RuleCase(String words) {
        this.words = words;
    }

    /// The id of the rule, such as `E8`.
    String rule() {
        return name().substring(0, name().indexOf('_'));
    }

    /// What happens in this case, for people.
    String words() {
        return words;
    }
}
