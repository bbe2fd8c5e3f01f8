package dev.concord.node;

import dev.concord.protocol.LogSnapshot;
import dev.concord.protocol.Member;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.PeerMessage.CatchupMode;
import dev.concord.protocol.PeerMessage.CatchupReq;
import dev.concord.protocol.PeerMessage.CatchupResp;
import dev.concord.protocol.PeerMessage.SnapshotPart;
import dev.concord.sequencing.CatchupServer;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Serves the log to those who ask (C1, C3, C4), and keeps track of what is being read from the disk for them and for
/// this leader's followers.
final class CatchupDesk {
    private final NodeState state;
    private final CatchupServer catchups;
    private final TreeMap<Long, PendingRead> reads = new TreeMap<>();
    private long lastReadId;
    private LogSnapshot served = LogSnapshot.START;
    private byte[] servedLine = new byte[0];

    /// A disk read under way; without a mode it is for a follower of this leader.
    private record PendingRead(
            Member forMember, long fromIndex, @Nullable CatchupMode mode) {}

    CatchupDesk(NodeState state) {
        this.state = state;
        this.catchups = new CatchupServer(state.tail, state.settings.pageBytes(), state.settings.maxCatchups());
    }

    void asked(Member from, CatchupReq request, HeadReads heads) {
        switch (request.mode()) {
            case HEAD -> heads.asked(from, request);
            case CLAIM -> {
                boolean promised = request.term().equals(state.term())
                        && from.equals(state.meta().promisedTo());
                serve(from, request, promised ? state.tail.lastIndex() : -1);
            }
            case COMMITTED -> serve(from, request, state.tail.commitIndex());
            case SNAPSHOT -> serveSnapshot(from, request);
        }
    }

    /// A piece of what this log begins behind. It is committed, so whoever is a member may have it (C1).
    private void serveSnapshot(Member from, CatchupReq request) {
        LogSnapshot start = state.tail.start();
        if (start.isStart() || start.position().term().isAfter(state.durableTerm())) {
            serve(from, request, -1);
            return;
        }
        if (!start.equals(served)) {
            served = start;
            servedLine = start.line();
        }
        int offset = (int) Math.min(request.fromIndex(), servedLine.length);
        int most = Math.min(state.settings.pageBytes(), Math.max(1, request.maxBytes()));
        byte[] piece = Arrays.copyOfRange(servedLine, offset, Math.min(servedLine.length, offset + most));
        state.send(
                from.id(),
                new SnapshotPart(
                        state.durableTerm(),
                        request.requestId(),
                        start.index(),
                        offset,
                        servedLine.length,
                        Base64.getEncoder().encodeToString(piece)));
    }

    private void serve(Member from, CatchupReq request, long limit) {
        if (limit < 0) {
            state.send(
                    from.id(),
                    new CatchupResp(
                            state.durableTerm(),
                            request.mode(),
                            request.requestId(),
                            PeerMessage.CatchupStatus.REFUSED,
                            request.fromIndex(),
                            state.tail.commitIndex(),
                            false,
                            state.tail.start().firstIndex(),
                            List.of()));
            return;
        }
        switch (catchups.serve(from, request, state.durableTerm(), limit)) {
            case CatchupServer.Step.Answer(CatchupResp response) -> state.send(from.id(), response);
            case CatchupServer.Step.Read(long fromIndex, int maxBytes) ->
                read(new PendingRead(from, fromIndex, request.mode()), maxBytes);
        }
    }

    void readForFollower(Member follower, long fromIndex, int maxBytes) {
        read(new PendingRead(follower, fromIndex, null), maxBytes);
    }

    private void read(PendingRead pending, int maxBytes) {
        reads.put(++lastReadId, pending);
        state.effects.add(new Effect.ReadLog(lastReadId, pending.fromIndex, maxBytes));
    }

    void readDone(Event.LogRead read, Leading leading) {
        PendingRead pending = reads.remove(read.readId());
        if (pending == null) {
            return;
        }
        CatchupMode mode = pending.mode;
        if (mode == null) {
            leading.replicator().readDone(pending.forMember, read.entries(), state.now.nanos());
            return;
        }
        boolean promised = pending.forMember.equals(state.meta().promisedTo());
        long limit = mode == CatchupMode.CLAIM && promised ? state.tail.lastIndex() : state.tail.commitIndex();
        CatchupResp response =
                catchups.readDone(pending.forMember, pending.fromIndex, read.entries(), state.durableTerm(), limit);
        if (response != null) {
            state.send(pending.forMember.id(), response);
        }
    }

    void checkInvariants() {
        if (catchups.readsUnderWay() > state.settings.maxCatchups()) {
            throw new IllegalStateException("too many catch-up reads (I17)");
        }
    }
}
