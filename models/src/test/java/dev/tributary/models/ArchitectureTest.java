package dev.tributary.models;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.junit.jupiter.api.Test;

/** Each family of models knows the catalog, and the catalog none of them. */
class ArchitectureTest {
    private static final String ROOT = "dev.tributary.models";
    private static final JavaClasses MODELS =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages(ROOT);

    @Test
    void packagesHaveNoCycles() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(MODELS);
    }

    @Test
    void catalogKnowsNoFamily() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".catalog..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + ".logistic..", ROOT + ".mlp..", ROOT + ".cnn..", ROOT + ".bench..")
                .check(MODELS);
    }

    @Test
    void modelsKnowNeitherServerNorAgent() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.tributary.server..", "dev.tributary.agent..", "org.eclipse.jetty..")
                .check(MODELS);
    }
}
