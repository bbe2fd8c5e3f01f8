package dev.concord.web;

import dev.concord.chat.RoomDirectory;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `GET /api/rooms`: which rooms there are, with the number of their messages and the newest one.
@RestController
@RequestMapping("/api/rooms")
public final class RoomController {
    private final RoomDirectory rooms;
    private final Answers answers;

    public RoomController(RoomDirectory rooms, Answers answers) {
        this.rooms = rooms;
        this.answers = answers;
    }

    @GetMapping
    void list(HttpServletRequest request, HttpServletResponse response) throws IOException, InterruptedException {
        new Query(request);
        answers.json(response, HttpServletResponse.SC_OK, rooms.list());
    }
}
