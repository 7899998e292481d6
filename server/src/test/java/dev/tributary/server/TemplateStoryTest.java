package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.models.template.NewCommand;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;

/** What {@code tributary new} writes, built and run as its README says. */
@Timeout(120)
final class TemplateStoryTest {
    @TempDir private Path directory;
    private UserProject project = new UserProject(Path.of(""));

    @BeforeEach
    void write() {
        Path root = directory.resolve("mine");
        assertThat(create("own-model", root)).isEmpty();
        project = new UserProject(root);
    }

    @Test
    void projectRunsAsWritten() throws Exception {
        UserProject.Result run =
                project.pack().tributary("simulate", "run.yaml", "--plugins", "target", "--json");

        assertThat(run.code()).as(run.output()).isZero();
        String accuracy = run.output().replaceFirst("(?s).*\"accuracy\":([0-9.]+).*", "$1");
        assertThat(Double.parseDouble(accuracy)).as(run.output()).isGreaterThan(0.85);
    }

    @Test
    void itsOwnTestPasses() throws Exception {
        URL[] classes = {project.compile().toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(classes, getClass().getClassLoader())) {
            Class<?> test = loader.loadClass("com.example.ReadingsProviderTest");
            Constructor<?> constructor = test.getDeclaredConstructor();
            constructor.setAccessible(true);
            int run = 0;
            for (Method method : test.getDeclaredMethods()) {
                if (method.isAnnotationPresent(Test.class)) {
                    method.setAccessible(true);
                    method.invoke(constructor.newInstance());
                    run++;
                }
            }
            assertThat(run).isEqualTo(3);
        }
    }

    @Test
    void pomNamesThisVersionAndReadmeSaysWhereItComesFrom() throws IOException {
        assertThat(Files.readString(project.root().resolve("pom.xml")))
                .doesNotContain("@")
                .contains("<artifactId>models</artifactId>");
        assertThat(Files.readString(project.root().resolve("README.md"))).contains("mvn install");
    }

    @Test
    void directoryThatHoldsSomethingIsLeftAlone() throws IOException {
        Path full = Files.createDirectories(directory.resolve("full"));
        Files.writeString(full.resolve("mine.txt"), "mine");

        assertThat(create("own-model", full))
                .contains("expected a new or empty directory, found something in");
        assertThat(full).isDirectoryContaining("glob:**/mine.txt").isNotEmptyDirectory();
        assertThat(full.resolve("pom.xml")).doesNotExist();
    }

    @Test
    void unknownTemplateIsToldWithTheKnownOnes() {
        assertThat(create("own-modle", directory.resolve("other")))
                .contains("template: expected one of [own-model], found \"own-modle\"");
        assertThat(directory.resolve("other")).doesNotExist();
    }

    /** The failure's message; empty if there is none. */
    private static String create(String template, Path root) {
        StringWriter failure = new StringWriter();
        CommandLine command = new CommandLine(new NewCommand());
        command.setOut(new PrintWriter(new StringWriter()));
        command.setExecutionExceptionHandler(
                (thrown, line, parsed) -> {
                    failure.write(String.valueOf(thrown.getMessage()));
                    return 1;
                });
        command.execute(template, root.toString());
        return failure.toString();
    }
}
