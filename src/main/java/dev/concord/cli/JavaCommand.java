package dev.concord.cli;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The command line that starts this program once more, in the same Java and from the same jar.
final class JavaCommand {
    /// What a node runs with. The launcher has the same list for `concord node`.
    static final List<String> NODE_OPTIONS =
            List.of("-XX:+UseCompactObjectHeaders", "--enable-native-access=ALL-UNNAMED");

    /// Java compiles what is used ten times as often as usual. Three nodes that start on two cores otherwise spend more
    /// on compiling than on starting; under load the busy methods are past it within seconds.
    static final String PATIENT_COMPILER = "-XX:CompileThresholdScaling=10";

    /// What `concord train` left beside the jar: classes as Java had loaded and linked them, for a faster start.
    private static final String CACHE = "concord.aot";
    /// A cache that does not fit, say to other options of Java, is not used, and nobody needs to read of it.
    private static final String NO_CACHE_NO_MATTER = "-Xlog:aot=off";

    private static final String VARIABLE = "CONCORD_JAVA_OPTS";

    private final Class<?> application;

    /// @param application the main class, for a program that does not run from its jar
    JavaCommand(Class<?> application) {
        this.application = application;
    }

    List<String> node(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(NODE_OPTIONS);
        command.add(PATIENT_COMPILER);
        Arrays.stream(System.getenv().getOrDefault(VARIABLE, "").split("\\s+", -1))
                .filter(option -> !option.isEmpty())
                .forEach(command::add);
        String classPath = System.getProperty("java.class.path");
        if (classPath.endsWith(".jar") && !classPath.contains(File.pathSeparator)) {
            Path jar = Path.of(classPath).toAbsolutePath();
            Path cache = jar.resolveSibling(CACHE);
            if (Files.isRegularFile(cache)) {
                command.addAll(List.of("-XX:AOTCache=" + cache, NO_CACHE_NO_MATTER));
            }
            command.addAll(List.of("-jar", jar.toString()));
        } else {
            command.addAll(List.of("-cp", classPath, application.getName()));
        }
        command.add("node");
        command.addAll(arguments);
        return command;
    }
}
