package dev.tributary.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.junit.jupiter.api.Test;

/** The agent's packages: the transport knows nobody, the loop knows no command. */
class ArchitectureTest {
    private static final String ROOT = "dev.tributary.agent";
    private static final JavaClasses AGENT =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages(ROOT);

    @Test
    void packagesHaveNoCycles() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(AGENT);
    }

    @Test
    void agentKnowsNoServer() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.tributary.server..", "org.eclipse.jetty..")
                .check(AGENT);
    }

    @Test
    void loopKnowsNoCommand() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT, ROOT + ".http..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + ".command..",
                        ROOT + ".demo..",
                        ROOT + ".bench..",
                        ROOT + ".doctor..")
                .check(AGENT);
    }

    @Test
    void transportKnowsNoClient() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".http..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT)
                .check(AGENT);
    }
}
