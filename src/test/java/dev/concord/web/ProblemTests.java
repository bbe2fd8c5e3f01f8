package dev.concord.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProblemTests extends HttpTest {
    @ParameterizedTest
    @CsvSource({
        "GET,/nowhere,404,not-found",
        "GET,/api/nowhere,404,not-found",
        "DELETE,/api/messages,405,method-not-allowed",
        "PUT,/api/messages/1,405,method-not-allowed",
        "POST,/api/rooms,405,method-not-allowed",
        "GET,/api/cluster/leader,405,method-not-allowed"
    })
    void whatIsNotOfferedIsAProblemToo(String method, String path, int status, String code) throws Exception {
        HttpResponse<String> answer = send(request(path)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .header("Accept", "text/html"));

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(json(answer).get("code").asString()).isEqualTo(code);
        assertThat(json(answer).get("instance").asString()).isEqualTo(path);
    }

    @Test
    void aWrongMethodIsToldTheRightOnes() throws Exception {
        HttpResponse<String> answer = send(request("/api/messages").DELETE());

        assertThat(answer.headers().firstValue("Allow").orElse(""))
                .contains("GET")
                .contains("POST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/api/messages", "/api/cluster", "/nowhere", "/actuator/health", "/problems/forming"})
    void everyAnswerSaysWhoGaveItAndHowFarItHadGot(String path) throws Exception {
        HttpResponse<String> answer = get(path);

        assertThat(answer.headers().firstValue("Concord-Node")).hasValue("1");
        assertThat(answer.headers().firstValue("Concord-Leader")).hasValue("1");
        assertThat(answer.headers().firstValue("Concord-Term")).hasValue("3");
        assertThat(answer.headers().firstValue("Concord-Commit")).hasValue(Long.toString(commit()));
    }

    @ParameterizedTest
    @EnumSource(ProblemCode.class)
    void everyCodeHasAPageForPeopleAndForPrograms(ProblemCode code) throws Exception {
        HttpResponse<String> page = get(code.page(), "Accept", "text/html,*/*;q=0.8");
        HttpResponse<String> members = get(code.page(), "Accept", "application/json");

        assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
        assertThat(page.body())
                .contains(code.explanation())
                .contains("viewport")
                .contains("href=\"/concord.css\"");
        assertThat(json(members).get("status").asInt()).isEqualTo(code.status());
    }

    @Test
    void thePagesHaveAList() throws Exception {
        assertThat(get("/problems", "Accept", "text/html").body()).contains("/problems/no-quorum");
        assertThat(get("/problems/nonsense").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/messages?after=%zz", "/api/messages?after=1&room=%ff%fe"})
    void aBrokenQueryIs400(String path) throws Exception {
        assertThat(raw("GET " + path + " HTTP/1.1|Host: localhost|Connection: close"))
                .startsWith("HTTP/1.1 400")
                .contains("\"code\":\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /a^b HTTP/1.1|Host: localhost",
                "NONSENSE",
                "GET / HTTP/9.9|Host: localhost",
                "GET /%00 HTTP/1.1|Host: localhost",
                "POST /api/messages HTTP/1.1|Host: localhost|Content-Type: application/json|Transfer-Encoding: chunked"
                        + "|Connection: close||zz",
            })
    void whatIsNoHttpIsRefusedAndDisturbsNothing(String request) throws Exception {
        assertThat(raw(request)).matches("(?s)HTTP/1\\.1 (400|505) .*");
        assertThat(get("/api/messages").statusCode()).isEqualTo(200);
    }

    /// Sends lines, separated by bars, and reads until the server hangs up.
    private String raw(String lines) throws Exception {
        try (Socket socket = new Socket("localhost", port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(head(lines.replace('|', '\n').lines().toArray(String[]::new)));
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
