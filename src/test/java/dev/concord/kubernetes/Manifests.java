package dev.concord.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// The resources of one folder, as `kubectl apply -f FOLDER` finds them: every file with one of its endings,
/// not those of folders below.
public record Manifests(List<JsonNode> trees, List<HasMetadata> resources) {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /// The manifests of the repository.
    public static Manifests ofRepository() {
        return read(Path.of("k8s"));
    }

    public static Manifests read(Path folder) {
        List<JsonNode> trees =
                files(folder).stream().flatMap(file -> documents(file).stream()).toList();
        return new Manifests(
                trees,
                trees.stream().map(tree -> StrictTypes.read(tree.toString())).toList());
    }

    static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().matches(".*\\.(json|ya?ml)"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<JsonNode> documents(Path file) {
        try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(file)) {
            return documents.readAll();
        }
    }

    /// The only resource of a type.
    public <T extends HasMetadata> T the(Class<T> type) {
        List<T> found =
                resources.stream().filter(type::isInstance).map(type::cast).toList();
        if (found.size() != 1) {
            throw new IllegalStateException(found.size() + " resources of type " + type.getSimpleName());
        }
        return found.getFirst();
    }

    /// The resource of a type that has this name.
    public <T extends HasMetadata> T the(Class<T> type, String name) {
        return resources.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .filter(resource -> resource.getMetadata().getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no " + type.getSimpleName() + " called " + name));
    }
}
