package dev.concord.cli;

import dev.concord.access.SecretFile;
import dev.concord.client.NodeApi;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `--node URL`, as often as wanted: which nodes a command talks to.
final class NodesOption {
    /// Where `concord up` puts three nodes, and where a node without any configuration is.
    static final String DEFAULT =
            "http://127.0.0.1:8081,http://127.0.0.1:8082,http://127.0.0.1:8083,http://127.0.0.1:8080";

    private static final String VARIABLE = "CONCORD_NODES";
    private static final String TOKEN_VARIABLE = "CONCORD_TOKEN";

    @Option(
            names = "--node",
            paramLabel = "URL",
            description = "a node; repeat for others to go to when it fails (default: $" + VARIABLE
                    + ", else http://127.0.0.1:8081 to 8083, then 8080)")
    private List<String> urls = new ArrayList<>();

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "file that holds the token of this client (default: the token in $" + TOKEN_VARIABLE + ")")
    private @Nullable Path tokenFile;

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description = "PEM file with the authority of the nodes' certificates (default: those that Java trusts)")
    private @Nullable Path caFile;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    List<NodeApi> nodes() {
        String token = token();
        SSLSocketFactory tls = tls();
        return urls().stream().map(url -> new NodeApi(url, token, tls)).toList();
    }

    /// Another node of the same cluster, asked by the same client.
    NodeApi node(String url) {
        return new NodeApi(url, token(), tls());
    }

    private String token() {
        Path file = tokenFile;
        if (file == null) {
            return System.getenv().getOrDefault(TOKEN_VARIABLE, "").strip();
        }
        try {
            return SecretFile.read(file);
        } catch (IOException e) {
            throw new ParameterException(
                    spec.commandLine(), "--token-file: " + file + " cannot be read; concord token create makes tokens");
        }
    }

    private @Nullable SSLSocketFactory tls() {
        Path file = caFile;
        if (file == null) {
            return null;
        }
        try {
            return TrustedCertificates.in(file);
        } catch (IOException | GeneralSecurityException e) {
            throw new ParameterException(
                    spec.commandLine(), "--ca-file: " + file + " cannot be read, or holds no certificate in PEM");
        }
    }

    /// For error messages.
    String text() {
        return urls().stream().map(url -> url.replace("http://", "")).collect(Collectors.joining(", "));
    }

    private List<String> urls() {
        List<String> given = urls;
        if (given.isEmpty()) {
            String variable = System.getenv().getOrDefault(VARIABLE, "");
            given = Arrays.asList((variable.isBlank() ? DEFAULT : variable).split("[,\\s]+", -1));
        }
        return given.stream()
                .filter(url -> !url.isBlank())
                .map(url -> url(spec, url))
                .distinct()
                .toList();
    }

    /// The base URL that a person meant.
    static String url(CommandSpec spec, String text) {
        String url = text.contains("://") ? text : "http://" + text;
        while (url.endsWith("/")) {
            url = url.substring(0, url.length() - 1);
        }
        try {
            URI uri = URI.create(url);
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            // the same answer as for any other text
        }
        CommandLine line = spec.commandLine();
        throw new ParameterException(line, "\"" + text + "\" is no node: give a URL such as http://127.0.0.1:8081");
    }
}
