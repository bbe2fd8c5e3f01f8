package dev.concord.simulation;

import dev.concord.protocol.ChatBody;

/// A message as its client knows it, over all tries.
final class Letter {
    enum Purpose {
        /// Something new to say, tried until it is acknowledged.
        NEWS,
        /// An acknowledged letter once more, under the same key: must not appear twice.
        REPEAT,
        /// Another text under an old key: must not appear at all.
        KEY_REUSE
    }

    final Purpose purpose;
    final ChatBody body;
    final String key;
    /// For the repeats: the letter it repeats.
    final Letter original;
    /// Position among what its client wrote.
    long number;
    /// Position among what its client sent; renewed when every try before is known to be void.
    long firstSent;
    /// The highest seq acknowledged to anybody before this was first sent (G4).
    long floorSeq;
    /// What the client knew to be committed before its first try, once that has failed (X4).
    long afterSeq = -1;

    long knownAtFirstTry;
    int tries;
    /// Tries that may have led to an entry.
    int unsure;
    /// When a node first gave up on it without knowing its fate.
    long unknownSinceNanos = Long.MAX_VALUE;

    /// When the first try that may count came to its node.
    long arrivedNanos = Long.MAX_VALUE;

    /// When a try was last refused for good.
    long lastRefusedNanos = -1;

    long firstSentNanos;
    boolean acknowledged;
    long seq;

    Letter(Purpose purpose, ChatBody body, Letter original) {
        this.purpose = purpose;
        this.body = body;
        this.key = body.key();
        this.original = original == null ? this : original;
    }

    @Override
    public String toString() {
        return "letter " + body.id() + " (" + purpose + ", try " + tries + ")";
    }
}
