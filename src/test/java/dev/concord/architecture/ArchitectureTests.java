package dev.concord.architecture;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.properties.HasName.AndFullName.Predicates.fullNameMatching;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// The layers of the server, kept by the build. Dependencies point inwards only:
///
/// ```
/// cli → config → web, observability → chat → runtime → node → the four rules → protocol
///                transport, storage ───────→ runtime
/// access                                              (who may do what; chat and all outside of it may ask)
/// client, bench                                       (stand alone: they know only the public API)
/// ```
///
/// The words of `protocol` are open to all of the server, and so are the questions and answers of `node` (statuses,
/// results, what recovery found); only its state machine is reserved to the one thread that may step it.
///
/// Think hard before loosening a rule: it usually means that a type lives in the wrong package.
class ArchitectureTests {
    private static final String ROOT = "dev.concord";

    private static final String[] RULES = {
        "dev.concord.membership..", "dev.concord.detection..", "dev.concord.election..", "dev.concord.sequencing.."
    };

    /// Layers 0 to 2: what decides, and can therefore be replayed from a seed.
    private static final String[] CORE = {
        "dev.concord.protocol..",
        "dev.concord.membership..",
        "dev.concord.detection..",
        "dev.concord.election..",
        "dev.concord.sequencing..",
        "dev.concord.node.."
    };

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Nested
    class Layers {
        @Test
        void dependInwardsOnly() {
            check(layeredArchitecture()
                    .consideringOnlyDependenciesInLayers()
                    .withOptionalLayers(true)
                    .layer("words")
                    .definedBy("dev.concord.protocol..")
                    .layer("rules")
                    .definedBy(RULES)
                    .layer("node")
                    .definedBy("dev.concord.node..")
                    .layer("runtime")
                    .definedBy("dev.concord.runtime..")
                    .layer("transport")
                    .definedBy("dev.concord.transport..")
                    .layer("storage")
                    .definedBy("dev.concord.storage..")
                    .layer("chat")
                    .definedBy("dev.concord.chat..")
                    .layer("access")
                    .definedBy("dev.concord.access..")
                    .layer("web")
                    .definedBy("dev.concord.web..")
                    .layer("observability")
                    .definedBy("dev.concord.observability..")
                    .layer("assembly")
                    .definedBy("dev.concord.config..")
                    .layer("commands")
                    .definedBy("dev.concord.cli..")
                    .layer("client")
                    .definedBy("dev.concord.client..")
                    .layer("load")
                    .definedBy("dev.concord.bench..")
                    .whereLayer("words")
                    .mayNotAccessAnyLayer()
                    .whereLayer("rules")
                    .mayOnlyBeAccessedByLayers("node", "assembly")
                    .whereLayer("node")
                    .mayOnlyBeAccessedByLayers(
                            "runtime", "transport", "storage", "access", "chat", "web", "observability", "assembly")
                    .whereLayer("runtime")
                    .mayOnlyBeAccessedByLayers("transport", "storage", "chat", "assembly", "commands")
                    .whereLayer("transport")
                    .mayOnlyBeAccessedByLayers("assembly")
                    .whereLayer("storage") // `verify` compares the data folders of stopped nodes
                    .mayOnlyBeAccessedByLayers("assembly", "commands")
                    .whereLayer("chat")
                    .mayOnlyBeAccessedByLayers("web", "observability", "assembly")
                    .whereLayer("access") // `token create` makes a line for the file that a node reads
                    .mayOnlyBeAccessedByLayers("chat", "web", "observability", "assembly", "commands")
                    .whereLayer("web")
                    .mayOnlyBeAccessedByLayers("assembly")
                    .whereLayer("observability")
                    .mayOnlyBeAccessedByLayers("assembly")
                    .whereLayer("assembly")
                    .mayOnlyBeAccessedByLayers("commands")
                    .whereLayer("commands")
                    .mayNotBeAccessedByAnyLayer()
                    .whereLayer("client")
                    .mayNotAccessAnyLayer()
                    .whereLayer("load")
                    .mayNotAccessAnyLayer()
                    .ensureAllClassesAreContainedInArchitectureIgnoring(ROOT));
        }

        @Test
        void haveNoCycles() {
            check(slices().matching("dev.concord.(*)..").should().beFreeOfCycles());
        }

        @Test
        void leaveTheStateMachineToItsRuntime() {
            check(noClasses()
                    .that()
                    .resideOutsideOfPackages("dev.concord.node..", "dev.concord.runtime..", "dev.concord.config..")
                    .should()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("dev.concord.node.ChatNode"));
        }

        @Test
        void keepTheClientOnThePublicApi() {
            check(noClasses()
                    .that()
                    .resideInAPackage("dev.concord.client..")
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage("dev.concord..").and(resideOutsideOfPackages("dev.concord.client.."))));
        }
    }

    @Test
    void onlyTheScreenOfTheTerminalKnowsItsLibrary() { // so that no start of a node pays for it
        check(noClasses()
                .that()
                .resideOutsideOfPackage("dev.concord.cli.chat..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.jline.."));
    }

    @Nested
    class TheFourRules {
        @Test
        void doNotKnowEachOther() {
            check(slices().matching("dev.concord.(membership|detection|election|sequencing)..")
                    .should()
                    .notDependOnEachOther());
        }
    }

    @Nested
    class TheCore {
        @Test
        void touchesNoFrameworkSocketFileThreadOrLogger() {
            check(noClasses()
                    .that()
                    .resideInAnyPackage(CORE)
                    .should()
                    .dependOnClassesThat(resideInAnyPackage(
                                    "org.springframework..",
                                    "java.net..",
                                    "java.nio.file..",
                                    "java.nio.channels..",
                                    "java.util.concurrent..",
                                    "java.util.logging..",
                                    "org.slf4j..",
                                    "tools.jackson..")
                            .or(nameMatching("java\\.io\\.(File|RandomAccessFile).*"))
                            .or(name(Thread.class.getName()))));
        }

        @Test
        void readsNoClockAndRollsNoDice() {
            String forbidden = String.join(
                    "|",
                    "java\\.lang\\.System\\.(nanoTime|currentTimeMillis)\\(\\)",
                    "java\\.time\\..*\\.now\\(.*\\)",
                    "java\\.time\\.Clock\\.(system|tick).*",
                    "java\\.lang\\.Math\\.random\\(\\)",
                    "java\\.util\\.UUID\\.randomUUID\\(\\)");

            check(noClasses()
                    .that()
                    .resideInAnyPackage(CORE)
                    .should()
                    .accessTargetWhere(target(fullNameMatching(forbidden)).as("its target is a clock or a die")));
        }
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(CLASSES).isNotEmpty();
        assertThat(CLASSES)
                .filteredOn(type -> !type.getPackage().isAnnotatedWith(NullMarked.class))
                .extracting(JavaClass::getPackageName)
                .as("packages without a package-info.java that says @NullMarked")
                .isEmpty();
    }

    /// A package that does not exist yet keeps every rule.
    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(CLASSES);
    }
}
