package dev.concord.web;

import dev.concord.chat.LabBench;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/api/lab`: where the lab is, what elections looked like from here, and how slow the disk is made. At a node in no
/// lab these addresses are not found.
@RestController
@RequestMapping("/api/lab")
public final class LabController {
    private final Optional<LabBench> bench;
    private final Answers answers;

    /// @param bench empty at a node in no lab
    public LabController(Optional<LabBench> bench, Answers answers) {
        this.bench = bench;
        this.answers = answers;
    }

    @GetMapping
    void report(HttpServletRequest request, HttpServletResponse response) throws IOException {
        new Query(request);
        answers.json(response, HttpServletResponse.SC_OK, bench().report());
    }

    @GetMapping("/protocol")
    void protocol(HttpServletRequest request, HttpServletResponse response) throws IOException {
        long after = new Query(request, "after").seq("after", 0).orElse(0);
        answers.json(response, HttpServletResponse.SC_OK, bench().protocol(after));
    }

    @PutMapping("/sync-delay/{millis}")
    void slowDisk(@PathVariable String millis, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        new Query(request);
        long wanted = Query.seq("millis", millis, 0);
        if (wanted > LabBench.MAX_SYNC_DELAY_MS) {
            throw ProblemException.parameter(
                    "millis", "a disk is slowed by 0 to " + LabBench.MAX_SYNC_DELAY_MS + " ms, not by " + wanted);
        }
        bench().slowDisk(Duration.ofMillis(wanted));
        answers.json(response, HttpServletResponse.SC_OK, bench().report());
    }

    private LabBench bench() {
        return bench.orElseThrow(() -> new ProblemException(
                ProblemCode.NOT_FOUND, "this node is in no lab; concord up --lab starts a cluster in one"));
    }
}
