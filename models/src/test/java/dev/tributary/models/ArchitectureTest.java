package dev.tributary.models;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.junit.jupiter.api.Test;

import java.util.stream.Stream;

/** Each family of models knows the catalog, and the catalog none of them. */
class ArchitectureTest {
    private static final String ROOT = "dev.tributary.models";
    private static final JavaClasses MODELS =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages(ROOT);

    private static final String[] FAMILIES =
            Stream.of(
                            "bench",
                            "cnn",
                            "djl",
                            "layers",
                            "lenet",
                            "linear",
                            "logistic",
                            "mlp",
                            "mobilenet",
                            "recommendation",
                            "resnet",
                            "sequence",
                            "tabular",
                            "torchscript")
                    .map(name -> ROOT + '.' + name + "..")
                    .toArray(String[]::new);

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
                .resideInAnyPackage(FAMILIES)
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
