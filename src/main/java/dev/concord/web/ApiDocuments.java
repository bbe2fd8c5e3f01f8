package dev.concord.web;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import java.util.function.Supplier;
import org.springframework.http.MediaType;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// What this node can be asked, as documents for programs (`/v3/api-docs`: OpenAPI 3.1; `/asyncapi`: AsyncAPI 3), and
/// as a page for people, who can try it there (`/docs`).
@RestController
public final class ApiDocuments {
    private static final String YAML = "application/yaml";
    private static final String UI = "/META-INF/maven/org.webjars/swagger-ui/pom.properties";
    private static final String PAGE = """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>API · Concord</title>
            <link rel="stylesheet" href="/webjars/swagger-ui/{version}/swagger-ui.css">
            <link rel="stylesheet" href="/api-docs.css">
            <script src="/webjars/swagger-ui/{version}/swagger-ui-bundle.js" defer></script>
            <script src="/api-docs.js" defer></script>
            <noscript>The page needs JavaScript; <a href="/v3/api-docs.yaml">the document</a> does not.</noscript>
            <main id="api"></main>
            """;

    private final Answers answers;
    // Made when they are first asked for: a node starts without them.
    private final Supplier<ApiDocument> openApi;
    private final Supplier<ApiDocument> asyncApi;
    private final Supplier<String> page;

    /// @param version of the program
    public ApiDocuments(Answers answers, JarReader jar, String version) {
        this.answers = answers;
        this.openApi = SingletonSupplier.of(() -> jar.read(() -> ApiDocument.read("openapi.yaml", version)));
        this.asyncApi = SingletonSupplier.of(() -> jar.read(() -> ApiDocument.read("asyncapi.yaml", version)));
        this.page = SingletonSupplier.of(() -> PAGE.replace("{version}", jar.read(ApiDocuments::versionOfUi)));
    }

    @GetMapping(path = "/v3/api-docs", produces = MediaType.APPLICATION_JSON_VALUE)
    void openApi(HttpServletResponse response) throws IOException {
        json(response, openApi.get());
    }

    @GetMapping("/v3/api-docs.yaml")
    void openApiYaml(HttpServletResponse response) throws IOException {
        yaml(response, openApi.get());
    }

    @GetMapping(path = "/asyncapi", produces = MediaType.APPLICATION_JSON_VALUE)
    void asyncApi(HttpServletResponse response) throws IOException {
        json(response, asyncApi.get());
    }

    @GetMapping("/asyncapi.yaml")
    void asyncApiYaml(HttpServletResponse response) throws IOException {
        yaml(response, asyncApi.get());
    }

    @GetMapping(path = "/docs", produces = MediaType.TEXT_HTML_VALUE)
    void page(HttpServletResponse response) throws IOException {
        Answers.html(response, HttpServletResponse.SC_OK, page.get());
    }

    private void json(HttpServletResponse response, ApiDocument document) throws IOException {
        byte[] json = document.json();
        answers.json(response, HttpServletResponse.SC_OK, json, json.length);
    }

    private void yaml(HttpServletResponse response, ApiDocument document) throws IOException {
        answers.stampIfOpen(response);
        byte[] yaml = document.yaml();
        response.setContentType(YAML);
        response.setContentLength(yaml.length);
        response.getOutputStream().write(yaml);
    }

    /// The files of the page lie under the version of their library.
    private static String versionOfUi() {
        Properties properties = new Properties();
        try (InputStream in = ApiDocuments.class.getResourceAsStream(UI)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks " + UI);
            }
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }
}
