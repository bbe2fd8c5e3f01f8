package dev.concord.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;

class UsedOfSpringBootTests {
    /// What a node does without, by the names of Boot, each without its `AutoConfiguration`: endpoints that are not
    /// served, other servers, loggers and formats, and what only schedules, uploads or proxies.
    private static final Set<String> NOT_USED = Set.of(
            "Aop",
            "Audit",
            "AuditEventsEndpoint",
            "BeansEndpoint",
            "ConditionsReportEndpoint",
            "ConfigurationPropertiesReportEndpoint",
            "EnvironmentEndpoint",
            "HeapDumpWebEndpoint",
            "HttpExchangesEndpoint",
            "Jackson2Endpoint",
            "Jmx",
            "JmxEndpoint",
            "Log4J2Metrics",
            "LogFileWebEndpoint",
            "MappingsEndpoint",
            "MessageSource",
            "MetricsAspects",
            "MetricsEndpoint",
            "Multipart",
            "ScheduledTasksEndpoint",
            "ScheduledTasksObservation",
            "ServletHttpExchanges",
            "ServletMappings",
            "ShutdownEndpoint",
            "SpringApplicationAdminJmx",
            "StartupEndpoint",
            "TaskScheduling",
            "ThreadDumpEndpoint",
            "TomcatReactiveManagementContext",
            "TomcatReactiveWebServer",
            "TomcatServletManagementContext",
            "WebMvcMappings",
            "WebSocketMessaging");

    private static Set<String> used() {
        return Arrays.stream(UsedOfSpringBoot.class
                        .getAnnotation(ImportAutoConfiguration.class)
                        .value())
                .map(type -> shortName(type.getName()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> offered() {
        return StreamSupport.stream(
                        ImportCandidates.load(AutoConfiguration.class, UsedOfSpringBootTests.class.getClassLoader())
                                .spliterator(),
                        false)
                .filter(name -> !name.endsWith("MetricsExportAutoConfiguration") || name.contains("Prometheus"))
                .map(UsedOfSpringBootTests::shortName)
                .toList();
    }

    private static String shortName(String name) {
        return name.substring(name.lastIndexOf('.') + 1).replace("AutoConfiguration", "");
    }

    @Test
    @DisplayName("Whatever Spring Boot offers was looked at: used by name, or listed here as not used")
    void nothingNewPassesUnseen() {
        assertThat(offered())
                .allSatisfy(name -> assertThat(used().contains(name) ^ NOT_USED.contains(name))
                        .as(name)
                        .isTrue());
    }

    @Test
    void nothingIsUsedThatIsNotOffered() {
        assertThat(offered()).containsAll(used());
    }
}
