package dev.concord.web.contract;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The OpenAPI document, held against answers. Threads: any.
public final class OpenApiContract {
    /// The one for all tests: it counts what it has seen.
    public static final OpenApiContract INSTANCE = new OpenApiContract();

    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

    private final Contract contract = new Contract("openapi.yaml");
    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    private OpenApiContract() {}

    /// Each operation of the document, as `GET /api/messages`.
    public Set<String> operations() {
        Set<String> operations = new TreeSet<>();
        contract.document()
                .get("paths")
                .forEachEntry((path, item) -> item.forEachEntry((method, operation) -> {
                    if (METHODS.contains(method)) {
                        operations.add(method.toUpperCase(Locale.ROOT) + " " + path);
                    }
                }));
        return operations;
    }

    /// Each successful answer of the document, as `GET /api/messages 200 application/json`.
    public Set<String> successes() {
        Set<String> successes = new TreeSet<>();
        for (String operation : operations()) {
            JsonNode responses = operation(operation).get("responses");
            responses.forEachEntry((status, response) -> {
                if (status.startsWith("2")) {
                    contract.resolved(response)
                            .path("content")
                            .propertyNames()
                            .forEach(type -> successes.add(operation + " " + status + " " + type));
                }
            });
        }
        return successes;
    }

    /// The successful answers seen since the program started.
    public Set<String> seen() {
        return new LinkedHashSet<>(seen);
    }

    /// The codes of problems that the document names.
    public Set<String> problemCodes() {
        Set<String> codes = new TreeSet<>();
        contract.document().at("/components/schemas/ProblemCode/enum").forEach(code -> codes.add(code.asString()));
        return codes;
    }

    /// Checks an answer: its status, its form and its content must be in the document. What lies outside of it, such as
    /// `/actuator`, passes.
    ///
    /// @throws AssertionError if the document does not know such an answer
    public <T> HttpResponse<T> check(HttpRequest request, HttpResponse<T> response) {
        String path = request.uri().getRawPath();
        String template = template(path);
        if (template == null || request.method().equals("OPTIONS")) { // what a browser asks first is not of the API
            return response;
        }
        int status = response.statusCode();
        String type = response.headers().firstValue("Content-Type").orElse("");
        String body = response.body() instanceof String text ? text : null;
        String operation = request.method() + " " + template;
        String what = operation + " " + status + " " + type;
        if (!operations().contains(operation)) { // no such method here
            checkProblem(status, body, what);
            return response;
        }
        JsonNode described = operation(operation).get("responses").get(Integer.toString(status));
        if (described == null) {
            throw new AssertionError("the document has no such answer: " + what + "\n" + response.body());
        }
        String media = type.replaceFirst(";.*", "").strip();
        JsonNode forms = contract.resolved(described).get("content");
        if (forms == null && (body == null || body.isEmpty())) { // an answer without a body
            return response;
        }
        JsonNode content = forms == null ? null : forms.get(media);
        if (content == null) {
            throw new AssertionError("the document has no answer of this form: " + what + "\n" + response.body());
        }
        if (body != null) {
            checkBody(content.get("schema"), media, body, what);
        }
        if (status < 300) {
            seen.add(operation + " " + status + " " + media);
        }
        return response;
    }

    private void checkProblem(int status, @Nullable String body, String what) {
        if (status < 400) {
            throw new AssertionError("the document does not know this: " + what);
        }
        if (body != null && !body.isEmpty()) {
            contract.check(contract.document().at("/components/schemas/Problem"), body, what);
        }
    }

    private void checkBody(JsonNode schema, String media, String body, String what) {
        switch (media) {
            case "application/json", "application/problem+json" -> contract.check(schema, body, what);
            case "application/x-ndjson" -> body.lines().forEach(line -> contract.check(schema, line, what));
            default -> {} // text: nothing more is said of it
        }
    }

    private JsonNode operation(String name) {
        int space = name.indexOf(' ');
        String method = name.substring(0, space).toLowerCase(Locale.ROOT);
        return contract.document().get("paths").get(name.substring(space + 1)).get(method);
    }

    /// The path of the document that an address belongs to; a plain one goes before one with a parameter.
    private @Nullable String template(String path) {
        JsonNode paths = contract.document().get("paths");
        if (paths.has(path)) {
            return path;
        }
        for (Map.Entry<String, JsonNode> entry : paths.properties()) {
            String pattern = Pattern.compile("\\{[a-z]+}")
                    .splitAsStream(entry.getKey() + " ")
                    .map(Pattern::quote)
                    .reduce((a, b) -> a + "[^/]+" + b)
                    .orElseThrow();
            if ((path + " ").matches(pattern)) {
                return entry.getKey();
            }
        }
        return null;
    }
}
