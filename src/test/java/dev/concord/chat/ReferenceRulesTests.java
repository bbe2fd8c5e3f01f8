package dev.concord.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.concord.access.Caller;
import dev.concord.access.Role;
import dev.concord.chat.ReferenceRefusedException.Reason;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.Reference;
import dev.concord.protocol.Reference.Kind;
import dev.concord.runtime.SingleNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Who may reply to, edit and delete what.
class ReferenceRulesTests {
    private final SingleNode node = new SingleNode();
    private final MessageReader messages = new MessageReader(node.committed());
    private final ReferenceRules rules = new ReferenceRules(node, messages, new Changes(node.committed(), messages));

    @AfterEach
    void stop() {
        node.close();
    }

    private long say(String user, String room, String sender, @Nullable Reference reference) {
        String text = reference != null && reference.kind() == Kind.DELETE ? "" : "text";
        ChatBody body = ChatBody.of("k" + node.committed().commitSeq(), user, room, sender, text, reference);
        return node.log().commit(List.of(body)).getFirst().seq();
    }

    private static Caller caller(String name, Role role) {
        return new Caller(name, role, Instant.MAX, () -> true);
    }

    private void judge(Caller caller, String room, String sender, Kind kind, long seq) {
        Reference reference = new Reference(kind, seq);
        String text = kind == Kind.DELETE ? "" : "new";
        ChatBody body = ChatBody.of("new", caller.getName(), room, sender, text, reference);
        rules.require(body, reference, PostReader.Envelope.of(caller));
    }

    private @Nullable Reason refusal(Caller caller, String room, String sender, Kind kind, long seq) {
        try {
            judge(caller, room, sender, kind, seq);
            return null;
        } catch (ReferenceRefusedException e) {
            return e.reason();
        }
    }

    private @Nullable Reason refusal(String sender, Kind kind, long seq) {
        return refusal(Caller.ANYBODY, "general", sender, kind, seq);
    }

    @ParameterizedTest
    @EnumSource
    void theOwnMessageMayBeMeant(Kind kind) {
        long seq = say("", "general", "ada", null);

        assertThatCode(() -> judge(Caller.ANYBODY, "general", "ada", kind, seq)).doesNotThrowAnyException();
    }

    @Test
    void aReplyIsAMessageLikeAnyOther() {
        long first = say("", "general", "ada", null);
        long reply = say("", "general", "bob", new Reference(Kind.REPLY, first));

        assertThat(refusal("ada", Kind.REPLY, reply)).isNull();
        assertThat(refusal("bob", Kind.EDIT, reply)).isNull();
        assertThat(refusal("bob", Kind.DELETE, reply)).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void aMessageThatIsNotThereIsNotMeant(Kind kind) {
        assertThat(refusal("ada", kind, 1)).isEqualTo(Reason.NO_SUCH_MESSAGE);
    }

    @ParameterizedTest
    @EnumSource
    void aMessageThatRetentionRemovedIsNotMeant(Kind kind) {
        say("", "general", "ada", null);
        say("", "general", "ada", null);
        node.log().removeBelow(2);

        assertThat(refusal("ada", kind, 1)).isEqualTo(Reason.REMOVED);
        assertThat(refusal("ada", kind, 2)).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void aMessageOfAnotherRoomIsNotMeant(Kind kind) {
        long seq = say("", "dev", "ada", null);

        assertThat(refusal("ada", kind, seq)).isEqualTo(Reason.OTHER_ROOM);
    }

    @ParameterizedTest
    @CsvSource({"EDIT,REPLY", "EDIT,EDIT", "EDIT,DELETE", "DELETE,REPLY", "DELETE,EDIT", "DELETE,DELETE"})
    void aChangeIsNotChanged(Kind first, Kind second) {
        long seq = say("", "general", "ada", null);
        long change = say("", "general", "ada", new Reference(first, seq));

        assertThat(refusal("ada", second, change)).isEqualTo(Reason.IS_A_CHANGE);
    }

    @ParameterizedTest
    @EnumSource
    void aDeletedMessageIsNotMeantAnyMore(Kind kind) {
        long seq = say("", "general", "ada", null);
        say("", "general", "ada", new Reference(Kind.EDIT, seq));
        say("", "general", "ada", new Reference(Kind.DELETE, seq));

        assertThat(refusal("ada", kind, seq)).isEqualTo(Reason.DELETED);
    }

    @Test
    void whatWasSubmittedBeforeTheDeleteMayBeSubmittedAgain() {
        long seq = say("", "general", "ada", null);
        ChatBody edit = node.log()
                .commit(List.of(
                        ChatBody.of("e1", "", "general", "ada", "text", new Reference(Kind.EDIT, seq)),
                        ChatBody.of("d1", "", "general", "ada", "", new Reference(Kind.DELETE, seq))))
                .getFirst()
                .body();
        PostReader.Envelope envelope = PostReader.Envelope.EMPTY;
        Reference reference = new Reference(Kind.EDIT, seq);
        ChatBody other = ChatBody.of("e1", "", "general", "ada", "other text", reference);

        assertThatCode(() -> rules.require(edit, reference, envelope)).doesNotThrowAnyException();
        assertThatCode(() -> rules.require(other, reference, envelope)).isInstanceOf(ReferenceRefusedException.class);
    }

    @Test
    void aRepetitionIsLookedForAmongTheNewestChangesOnly() {
        long seq = say("", "general", "ada", null);
        Reference reference = new Reference(Kind.EDIT, seq);
        ChatBody first = ChatBody.of("e", "", "general", "ada", "text", reference);
        node.log().commit(List.of(first));
        List<ChatBody> more = new ArrayList<>();
        for (int i = 0; i < Changes.MAX_LOOKED_THROUGH - 2; i++) {
            more.add(ChatBody.of("e" + i, "", "general", "ada", "text", reference));
        }
        more.add(ChatBody.of("d", "", "general", "ada", "", new Reference(Kind.DELETE, seq)));
        node.log().commit(more);
        PostReader.Envelope envelope = PostReader.Envelope.EMPTY;

        assertThatCode(() -> rules.require(first, reference, envelope)).doesNotThrowAnyException();
        node.log().commit(List.of(ChatBody.of("late", "", "general", "ada", "text", reference)));
        assertThatCode(() -> rules.require(first, reference, envelope)).isInstanceOf(ReferenceRefusedException.class);
    }

    @Test
    void aReplyThatWasStoredBeforeTheDeleteMayBeSubmittedAgain() {
        long seq = say("", "general", "ada", null);
        Reference reply = new Reference(Kind.REPLY, seq);
        ChatBody stored = ChatBody.of("r1", "", "general", "bob", "yes", reply);
        ChatBody other = ChatBody.of("r1", "", "general", "bob", "no", reply);
        ChatBody later = ChatBody.of("r2", "", "general", "bob", "yes", reply);
        node.log()
                .commit(List.of(stored, ChatBody.of("d1", "", "general", "ada", "", new Reference(Kind.DELETE, seq))));
        PostReader.Envelope envelope = PostReader.Envelope.EMPTY;

        assertThatCode(() -> rules.require(stored, reply, envelope)).doesNotThrowAnyException();
        assertThatCode(() -> rules.require(other, reply, envelope)).isInstanceOf(ReferenceRefusedException.class);
        assertThatCode(() -> rules.require(later, reply, envelope)).isInstanceOf(ReferenceRefusedException.class);

        List<ChatBody> more = new ArrayList<>();
        for (int i = 2; i < Changes.MAX_REPLIES_LOOKED_THROUGH; i++) {
            more.add(ChatBody.of("m" + i, "", "general", "ada", "more", null));
        }
        node.log().commit(more);
        assertThatCode(() -> rules.require(stored, reply, envelope)).doesNotThrowAnyException();
        node.log().commit(List.of(ChatBody.of("late", "", "general", "ada", "more", null)));
        assertThatCode(() -> rules.require(stored, reply, envelope)).isInstanceOf(ReferenceRefusedException.class);
        ChatBody newest = ChatBody.of("r3", "", "general", "bob", "yes", reply); // it raced the delete
        node.log().commit(List.of(newest));
        assertThatCode(() -> rules.require(newest, reply, envelope)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource
    void aClusterOfLevelOneKnowsNoneOfThis(Kind kind) {
        long seq = say("", "general", "ada", null);
        node.level(1);

        assertThatCode(() -> judge(Caller.ANYBODY, "general", "ada", kind, seq))
                .hasMessageContaining("the cluster is at level 1")
                .hasMessageContaining("concord upgrade --finish");
        assertThat(refusal("ada", kind, seq)).isEqualTo(Reason.LEVEL_TOO_LOW);
    }

    @Nested
    class WithoutAuthentication {
        @Test
        void theSenderCounts() {
            long seq = say("", "general", "ada", null);

            assertThat(refusal("bob", Kind.REPLY, seq)).isNull();
            assertThat(refusal("bob", Kind.EDIT, seq)).isEqualTo(Reason.NOT_YOURS);
            assertThat(refusal("bob", Kind.DELETE, seq)).isEqualTo(Reason.NOT_YOURS);
        }

        @Test
        void whatAUserWroteIsNobodysElse() {
            long seq = say("u1", "general", "ada", null);

            assertThat(refusal("ada", Kind.EDIT, seq)).isEqualTo(Reason.NOT_YOURS);
            assertThat(refusal("ada", Kind.DELETE, seq)).isEqualTo(Reason.NOT_YOURS);
        }
    }

    @Nested
    class WithAuthentication {
        @Test
        void theUserCountsUnderWhateverName() {
            long seq = say("u1", "general", "ada", null);
            Caller author = caller("u1", Role.WRITER);
            Caller other = caller("u2", Role.WRITER);

            assertThat(refusal(author, "general", "lovelace", Kind.EDIT, seq)).isNull();
            assertThat(refusal(author, "general", "lovelace", Kind.DELETE, seq)).isNull();
            assertThat(refusal(other, "general", "ada", Kind.EDIT, seq)).isEqualTo(Reason.NOT_YOURS);
            assertThat(refusal(other, "general", "ada", Kind.DELETE, seq)).isEqualTo(Reason.NOT_YOURS);
        }

        @Test
        void anAdminMayDeleteAnythingAndEditNothing() {
            long seq = say("u1", "general", "ada", null);
            long open = say("", "general", "ada", null);
            Caller admin = caller("root", Role.ADMIN);

            assertThat(refusal(admin, "general", "root", Kind.DELETE, seq)).isNull();
            assertThat(refusal(admin, "general", "root", Kind.DELETE, open)).isNull();
            assertThat(refusal(admin, "general", "ada", Kind.EDIT, seq)).isEqualTo(Reason.NOT_YOURS);
        }
    }
}
