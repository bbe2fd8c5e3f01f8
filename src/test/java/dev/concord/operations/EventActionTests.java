package dev.concord.operations;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.conditions.ArchConditions.have;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.concord.node.EventAction;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class EventActionTests {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.concord");

    @Test
    void everyActionIsInTheTableOfTheOperationsPageAndNothingElseIs() {
        assertThat(new OperationsPage().rows("Logs"))
                .extracting(row -> row.getFirst())
                .as("first column of the table in docs/OPERATIONS.md, section Logs")
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(EventAction.values())
                        .map(EventAction::toString)
                        .toList());
    }

    /// Debug lines may be written the short way; whoever turns them on reads the code beside them.
    @Test
    void everyLineAboveDebugNamesItsAction() {
        noClasses()
                .should()
                .callMethodWhere(target(owner(type(Logger.class))).and(target(nameMatching("info|warn|error"))))
                .because("a line without event.action cannot be searched for or alerted on")
                .check(CLASSES);
        noClasses()
                .that(logAboveDebug())
                .should(have(noAction()))
                .because("atInfo(), atWarn() and atError() come with addKeyValue(EventAction.FIELD, ...)")
                .check(CLASSES);
    }

    private static DescribedPredicate<JavaClass> logAboveDebug() {
        return DescribedPredicate.describe(
                "log above debug",
                type -> type.getMethodCallsFromSelf().stream()
                        .anyMatch(call -> call.getTargetOwner().isEquivalentTo(Logger.class)
                                && call.getName().matches("at(Info|Warn|Error)")));
    }

    private static DescribedPredicate<JavaClass> noAction() {
        return DescribedPredicate.describe(
                "no event action",
                type -> type.getDirectDependenciesFromSelf().stream()
                        .noneMatch(use -> use.getTargetClass().isEquivalentTo(EventAction.class)));
    }
}
