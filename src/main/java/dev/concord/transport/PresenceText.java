package dev.concord.transport;

import dev.concord.protocol.CanonicalWriter;
import dev.concord.protocol.PeerMessage.Person;
import dev.concord.protocol.PeerMessage.Presence;
import dev.concord.protocol.PeerMessage.Typing;
import dev.concord.protocol.Term;

/// The fields of PRESENCE:
/// `"connected":3,"truncated":false,"people":[{"name":"ada","rooms":["general"]}],"typing":[…]`.
final class PresenceText {
    private PresenceText() {}

    static void write(CanonicalWriter out, Presence m) {
        out.literal(",\"connected\":").number(m.connected());
        out.literal(m.truncated() ? ",\"truncated\":true" : ",\"truncated\":false");
        out.literal(",\"people\":[");
        String separator = "";
        for (Person person : m.people()) {
            out.literal(separator).literal("{\"name\":").string(person.name()).literal(",\"rooms\":[");
            String comma = "";
            for (String room : person.rooms()) {
                out.literal(comma).string(room);
                comma = ",";
            }
            out.literal("]}");
            separator = ",";
        }
        out.literal("],\"typing\":[");
        separator = "";
        for (Typing typing : m.typing()) {
            out.literal(separator).literal("{\"name\":").string(typing.name());
            out.literal(",\"room\":").string(typing.room()).literal("}");
            separator = ",";
        }
        out.literal("]");
    }

    static Presence read(JsonFields in, Term term) throws ViolationException {
        return new Presence(
                term,
                in.number("connected", Integer.MAX_VALUE),
                in.flag("truncated"),
                in.objects("people", person -> new Person(person.text("name"), person.texts("rooms"))),
                in.objects("typing", typing -> new Typing(typing.text("name"), typing.text("room"))));
    }
}
