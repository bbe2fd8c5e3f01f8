package dev.concord.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.core.io.ClassPathResource;
import org.springframework.util.unit.DataSize;

/// The table of limits in the operations page says what the code does, and leaves none out.
class LimitsTests {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.concord");
    private static final Pattern VALUE = Pattern.compile("([0-9,]+)( ms| s| min)?( .*)?");
    private static final Pattern LIMIT = Pattern.compile("(MAX|LARGEST)(_.*)?");

    /// Names like those of limits that are none: steps of work, pauses between tries, the range of a field.
    private static final Set<String> NO_LIMITS = Set.of(
            "Address.MAX_PORT",
            "Backlog.MAX_EVENTS", // the same as EventLoop.INBOX_EVENTS
            "Backlog.MAX_SUBMISSIONS", // the same as SubmissionQueue.MAX_WAITING
            "BullyElection.MAX_HOLD_OFF_NANOS",
            "BullyElection.MAX_IGNORE_NANOS",
            "CanonicalWriter.MAX_NUMBER",
            "FolderVerification.MAX_TRIES",
            "FrameRing.LARGEST_SHARED",
            "HandshakeLines.MAX_HOST_LENGTH",
            "HandshakeLines.MAX_LEVEL",
            "Ingress.MAX_LEAP",
            "LabBench.MAX_SYNC_DELAY_MS",
            "Preemption.MAX_DOUBLINGS",
            "Query.MAX_SEQ",
            "Scrubber.MAX_FAILURES",
            "Setting.MAX_TEXT_BYTES", // the name of a setting
            "SyncDelay.MAX",
            "WebSocketOutlet.MAX_REASON_LENGTH");

    private final List<List<String>> rows = new OperationsPage().rows("Limits");

    @Test
    void eachHasTheValueOfTheCode() throws Exception {
        for (List<String> row : rows) {
            String name = row.getFirst();
            Matcher value = VALUE.matcher(row.get(1));
            assertThat(value.matches())
                    .as("the value of %s, which is \"%s\"", name, row.get(1))
                    .isTrue();
            long number = Long.parseLong(value.group(1).replace(",", ""));
            assertThat(number * (value.group(2) == null ? 1 : millis(value.group(2))))
                    .as(name)
                    .isEqualTo(actual(name));
        }
    }

    @Test
    void eachIsReachedByATestThatExists() throws IOException {
        for (List<String> row : rows) {
            assertThat(row).as("the cells of %s", row.getFirst()).hasSize(5);
            String[] test = row.get(4).split("\\.");
            try (Stream<Path> files = Files.walk(Path.of("src", "test", "java"))) {
                Path file = files.filter(path -> path.endsWith(test[0] + ".java"))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError(row.getFirst() + " names no test: " + row.get(4)));
                assertThat(Files.readString(file))
                        .as("the test of " + row.getFirst())
                        .contains(" void " + test[1] + "(");
            }
        }
    }

    @Test
    void noneIsLeftOut() {
        List<String> named = rows.stream().map(List::getFirst).toList();
        List<String> ofTheCode = CLASSES.stream()
                .filter(type -> !type.getPackageName().matches("dev\\.concord\\.(cli|bench).*"))
                .flatMap(type -> type.getFields().stream())
                .filter(field -> field.getModifiers().contains(JavaModifier.STATIC)
                        && LIMIT.matcher(field.getName()).matches())
                .map(field -> field.getOwner().getSimpleName() + "." + field.getName())
                .filter(name -> !NO_LIMITS.contains(name))
                .toList();
        assertThat(named).doesNotHaveDuplicates().containsAll(ofTheCode);
    }

    private static long millis(String unit) {
        return switch (unit.strip()) {
            case "ms" -> 1;
            case "s" -> 1_000;
            default -> 60_000;
        };
    }

    private static long actual(String name) throws ReflectiveOperationException {
        if (name.startsWith("server.")) {
            return ofApplicationYml(name);
        }
        String[] path = name.split("\\.");
        Field field = field(path[0], path[1]);
        field.setAccessible(true);
        Object value = field.get(null);
        for (int i = 2; i < path.length; i++) {
            Method method = value.getClass().getMethod(path[i]);
            value = method.invoke(value);
        }
        return value instanceof Duration time ? time.toMillis() : ((Number) value).longValue();
    }

    private static Field field(String type, String name) {
        return CLASSES.stream()
                .filter(candidate -> candidate.getSimpleName().equals(type))
                .map(JavaClass::getFields)
                .flatMap(Set::stream)
                .filter(candidate -> candidate.getName().equals(name))
                .map(JavaField::reflect)
                .findFirst()
                .orElseThrow(() -> new AssertionError("the table names " + type + "." + name + ", which is not there"));
    }

    private static long ofApplicationYml(String key) {
        YamlPropertiesFactoryBean yaml = new YamlPropertiesFactoryBean();
        yaml.setResources(new ClassPathResource("application.yml"));
        Properties properties = yaml.getObject();
        String value = properties.getProperty(key);
        if (value.endsWith("B")) {
            return DataSize.parse(value).toBytes();
        }
        return value.endsWith("s") ? 1_000 * Long.parseLong(value.replace("s", "")) : Long.parseLong(value);
    }
}
