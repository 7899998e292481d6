package dev.tributary.models.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.protocol.ModelSpec;
import dev.tributary.testkit.TorchScripts;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** A hostile server names files of an agent's machine. */
class ModelDirectoryTest {
    private static final ModelCatalog CATALOG = ModelCatalog.load();
    private static final Set<String> FILES = CATALOG.fileOptions(CATALOG.named("torchscript"));

    @TempDir private Path machine;
    private Path directory;
    private Path module;
    private ModelDirectory files;

    @BeforeEach
    void agentHasOneModule() throws IOException {
        directory = Files.createDirectories(machine.resolve("private/models"));
        module = TorchScripts.dropout(directory);
        files = ModelDirectory.of(directory);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s", "/srv/%s", "models/%s", "../up/./%s", "C:\\models\\%s", " %s "})
    void fileIsKnownByTheEndOfTheServersPath(String path) {
        ModelDefinition model = CATALOG.create(naming(path.formatted(name()), module), files);
        assertThat(model.layout().tensors()).hasSize(4);
    }

    @Test
    void longestEndCounts() throws IOException {
        Path run = Files.createDirectories(directory.resolve("runs/7"));
        Path other = Files.copy(module, run.resolve(name()));
        Files.write(other, new byte[] {0}, StandardOpenOption.APPEND);

        CATALOG.create(naming("/srv/" + name(), module), files);
        assertRefused(naming("/srv/runs/7/" + name(), module), "file-sha256");
        assertThat(files.localize(naming("/srv/runs/7/" + name(), other), FILES).options())
                .containsEntry("file", other.toRealPath().toString());
    }

    @Test
    void fileElsewhereIsNotOpenedByAnyPath() throws IOException {
        Path outside = Files.move(module, machine.resolve("private/secret.pt"));
        Path link = directory.resolve("link.pt");
        Files.createSymbolicLink(link, outside);
        Files.createSymbolicLink(directory.resolve("up"), machine.resolve("private"));

        String expected = "is also in <model-dir>";
        assertRefused(naming(outside.toString(), outside), expected);
        assertRefused(naming("../secret.pt", outside), expected);
        assertRefused(naming("models/../secret.pt", outside), expected);
        assertRefused(naming("..", outside), expected);
        assertRefused(naming("", outside), expected);
        assertRefused(naming("a\0b", outside), expected);
        assertRefused(naming("up", outside), expected);
        assertRefused(naming("link.pt", outside), "when links are followed");
        assertRefused(naming("up/secret.pt", outside), "when links are followed");
    }

    @Test
    void linkWithinTheDirectoryIsFollowed() throws IOException {
        Files.createSymbolicLink(directory.resolve("latest.pt"), module);
        assertThat(CATALOG.create(naming("latest.pt", module), files).parameterCount())
                .isPositive();
    }

    @Test
    void fileIsOpenedOnlyByWhoKnowsItsBytes() throws IOException {
        Map<String, String> unknown = new HashMap<>(naming(name(), module).options());
        unknown.remove("file-sha256");
        assertRefused(new ModelSpec("torchscript", unknown), "also the option file-sha256");

        Path changed = Files.copy(module, machine.resolve("changed.pt"));
        Files.write(changed, new byte[] {0}, StandardOpenOption.APPEND);
        assertRefused(
                naming(name(), changed),
                "expected the SHA-256 of <model-dir>/%s as it is here".formatted(name()));
    }

    /** A plug-in's factory need not do anything for it. */
    @Test
    void factoryThatOpensItsFileByItselfGetsTheRightBytesOnly() throws IOException {
        Path units = Files.writeString(directory.resolve("units.txt"), "3");
        Map<String, String> options = Map.of(TinyRnnFactory.UNITS, units.toString());
        ModelSpec spec = new ModelSpec("tiny-rnn", options);
        spec = CATALOG.complete(spec, new long[] {5, 4}, 2);
        long count = CATALOG.create(spec, files).parameterCount();

        Files.writeString(units, "4");
        assertRefused(spec, "option units-file-sha256: expected the SHA-256 of <model-dir>");
        Files.writeString(units, "3");
        assertThat(CATALOG.create(spec, files).parameterCount()).isEqualTo(count);
    }

    @Test
    void withoutADirectoryNoFileIsOpened() {
        assertThatThrownBy(() -> CATALOG.create(naming(name(), module), ModelDirectory.none()))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("model torchscript, option file")
                .hasMessageContaining("--model-dir")
                .hasMessageContaining("found \"" + name() + "\"");
        ModelSpec mlp = new ModelSpec("mlp", Map.of("input", "5", "classes", "2"));
        assertThat(CATALOG.create(mlp, ModelDirectory.none()).parameterCount()).isPositive();
    }

    @Test
    void directoryMustBeThere() {
        assertThatThrownBy(() -> ModelDirectory.of(module))
                .isInstanceOf(ModelException.class)
                .hasMessage("expected a directory, found none at " + module);
        assertThatThrownBy(() -> ModelDirectory.of(machine.resolve("none")))
                .isInstanceOf(ModelException.class);
    }

    /** What is told reaches the server: it does not say where the directory is. */
    private void assertRefused(ModelSpec spec, String expected) {
        assertThatThrownBy(() -> CATALOG.create(spec, files))
                .isInstanceOf(ModelException.class)
                .hasNoCause()
                .hasMessageContaining(expected)
                .message()
                .doesNotContain(directory.toString());
    }

    private String name() {
        return String.valueOf(module.getFileName());
    }

    /** As a server completes it that has the file. */
    private static ModelSpec naming(String path, Path file) {
        Map<String, String> options = Map.of("file", file.toString());
        Map<String, String> complete =
                new HashMap<>(
                        CATALOG.complete(new ModelSpec("torchscript", options), new long[] {5}, 2)
                                .options());
        complete.put("file", path);
        return new ModelSpec("torchscript", complete);
    }
}
