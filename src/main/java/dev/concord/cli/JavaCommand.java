package dev.concord.cli;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The command line that starts this program once more, in the same Java and from the same jar.
final class JavaCommand {
    /// What every Java of this program runs with, the one that trains included: a cache fits one collector and
    /// one layout of objects. The launcher has the same list.
    static final List<String> NODE_OPTIONS =
            List.of("-XX:+UseCompactObjectHeaders", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED");

    /// What a node runs with besides, before what the operator adds.
    ///
    /// Its simple compiler is patient, because three nodes that start on two cores otherwise spend more on
    /// compiling than on starting. The optimising one is not, because a node that it leaves alone is slow for
    /// longer. It builds methods in only where they are small: that halves its work, and what it makes is as fast.
    ///
    /// Its heap may grow to a quarter of 3 GB, wherever it runs: what it holds is bounded, most of it by the
    /// 10,000 sessions of clients, and a collector that is given more only collects later. A node without
    /// memory is killed, as by any other crash: one that goes on without some of its threads helps nobody. The
    /// young generation is small until there is load ([YoungGeneration]); then it fits what passes through, and
    /// its survivor spaces the newest entries, which would otherwise grow old before they are dropped. The heap
    /// begins with 7 %, because each growth costs a full collection, and memory that is not used costs none.
    /// What the compilers leave behind is given back.
    static final List<String> NODE_TUNING = List.of(
            "-XX:Tier3InvocationThreshold=400",
            "-XX:Tier3MinInvocationThreshold=200",
            "-XX:Tier3CompileThreshold=4000",
            "-XX:FreqInlineSize=80",
            "-XX:InlineSmallCode=700",
            "-XX:NewSize=12m",
            "-XX:MaxNewSize=48m",
            "-XX:NewRatio=1",
            "-XX:SurvivorRatio=4",
            "-XX:TargetSurvivorRatio=95",
            "-XX:MaxRAM=3g",
            "-XX:InitialRAMPercentage=7",
            "-XX:TrimNativeHeapInterval=5000",
            "-XX:+ExitOnOutOfMemoryError");

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
        command.addAll(NODE_TUNING);
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
