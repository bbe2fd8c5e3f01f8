package dev.concord.cli;

import dev.concord.access.SecretFile;
import dev.concord.bench.Target;
import dev.concord.client.NodeApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `--token-file` and `--ca-file`: who a command is to the nodes, and how it knows them.
final class ClientIdentity {
    private static final String TOKEN_VARIABLE = "CONCORD_TOKEN";
    private static final String FILE_VARIABLE = "CONCORD_TOKEN_FILE";

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "file that holds the token of this client (default: the token in $" + TOKEN_VARIABLE
                    + ", or the file that $" + FILE_VARIABLE + " names, if it is there)")
    private @Nullable Path tokenFile;

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description = "PEM file with the authority of the nodes' certificates (default: those that Java trusts)")
    private @Nullable Path caFile;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    NodeApi node(String url) {
        return new NodeApi(url, token(), tls());
    }

    /// The node whose settings are at hand. Its own certificate is all it is known by, unless an authority is named.
    NodeApi node(OwnAddress own) {
        if (caFile != null || own.certificate().isEmpty()) {
            return node(own.url());
        }
        try {
            return new NodeApi(own.url(), token(), TrustedCertificates.only(Path.of(own.certificate())));
        } catch (IOException | GeneralSecurityException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "http_tls_certificate_file: " + own.certificate()
                            + " cannot be read, or holds no certificate in PEM");
        }
    }

    Target target(String url) {
        return Target.of(url, token());
    }

    private String token() {
        Path file = tokenFile;
        if (file != null) {
            return token(file, "--token-file");
        }
        String token = System.getenv().getOrDefault(TOKEN_VARIABLE, "").strip();
        Path named = Path.of(System.getenv().getOrDefault(FILE_VARIABLE, ""));
        // Where everybody may come in, the file that a pod's environment names need not be there.
        return token.isEmpty() && Files.isRegularFile(named) ? token(named, FILE_VARIABLE) : token;
    }

    private String token(Path file, String source) {
        try {
            return SecretFile.read(file);
        } catch (IOException e) {
            throw new ParameterException(
                    spec.commandLine(), source + ": " + file + " cannot be read; concord token create makes tokens");
        }
    }

    private @Nullable SSLContext tls() {
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
}
