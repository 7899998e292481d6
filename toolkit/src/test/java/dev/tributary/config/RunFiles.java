package dev.tributary.config;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import static java.util.Objects.requireNonNull;

import dev.tributary.protocol.ModelSpec;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What the tests of this package share. */
final class RunFiles {
    static final Path BASE = Path.of("base").toAbsolutePath();

    /** The shortest run file. */
    static final String MINIMAL = "model: mlp\ndata: digits\n";

    private RunFiles() {}

    static RunConfig parse(String text) {
        return RunFile.parse(text, "run.yaml", BASE);
    }

    /** Parses the shortest run file with lines after it, of which the first is line 3. */
    static RunConfig parseMinimalWith(String lines) {
        return parse(MINIMAL + lines);
    }

    static RunFileException failure(String text) {
        return catchThrowableOfType(RunFileException.class, () -> parse(text));
    }

    static List<String> lines(RunFileException failure) {
        return requireNonNull(failure.getMessage()).lines().toList();
    }

    static List<String> problems(String text) {
        return lines(failure(text));
    }

    /** The problems of the shortest run file with lines after it, of which the first is line 3. */
    static List<String> problemsOfMinimalWith(String lines) {
        return problems(MINIMAL + lines);
    }

    static RunConfigBuilder minimal() {
        return RunConfig.builder(new ModelSpec("mlp", Map.of()), DataConfig.of("digits", 4));
    }
}
