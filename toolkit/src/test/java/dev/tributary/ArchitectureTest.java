package dev.tributary;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.junit.jupiter.api.Test;

/** The dependencies that docs/architecture.md states, for the packages of the toolkit. */
class ArchitectureTest {
    private static final JavaClasses TOOLKIT =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("dev.tributary");

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.tributary.(**)").should().beFreeOfCycles().check(TOOLKIT);
    }

    @Test
    void dataSetsKnowTheirCommonPackageAndNotEachOther() {
        slices().matching("dev.tributary.data.(*)..")
                .should()
                .notDependOnEachOther()
                .check(TOOLKIT);
        noClasses()
                .that()
                .resideInAPackage("dev.tributary.data")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.tributary.data.*..")
                .check(TOOLKIT);
    }

    @Test
    void djlStaysInThePackagesThatCompute() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.tributary.config..",
                        "dev.tributary.data..",
                        "dev.tributary.evaluation..",
                        "dev.tributary.protocol..",
                        "dev.tributary.random..",
                        "dev.tributary.wire..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.djl..")
                .check(TOOLKIT);
    }

    @Test
    void theToolkitNeedsNoHttpServer() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.eclipse.jetty..", "com.sun.net.httpserver..")
                .check(TOOLKIT);
    }

    @Test
    void gsonStaysWhereTextIsReadAndWritten() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.tributary.aggregate..",
                        "dev.tributary.data..",
                        "dev.tributary.device..",
                        "dev.tributary.evaluation..",
                        "dev.tributary.objective..",
                        "dev.tributary.random..",
                        "dev.tributary.strategy..",
                        "dev.tributary.training..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.google.gson..")
                .check(TOOLKIT);
    }

    @Test
    void commandsAreNotALibrary() {
        classes()
                .that()
                .resideInAPackage("dev.tributary.cli..")
                .should()
                .onlyHaveDependentClassesThat()
                .resideInAnyPackage("dev.tributary.cli..")
                .check(TOOLKIT);
    }
}
