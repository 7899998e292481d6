package dev.tributary.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;

/** The order of packages that the server's package documentation states. */
final class ArchitectureTest {
    private static final String ROOT = "dev.tributary.server";
    private static final JavaClasses SERVER =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages(ROOT);

    @Test
    void packagesHaveNoCycles() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(SERVER);
    }

    @ParameterizedTest
    @CsvSource({
        "relay, command",
        "http, command relay",
        "console, command http round aggregation cohort store telemetry database relay",
        "round, command http",
        "aggregation, command http round cohort",
        "cohort, command http round aggregation",
        "store, command http round aggregation cohort telemetry",
        "telemetry, command http round aggregation cohort store",
        "database, command http round aggregation cohort telemetry"
    })
    void packageKnowsNoneAbove(String below, String above) {
        String[] packages =
                Arrays.stream(above.split(" "))
                        .map(name -> ROOT + "." + name + "..")
                        .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(ROOT + "." + below + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages)
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage(ROOT)
                .check(SERVER);
    }

    @Test
    void serverKnowsNoAgent() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.tributary.agent..")
                .check(SERVER);
    }

    @Test
    void jettyStaysInHttp() {
        // The benchmark's plain server is what Jetty does without us.
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".http..", ROOT + ".bench..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.eclipse.jetty..")
                .check(SERVER);
    }

    @Test
    void databaseDriversStayInDatabase() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".database..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.jdbi..", "org.flywaydb..", "com.zaxxer..", "java.sql..")
                .check(SERVER);
    }
}
