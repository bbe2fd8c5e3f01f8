package dev.concord.sequencing;

import dev.concord.protocol.ChainHash;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.Member;
import dev.concord.protocol.PeerMessage.CatchupMode;
import dev.concord.protocol.PeerMessage.CatchupReq;
import dev.concord.protocol.PeerMessage.CatchupResp;
import dev.concord.protocol.PeerMessage.CatchupStatus;
import dev.concord.protocol.Term;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Serves pages of the log to members that ask (C1, C3, C4). At most [ProtocolSettings#maxCatchups] pages are read from
/// the disk at once, one per member; more are refused, and the asker comes back.
public final class CatchupServer {
    private final LogTail log;
    private final int pageBytes;
    private final int maxReads;
    private final TreeMap<Member, CatchupReq> reading = new TreeMap<>();

    public CatchupServer(LogTail log, int pageBytes, int maxReads) {
        this.log = log;
        this.pageBytes = pageBytes;
        this.maxReads = maxReads;
    }

    /// What to do with a request: answer now, or read the disk first.
    public sealed interface Step {
        record Answer(CatchupResp response) implements Step {}

        record Read(long fromIndex, int maxBytes) implements Step {}
    }

    /// Judges a request for entries.
    ///
    /// @param limit the last index that may be served: the commit index, or the end of the log in CLAIM mode
    public Step serve(Member from, CatchupReq request, Term term, long limit) {
        long previous = request.fromIndex() - 1;
        if (previous < 0 || previous > limit) {
            return new Step.Answer(response(request, term, CatchupStatus.CONFLICT, limit, List.of()));
        }
        ChainHash hash = log.hashAt(previous);
        if (!log.termAt(previous).equals(request.prevTerm()) || hash != null && !hash.equals(request.prevHash())) {
            return new Step.Answer(response(request, term, CatchupStatus.CONFLICT, limit, List.of()));
        }
        if (previous < log.start().index() && request.fromIndex() < log.firstInMemory()) {
            return new Step.Answer(response(request, term, CatchupStatus.TOO_OLD, limit, List.of()));
        }
        int bytes = Math.min(pageBytes, Math.max(1, request.maxBytes()));
        if (request.fromIndex() >= log.firstInMemory() || request.fromIndex() > limit) {
            List<LogEntry> page = log.page(request.fromIndex(), limit, bytes);
            return new Step.Answer(response(request, term, CatchupStatus.OK, limit, page));
        }
        if (reading.size() >= maxReads && !reading.containsKey(from)) {
            return new Step.Answer(response(request, term, CatchupStatus.REFUSED, limit, List.of()));
        }
        reading.put(from, request);
        return new Step.Read(request.fromIndex(), bytes);
    }

    /// Completes a request whose entries came from the disk; null if the member has asked something else meanwhile.
    public @Nullable CatchupResp readDone(Member from, long fromIndex, List<LogEntry> entries, Term term, long limit) {
        CatchupReq request = reading.get(from);
        if (request == null || request.fromIndex() != fromIndex) {
            return null;
        }
        reading.remove(from);
        // A slow disk may still hold what this log has cut meanwhile: same index, other term, and not committed at all.
        List<LogEntry> page = entries.stream()
                .takeWhile(e -> e.index() <= limit && e.term().equals(log.termAt(e.index())))
                .toList();
        boolean stale =
                page.isEmpty() && !entries.isEmpty() && entries.getFirst().index() <= limit;
        CatchupStatus status =
                stale ? CatchupStatus.REFUSED : entries.isEmpty() ? CatchupStatus.TOO_OLD : CatchupStatus.OK;
        return response(request, term, status, limit, page);
    }

    /// Pages being read.
    public int readsUnderWay() {
        return reading.size();
    }

    private CatchupResp response(
            CatchupReq request, Term term, CatchupStatus status, long limit, List<LogEntry> entries) {
        // A term that this node has not made durable yet is not told, so entries of it are not either (C1).
        List<LogEntry> told =
                entries.stream().filter(e -> !e.term().isAfter(term)).toList();
        boolean cut = told.size() < entries.size();
        boolean more = status == CatchupStatus.OK && !cut && request.fromIndex() + told.size() <= limit;
        CatchupMode mode = request.mode();
        return new CatchupResp(
                term,
                mode,
                request.requestId(),
                status,
                request.fromIndex(),
                log.commitIndex(),
                more,
                log.start().firstIndex(),
                told);
    }
}
