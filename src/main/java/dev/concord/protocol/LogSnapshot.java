package dev.concord.protocol;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/// The history up to an index, as far as the protocol needs it, without its entries. It stands for what retention
/// has removed (C5), or sums up what a start need not read again.
///
/// What a snapshot says depends on the log alone, and it has one spelling, so all nodes make the same bytes of the
/// same history. Like an entry it is one line that ends with its own CRC-32C. The keys of the deduplication window
/// are not in it: they stand in the entries that stay (X4).
///
/// @param position of the last entry it stands for, [LogPosition#ZERO] for none
/// @param seq of the last chat entry up to there
/// @param termStarts position of the first entry of each term up to there, ascending (R2)
/// @param configuration in force there
/// @param recentLeaders leaders of the last no-ops up to there, oldest first, at most eight (E13)
public record LogSnapshot(
        LogPosition position,
        ChainHash hash,
        long seq,
        long atMillis,
        List<LogPosition> termStarts,
        Configuration configuration,
        List<NodeId> recentLeaders) {
    /// Leaders of the newest no-ops that are remembered (E13).
    public static final int RECENT_LEADERS = 8;
    /// Nobody keeps, sends or takes a longer line: it would speak of a million terms.
    public static final int MAX_BYTES = 32 << 20;

    /// Before the first entry.
    public static final LogSnapshot START =
            new LogSnapshot(LogPosition.ZERO, ChainHash.ZERO, 0, 0, List.of(), Configuration.EMPTY, List.of());

    private static final int CRC_DIGITS = 8;
    private static final String CRC = ",\"crc\":\"";

    public LogSnapshot {
        termStarts = List.copyOf(termStarts);
        recentLeaders = List.copyOf(recentLeaders);
    }

    public long index() {
        return position.index();
    }

    /// The first entry that follows.
    public long firstIndex() {
        return position.index() + 1;
    }

    /// The first message that follows.
    public long firstSeq() {
        return seq + 1;
    }

    /// Whether it stands for anything.
    public boolean isStart() {
        return position.index() == 0;
    }

    /// Its line, without a line feed.
    public byte[] line() {
        CanonicalWriter out = new CanonicalWriter(1024 + 24 * termStarts.size());
        out.literal("{\"version\":1,\"index\":").number(position.index());
        out.literal(",\"term\":").number(position.term().value());
        out.literal(",\"seq\":").number(seq).literal(",\"first_seq\":").number(firstSeq());
        out.literal(",\"at\":\"").time(atMillis).literal("\",\"hash\":\"").hash(hash);
        out.literal("\",\"terms\":[");
        String separator = "";
        for (LogPosition first : termStarts) {
            out.literal(separator).literal("[").number(first.term().value());
            out.literal(",").number(first.index()).literal("]");
            separator = ",";
        }
        out.literal("],\"leaders\":[");
        separator = "";
        for (NodeId leader : recentLeaders) {
            out.literal(separator).number(leader.value());
            separator = ",";
        }
        out.literal("]");
        ConfigurationText.write(out, configuration);
        int crc = crc(out.array(), out.length());
        return out.literal(CRC).checksum(crc).literal("\"}").toBytes();
    }

    /// Reads such a line.
    ///
    /// @throws MalformedEntryException saying what is wrong with it
    public static LogSnapshot parse(byte[] line) {
        if (line.length > MAX_BYTES) {
            throw new MalformedEntryException("it has " + line.length + " bytes, at most " + MAX_BYTES + " are taken");
        }
        int covered = line.length - CRC.length() - CRC_DIGITS - 2;
        if (covered < 1) {
            throw new MalformedEntryException("it is too short");
        }
        CanonicalReader tail = new CanonicalReader(line, covered, line.length).expect(CRC);
        if (tail.checksum() != crc(line, covered)) {
            throw new MalformedEntryException("the checksum does not match");
        }
        tail.expect("\"}");
        LogSnapshot snapshot = read(new CanonicalReader(line, 0, covered));
        snapshot.requireSense();
        if (!Arrays.equals(line, snapshot.line())) {
            throw new MalformedEntryException("not in canonical form");
        }
        return snapshot;
    }

    private static LogSnapshot read(CanonicalReader in) {
        long index = in.expect("{\"version\":1,\"index\":").number();
        Term term = new Term(in.expect(",\"term\":").number());
        long seq = in.expect(",\"seq\":").number();
        in.expect(",\"first_seq\":").number();
        long at = in.expect(",\"at\":\"").time();
        ChainHash hash = in.expect("\",\"hash\":\"").hash();
        in.expect("\",\"terms\":[");
        List<LogPosition> terms = new ArrayList<>();
        while (!in.accept("]")) {
            Term started = new Term(in.expect(terms.isEmpty() ? "[" : ",[").number());
            terms.add(new LogPosition(started, in.expect(",").number()));
            in.expect("]");
        }
        in.expect(",\"leaders\":[");
        List<NodeId> leaders = new ArrayList<>();
        while (!in.accept("]")) {
            leaders.add(new NodeId(in.expect(leaders.isEmpty() ? "" : ",").smallNumber()));
        }
        Configuration configuration = ConfigurationText.read(in);
        if (!in.atEnd()) {
            throw in.malformed("expected the end");
        }
        return new LogSnapshot(new LogPosition(term, index), hash, seq, at, terms, configuration, leaders);
    }

    private void requireSense() {
        LogPosition before = LogPosition.ZERO;
        for (LogPosition first : termStarts) {
            if (first.index() <= before.index() || !first.term().isAfter(before.term())) {
                throw new MalformedEntryException("its terms do not ascend");
            }
            before = first;
        }
        boolean ends = position.index() > 0
                && before.term().equals(position.term())
                && before.index() <= position.index()
                && seq < position.index()
                && recentLeaders.size() <= RECENT_LEADERS;
        if (!ends) {
            throw new MalformedEntryException("its numbers contradict each other");
        }
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    @Override
    public String toString() {
        return new String(line(), StandardCharsets.UTF_8);
    }
}
