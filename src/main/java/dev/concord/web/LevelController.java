package dev.concord.web;

import dev.concord.chat.ClusterLevel;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/api/cluster/level`: which level the cluster is at and what its members know; `PUT` of a number raises it.
@RestController
@RequestMapping("/api/cluster/level")
public final class LevelController {
    private static final int RAISE_SECONDS = 10;

    private final ClusterLevel level;
    private final Answers answers;

    public LevelController(ClusterLevel level, Answers answers) {
        this.level = level;
        this.answers = answers;
    }

    @GetMapping
    void report(HttpServletRequest request, HttpServletResponse response) throws IOException {
        new Query(request);
        answers.json(response, HttpServletResponse.SC_OK, level.report());
    }

    @PutMapping("/{wanted}")
    void raise(@PathVariable String wanted, HttpServletRequest request, HttpServletResponse response)
            throws IOException, InterruptedException {
        new Query(request);
        long number = Query.seq("level", wanted, 1);
        if (number > Integer.MAX_VALUE) {
            throw ProblemException.parameter("level", "there is no level " + number);
        }
        String failure = await((int) number);
        if (!failure.isEmpty()) {
            throw new ProblemException(ProblemCode.LEVEL_NOT_RAISED, failure);
        }
        answers.json(response, HttpServletResponse.SC_OK, level.report());
    }

    private String await(int wanted) throws InterruptedException {
        try {
            return level.raise(wanted).get(RAISE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            return "no answer within " + RAISE_SECONDS + " s; GET /api/cluster/level tells what became of it";
        } catch (ExecutionException e) {
            throw new IllegalStateException("raising the level has an outcome, not a failure", e);
        }
    }
}
