package dev.concord.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// The pages that the `type` of a problem leads to: what it means and what to do, for people and as JSON.
@RestController
@RequestMapping("/problems")
public final class ProblemPages {
    private static final String PAGE = """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>%1$s · Concord</title>
            <link rel="stylesheet" href="/concord.css">
            <h1>%1$s</h1>
            %2$s
            """;

    private final Answers answers;

    public ProblemPages(Answers answers) {
        this.answers = answers;
    }

    @GetMapping(produces = MediaType.TEXT_HTML_VALUE)
    void list(HttpServletResponse response) throws IOException {
        String items = Arrays.stream(ProblemCode.values())
                .map(code -> "<dt>%d <a href=\"%s\"><code>%s</code></a></dt><dd>%s</dd>"
                        .formatted(code.status(), code.page(), code.code(), code.title()))
                .collect(Collectors.joining("\n"));
        Answers.html(response, 200, PAGE.formatted("Problems", "<dl>\n" + items + "\n</dl>"));
    }

    @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
    void listAsJson(HttpServletResponse response) throws IOException {
        List<Map<String, Object>> all =
                Arrays.stream(ProblemCode.values()).map(ProblemPages::members).toList();
        answers.json(response, 200, Map.of("problems", all));
    }

    @GetMapping(path = "/{code}", produces = MediaType.TEXT_HTML_VALUE)
    void one(@PathVariable String code, HttpServletRequest request, HttpServletResponse response) throws IOException {
        ProblemCode problem = known(code, request);
        String retry = problem.retryable()
                ? "The same request may succeed later, or at another node."
                : "The same request will fail again.";
        String text = "<p>%s</p>\n<dl><dt>Status</dt><dd>%d</dd><dt>Code</dt><dd><code>%s</code></dd>"
                        .formatted(problem.explanation(), problem.status(), problem.code())
                + "<dt>Retry</dt><dd>%s</dd></dl>\n<p><a href=\"/problems\">All problems</a></p>".formatted(retry);
        Answers.html(response, 200, PAGE.formatted(problem.title(), text));
    }

    @GetMapping(path = "/{code}", produces = MediaType.APPLICATION_JSON_VALUE)
    void oneAsJson(@PathVariable String code, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        answers.json(response, 200, members(known(code, request)));
    }

    private static ProblemCode known(String code, HttpServletRequest request) {
        return ProblemCode.of(code)
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.NOT_FOUND, "there is no problem called so: " + request.getRequestURI()));
    }

    private static Map<String, Object> members(ProblemCode problem) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", problem.page());
        members.put("title", problem.title());
        members.put("status", problem.status());
        members.put("code", problem.code());
        members.put("retryable", problem.retryable());
        members.put("explanation", problem.explanation());
        return members;
    }
}
