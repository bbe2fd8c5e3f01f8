package dev.concord.web;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;

/// Answers requests that Tomcat refuses before the application sees them, such as one with a broken path,
/// with a problem in place of Tomcat's own page.
public final class ContainerErrors extends ErrorReportValve {
    private final Answers answers;

    public ContainerErrors(Answers answers) {
        this.answers = answers;
    }

    @Override
    protected void report(Request request, Response response, Throwable throwable) {
        int status = response.getStatus();
        if (status < HttpServletResponse.SC_BAD_REQUEST
                || response.getContentWritten() > 0
                || !response.setErrorReported()) {
            return;
        }
        try {
            answers.problem(
                    request.getRequest(), response.getResponse(), ProblemAdvice.ofStatus(status, request.getRequest()));
            response.finishResponse();
        } catch (IOException e) {
            container.getLogger().debug("the client of a refused request is gone", e);
        }
    }
}
