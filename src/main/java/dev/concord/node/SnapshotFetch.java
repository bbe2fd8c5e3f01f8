package dev.concord.node;

import dev.concord.protocol.ChainHash;
import dev.concord.protocol.LogSnapshot;
import dev.concord.protocol.MalformedEntryException;
import dev.concord.protocol.Member;
import dev.concord.protocol.PeerMessage.CatchupMode;
import dev.concord.protocol.PeerMessage.CatchupReq;
import dev.concord.protocol.PeerMessage.SnapshotPart;
import dev.concord.protocol.Role;
import dev.concord.protocol.Term;
import java.util.Base64;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Gets the snapshot of another member whose log begins behind what this one needs next (C5): piece by piece, one
/// question at a time, then installed as a whole. Whatever does not fit together is thrown away and asked for again.
final class SnapshotFetch {
    private final NodeState state;
    private final Supplier<Role> role;
    private @Nullable Fetch current;
    private long lastRequestId;

    private static final class Fetch {
        private final Member from;
        private final BooleanSupplier wanted;
        private final Runnable installed;
        private long requestId;
        private long askedAt;
        private long index;
        private byte[] bytes = new byte[0];
        private int filled;
        private boolean refused;

        Fetch(Member from, BooleanSupplier wanted, Runnable installed) {
            this.from = from;
            this.wanted = wanted;
            this.installed = installed;
        }

        void restart() {
            bytes = new byte[0];
            filled = 0;
            index = 0;
        }
    }

    SnapshotFetch(NodeState state, Supplier<Role> role) {
        this.state = state;
        this.role = role;
        lastRequestId = state.boot.number(); // a piece that an earlier boot asked for is not taken for one of this boot
    }

    /// Begins, unless that is under way already.
    ///
    /// @param wanted whether it is still of use
    /// @param installed what to do when it is installed, or was not needed after all
    void begin(Member from, BooleanSupplier wanted, Runnable installed) {
        Fetch before = current;
        if (before != null && before.from.equals(from) && before.wanted.getAsBoolean()) {
            return;
        }
        Fetch fetch = new Fetch(from, wanted, installed);
        current = fetch;
        ask(fetch);
    }

    private void ask(Fetch fetch) {
        fetch.requestId = ++lastRequestId;
        fetch.askedAt = state.now.nanos();
        state.send(
                fetch.from.id(),
                new CatchupReq(
                        state.durableTerm(),
                        CatchupMode.SNAPSHOT,
                        fetch.requestId,
                        fetch.filled,
                        Term.ZERO,
                        ChainHash.ZERO,
                        state.settings.pageBytes()));
    }

    /// A piece has come. Returns whether it was of use.
    boolean received(Member from, SnapshotPart part) {
        Fetch fetch = current;
        if (fetch == null
                || !fetch.from.equals(from)
                || fetch.requestId != part.requestId()
                || part.term().isBefore(state.term())
                || !fetch.wanted.getAsBoolean()) {
            return false;
        }
        if (part.size() > LogSnapshot.MAX_BYTES) {
            refuse(fetch, part.size());
            return false;
        }
        if (!add(fetch, part)) {
            fetch.restart(); // it has another snapshot now; asked for again when time has passed
            return false;
        }
        if (fetch.filled < fetch.bytes.length) {
            ask(fetch);
        } else {
            current = null;
            install(fetch, part.term());
        }
        return true;
    }

    /// Said once: asked again, it will hardly have become smaller.
    private void refuse(Fetch fetch, long bytes) {
        fetch.restart();
        if (!fetch.refused) {
            fetch.refused = true;
            say(
                    EventAction.ENTRIES_DAMAGED,
                    "node " + fetch.from.id() + " has a snapshot of " + bytes + " bytes, at most "
                            + LogSnapshot.MAX_BYTES + " are taken");
        }
    }

    private static boolean add(Fetch fetch, SnapshotPart part) {
        byte[] data;
        try {
            data = Base64.getDecoder().decode(part.data());
        } catch (IllegalArgumentException e) {
            return false;
        }
        if (fetch.filled == 0) {
            fetch.index = part.index();
            fetch.bytes = new byte[(int) part.size()];
        }
        boolean fits = part.index() == fetch.index
                && part.size() == fetch.bytes.length
                && part.offset() == fetch.filled
                && data.length > 0
                && data.length <= fetch.bytes.length - fetch.filled;
        if (fits) {
            System.arraycopy(data, 0, fetch.bytes, fetch.filled, data.length);
            fetch.filled += data.length;
        }
        return fits;
    }

    /// The sender's term is adopted first, or a leader that it has deposed could still say otherwise (C1, trap 16).
    private void install(Fetch fetch, Term term) {
        LogSnapshot snapshot;
        try {
            snapshot = LogSnapshot.parse(fetch.bytes);
        } catch (MalformedEntryException | IllegalArgumentException e) {
            say(EventAction.ENTRIES_DAMAGED, "node " + fetch.from.id() + " sent a damaged snapshot: " + e.getMessage());
            return; // asked for again when it is needed again
        }
        if (term.isAfter(state.term())) {
            state.changeMeta(state.meta().withTerm(term, null));
        }
        if (state.install(snapshot)) {
            say(
                    EventAction.SNAPSHOT_INSTALLED,
                    "this log begins behind a snapshot of node " + fetch.from.id() + " now: entry " + snapshot.index()
                            + ", message " + snapshot.seq());
        }
        fetch.installed.run();
    }

    private void say(EventAction action, String detail) {
        state.announce(action, role.get(), detail);
    }

    /// Once per heartbeat: repeats what was not answered, forgets what is of no use any more.
    void onHeartbeat() {
        Fetch fetch = current;
        if (fetch == null) {
            return;
        }
        if (!fetch.wanted.getAsBoolean()) {
            current = null;
        } else if (state.now.nanos() - fetch.askedAt
                >= state.settings.ackTimeout().toNanos()) {
            ask(fetch);
        }
    }
}
