package dev.concord.web;

import dev.concord.chat.MessagesRemovedException;
import dev.concord.chat.SubmissionRefusedException;
import dev.concord.chat.TooManySubscriptionsException;
import dev.concord.node.EventAction;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/// Turns everything that goes wrong below a controller into a problem, whatever form the client asked for.
@RestControllerAdvice
public final class ProblemAdvice {
    private static final Logger LOGGER = LoggerFactory.getLogger(ProblemAdvice.class);

    private final Answers answers;

    public ProblemAdvice(Answers answers) {
        this.answers = answers;
    }

    @ExceptionHandler
    void failed(Exception e, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (e instanceof IOException gone) {
            throw gone; // the client is gone: there is nobody to answer
        }
        if (e instanceof HttpRequestMethodNotSupportedException wrong && wrong.getSupportedHttpMethods() != null) {
            response.setHeader("Allow", methods(wrong.getSupportedHttpMethods()));
        }
        answers.problem(request, response, problem(e, request));
    }

    private static Problem problem(Exception e, HttpServletRequest request) {
        return switch (e) {
            case ProblemException known -> known.problem();
            case SubmissionRefusedException refused -> Problem.of(refused);
            case MessagesRemovedException removed -> Problem.of(removed);
            case TooManySubscriptionsException many -> Problem.of(many);
            case InterruptedException stopping -> interrupted(request);
            case HttpMediaTypeNotSupportedException type ->
                Problem.of(ProblemCode.UNSUPPORTED_MEDIA_TYPE, unsupported(type));
            case HttpMediaTypeNotAcceptableException form ->
                Problem.of(
                        ProblemCode.NOT_ACCEPTABLE,
                        "nothing here has the form " + request.getHeader("Accept") + "; offered are "
                                + MediaType.toString(form.getSupportedMediaTypes()));
            case ErrorResponse error
            when error.getStatusCode().is4xxClientError() ->
                ofStatus(error.getStatusCode().value(), request);
            default -> {
                LOGGER.atError()
                        .addKeyValue(EventAction.FIELD, EventAction.REQUEST_FAILED)
                        .setCause(e)
                        .log("{} {} failed", request.getMethod(), request.getRequestURI());
                yield Problem.of(ProblemCode.INTERNAL_ERROR, "the server failed; its log says more");
            }
        };
    }

    /// The node stops while a request waits, or the client of a bulk submission has left. A message may have been
    /// appended by then; a read has lost nothing.
    private static Problem interrupted(HttpServletRequest request) {
        return request.getMethod().equals("POST")
                ? Problem.of(ProblemCode.COMMIT_UNKNOWN, "interrupted while waiting; retry with the same id")
                : new Problem(ProblemCode.STOPPING, "this node is shutting down; ask another one", 1, Map.of());
    }

    private static String unsupported(HttpMediaTypeNotSupportedException e) {
        String found = e.getContentType() == null
                ? "there is no usable Content-Type"
                : "Content-Type " + e.getContentType() + " is not supported";
        return found + "; send " + MediaType.toString(e.getSupportedMediaTypes());
    }

    static Problem ofStatus(int status, HttpServletRequest request) {
        String what = request.getMethod() + " " + request.getRequestURI();
        ProblemCode code = ProblemCode.ofStatus(status);
        return Problem.of(
                code,
                switch (code) {
                    case NOT_FOUND -> "nothing is served at " + what;
                    case METHOD_NOT_ALLOWED -> what + " is not offered";
                    default -> code.title() + ": " + what;
                });
    }

    private static String methods(Set<HttpMethod> allowed) {
        Set<String> names = new TreeSet<>();
        allowed.forEach(method -> names.add(method.name()));
        return String.join(", ", names);
    }
}
