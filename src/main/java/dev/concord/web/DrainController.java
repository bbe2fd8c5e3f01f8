package dev.concord.web;

import dev.concord.chat.Drain;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/api/cluster/drain`: takes this node out of service before a stop, and tells when stopping is safe.
@RestController
@RequestMapping("/api/cluster/drain")
public final class DrainController {
    private final Drain drain;
    private final Answers answers;

    public DrainController(Drain drain, Answers answers) {
        this.drain = drain;
        this.answers = answers;
    }

    @GetMapping
    void progress(HttpServletRequest request, HttpServletResponse response) throws IOException {
        new Query(request);
        answers.json(response, HttpServletResponse.SC_OK, drain.progress());
    }

    /// Returns at once; what is still under way is asked for with GET.
    @PostMapping
    void begin(HttpServletRequest request, HttpServletResponse response) throws IOException {
        new Query(request);
        drain.begin();
        answers.json(response, HttpServletResponse.SC_ACCEPTED, drain.progress());
    }
}
