package dev.concord.protocol;

import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/// The people of the examples: node 1, node 2 and so on, each with the store that bears its number.
public final class Examples {
    /// Wall clock of all examples: 2026-11-22T07:30:00.000Z.
    public static final long AT = 1_795_332_600_000L;

    private Examples() {}

    public static NodeId node(int id) {
        return new NodeId(id);
    }

    public static Member member(int id) {
        return member(id, id);
    }

    /// Another store under a known node id.
    public static Member member(int id, int store) {
        return new Member(new NodeId(id), new StoreId(new UUID(0, store)));
    }

    public static Peer peer(int id) {
        return peer(member(id));
    }

    public static Peer peer(Member member) {
        int id = member.id().value();
        return new Peer(member, new Address("node" + id, 5000 + id), "http://node" + id + ":8080");
    }

    public static List<Peer> peers(int... ids) {
        return IntStream.of(ids).mapToObj(Examples::peer).toList();
    }

    /// A configuration of voters alone.
    public static Configuration voters(int... ids) {
        return new Configuration(peers(ids), List.of(), List.of(), 200_000, 1);
    }

    public static Term term(long value) {
        return new Term(value);
    }

    public static LogPosition position(long term, long index) {
        return new LogPosition(new Term(term), index);
    }

    public static BootId boot(int number) {
        return new BootId(new UUID(1, number));
    }

    /// A message under this key.
    public static ChatBody body(String id) {
        return ChatBody.of(id, "", "general", "ada", "the text of " + id);
    }

    /// What a follower without news says, numbered and echoing.
    public static PeerMessage.Heartbeat heartbeat(long number, long echo) {
        return new PeerMessage.Heartbeat(
                Term.ZERO,
                number,
                echo,
                0,
                Role.FOLLOWER,
                NodeId.NONE,
                false,
                true,
                LogPosition.ZERO,
                0,
                0,
                ChainHash.ZERO,
                0);
    }
}
