package dev.concord.protocol;

import java.util.ArrayList;
import java.util.List;

/// The canonical text of a [Configuration] inside a config entry.
final class ConfigurationText {
    private ConfigurationText() {}

    static void write(CanonicalWriter out, Configuration value) {
        peers(out.literal(",\"voters\":["), value.voters());
        peers(out.literal("],\"learners\":["), value.learners());
        out.literal("],\"removed\":[");
        String separator = "";
        for (Member member : value.removed()) {
            member(out.literal(separator).literal("{"), member).literal("}");
            separator = ",";
        }
        out.literal("],\"dedup_window\":").number(value.dedupWindow());
        if (value.level() > 1) { // what level 1 wrote stays as it is
            out.literal(",\"level\":").number(value.level());
        }
    }

    static Configuration read(CanonicalReader in) {
        int start = in.position();
        Configuration value = parse(in);
        CanonicalWriter spelling = new CanonicalWriter(in.position() - start);
        write(spelling, value); // a store id in other letters or members in another order are other bytes
        in.requireSpelling(start, spelling);
        return value;
    }

    private static Configuration parse(CanonicalReader in) {
        List<Peer> voters = peers(in.expect(",\"voters\":["));
        List<Peer> learners = peers(in.expect(",\"learners\":["));
        in.expect(",\"removed\":[");
        List<Member> removed = new ArrayList<>();
        while (!in.accept("]")) {
            in.expect(removed.isEmpty() ? "{" : ",{");
            removed.add(member(in));
            in.expect("}");
        }
        int window = in.expect(",\"dedup_window\":").smallNumber();
        int level = in.accept(",\"level\":") ? in.smallNumber() : 1;
        if (level < 1) {
            throw in.malformed("expected a level");
        }
        return new Configuration(voters, learners, removed, window, level);
    }

    private static void peers(CanonicalWriter out, List<Peer> peers) {
        String separator = "";
        for (Peer peer : peers) {
            member(out.literal(separator).literal("{"), peer.member());
            out.literal(",\"host\":").string(peer.address().host());
            out.literal(",\"port\":").number(peer.address().port());
            out.literal(",\"url\":").string(peer.url()).literal("}");
            separator = ",";
        }
    }

    private static CanonicalWriter member(CanonicalWriter out, Member member) {
        return out.literal("\"node_id\":")
                .number(member.id().value())
                .literal(",\"store_id\":")
                .string(member.store().toString());
    }

    private static List<Peer> peers(CanonicalReader in) {
        List<Peer> peers = new ArrayList<>();
        while (!in.accept("]")) {
            in.expect(peers.isEmpty() ? "{" : ",{");
            Member member = member(in);
            String host = in.expect(",\"host\":").string();
            int port = in.expect(",\"port\":").smallNumber();
            if (port > Address.MAX_PORT) {
                throw in.malformed("expected a port");
            }
            String url = in.expect(",\"url\":").string();
            in.expect("}");
            peers.add(new Peer(member, new Address(host, port), url));
        }
        return peers;
    }

    private static Member member(CanonicalReader in) {
        NodeId id = new NodeId(in.expect("\"node_id\":").smallNumber());
        String store = in.expect(",\"store_id\":").string();
        try {
            return new Member(id, StoreId.of(store));
        } catch (IllegalArgumentException e) {
            throw in.malformed("expected a store id");
        }
    }
}
