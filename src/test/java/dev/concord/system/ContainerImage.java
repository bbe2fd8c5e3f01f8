package dev.concord.system;

import java.nio.file.Files;
import java.nio.file.Path;
import org.testcontainers.images.builder.ImageFromDockerfile;

/// The image of a node, built once from the Dockerfile and the jar under test, and removed when the tests end.
final class ContainerImage {
    /// What CI cannot pull it links itself (.ci/base-image).
    static final String BASE = System.getenv().getOrDefault("CONCORD_BASE_IMAGE", "eclipse-temurin:25-jre");

    private static final String TAG =
            "concord-it:" + Long.toString(ProcessHandle.current().pid(), 36);

    private ContainerImage() {}

    /// The root of the repository.
    static Path root() {
        Path root = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
        if (!Files.exists(root.resolve("Dockerfile"))) {
            throw new IllegalStateException("no Dockerfile in " + root);
        }
        return root;
    }

    static String name() {
        return Built.NAME;
    }

    /// Built when it is first asked for.
    private static final class Built {
        static final String NAME = build();

        private static String build() {
            Path jar = Program.PACKED;
            ImageFromDockerfile image = new ImageFromDockerfile(TAG, false)
                    .withBuildArg("BUILD_IMAGE", BASE)
                    .withBuildArg("BASE_IMAGE", BASE)
                    .withBuildArg("JAR", "target/concord.jar")
                    .withFileFromPath("target/concord.jar", jar);
            for (String file : new String[] {"Dockerfile", ".mvn", "mvnw", "pom.xml", "src/main"}) {
                image.withFileFromPath(file, root().resolve(file));
            }
            String name = image.get();
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> NodeContainer.docker()
                            .removeImageCmd(name)
                            .withForce(true)
                            .exec()));
            return name;
        }
    }
}
