package dev.concord.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.node.RemovalResult;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.StoreId;
import dev.concord.web.contract.OpenApiContract;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/// The OpenAPI document says what the server does, all of it, and nothing else. What it says of each answer is checked
/// in [HttpTest], whenever any test gets one.
class ApiDocumentTests extends HttpTest {
    /// Mapped, and no part of the API.
    private static final Set<String> PAGES = Set.of("GET /docs");

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    RequestMappingHandlerMapping mappings;

    @Test
    void everyAddressOfTheServerIsInTheDocumentAndNoOther() {
        Set<String> served = new TreeSet<>();
        mappings.getHandlerMethods().forEach((mapping, method) -> {
            for (String path : mapping.getPatternValues()) {
                mapping.getMethodsCondition().getMethods().forEach(verb -> served.add(verb + " " + path));
            }
        });
        served.removeAll(PAGES);
        Set<String> later = Set.of(
                "GET /api/cluster/level",
                "PUT /api/cluster/level/{level}",
                "GET /api/cluster/drain",
                "POST /api/cluster/drain");
        Set<String> described = new TreeSet<>(OpenApiContract.INSTANCE.operations());
        described.removeAll(later); // these need a whole node: ApiDocumentsIT
        assertThat(served).isEqualTo(described);
    }

    @Test
    void everyProblemIsInTheDocument() {
        assertThat(OpenApiContract.INSTANCE.problemCodes())
                .isEqualTo(Arrays.stream(ProblemCode.values())
                        .map(ProblemCode::code)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void everySuccessOfTheDocumentIsReal() throws Exception {
        post("/api/messages", "{\"sender\":\"ada\",\"text\":\"one\",\"id\":\"doc-1\"}");
        post("/api/messages", "{\"sender\":\"ada\",\"text\":\"one\",\"id\":\"doc-1\"}");
        bulk("{\"sender\":\"ada\",\"text\":\"two\"}\nnonsense\n");
        get("/api/messages");
        get("/api/messages", "Accept", "application/x-ndjson");
        get("/api/messages/1");
        get("/api/messages/1/changes");
        get("/api/rooms");
        get("/api/presence");
        get("/api/cluster");
        get("/api/cluster/members");
        post("/api/cluster/leader", "{\"node\":2}");
        node.answerRemovals(new RemovalResult.Removed(
                new Member(new NodeId(2), StoreId.of("00000000-0000-4000-8000-000000000002"))));
        send(request("/api/cluster/members/2").DELETE());
        get("/api/log/head");
        get("/api/log?from=1&to=1", "Accept", "application/x-ndjson");
        get("/api/log/snapshot");
        node.log().removeBelow(2);
        assertThat(json(get("/api/log/snapshot")).get("first_seq").asLong()).isEqualTo(2);
        for (String page : Set.of("/problems", "/problems/no-leader")) {
            get(page, "Accept", "text/html");
            get(page, "Accept", "application/json");
        }
        get("/v3/api-docs");
        get("/v3/api-docs.yaml");
        get("/asyncapi");
        get("/asyncapi.yaml");

        Set<String> missing = new TreeSet<>(OpenApiContract.INSTANCE.successes());
        missing.removeAll(OpenApiContract.INSTANCE.seen());
        missing.removeIf(success -> success.contains("/level") || success.contains("/drain"));
        missing.remove("GET /api/messages/stream 200 text/event-stream"); // EventStreamTests
        assertThat(missing).isEmpty();
    }

    @Test
    void theDocumentsBearTheVersionOfTheProgramAndSayThemselvesWhatTheyAre() throws Exception {
        assertThat(json(get("/v3/api-docs")).get("openapi").asString()).startsWith("3.1");
        assertThat(json(get("/asyncapi")).get("asyncapi").asString()).startsWith("3.");
        assertThat(get("/v3/api-docs.yaml").body()).startsWith("openapi: 3.1");
    }

    @Test
    void thePageLoadsFilesOfThisNodeOnly() throws Exception {
        HttpResponse<String> page = get("/docs");
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=UTF-8");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("script-src 'self'")
                .contains("img-src 'self' data:");
        assertThat(get("/").headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("img-src 'self';");
        var links = java.util.regex.Pattern.compile("(?:src|href)=\"([^\"]+)\"").matcher(page.body());
        int count = 0;
        while (links.find()) {
            assertThat(links.group(1)).startsWith("/").doesNotStartWith("//");
            assertThat(get(links.group(1)).statusCode()).as(links.group(1)).isEqualTo(200);
            count++;
        }
        assertThat(count).isEqualTo(5);
    }
}
