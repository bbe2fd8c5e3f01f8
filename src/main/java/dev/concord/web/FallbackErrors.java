package dev.concord.web;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Answers what failed outside of any controller (in a filter, in the container) with a problem as well.
@RestController
public final class FallbackErrors implements ErrorController {
    private final Answers answers;

    public FallbackErrors(Answers answers) {
        this.answers = answers;
    }

    @RequestMapping("/error")
    void error(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        int code = status instanceof Integer known ? known : HttpServletResponse.SC_NOT_FOUND;
        answers.problem(request, response, ProblemAdvice.ofStatus(code, request));
    }
}
