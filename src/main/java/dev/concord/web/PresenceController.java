package dev.concord.web;

import dev.concord.access.Caller;
import dev.concord.chat.ChatLimits;
import dev.concord.chat.PostRules;
import dev.concord.chat.Presence;
import dev.concord.chat.PresenceState;
import dev.concord.chat.TypingHint;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/api/presence`: who is connected and who is writing, in the whole cluster.
@RestController
@RequestMapping("/api/presence")
public final class PresenceController {
    private final Presence presence;
    private final ChatLimits limits;
    private final Answers answers;

    public PresenceController(Presence presence, ChatLimits limits, Answers answers) {
        this.presence = presence;
        this.limits = limits;
        this.answers = answers;
    }

    @GetMapping
    void list(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Query query = new Query(request, "room");
        query.room();
        PresenceState state = presence.state();
        Optional<String> room = query.text("room");
        answers.json(response, HttpServletResponse.SC_OK, room.isEmpty() ? state : state.of(room.get()));
    }

    @PostMapping(path = "/typing", consumes = MediaType.APPLICATION_JSON_VALUE)
    void typing(HttpServletRequest request, HttpServletResponse response) throws IOException {
        new Query(request);
        byte[] body = RequestBody.read(request, TypingHint.MAX_BYTES, limits.bodyTimeout());
        TypingHint hint = TypingHint.read(body, 0, body.length);
        String room = hint.room();
        String user = Caller.of(request.getUserPrincipal()).getName();
        String client = user.isEmpty() ? request.getRemoteAddr() : user;
        presence.types(client, hint.sender(), room == null ? PostRules.DEFAULT_ROOM : room);
        response.setStatus(HttpServletResponse.SC_ACCEPTED);
    }
}
