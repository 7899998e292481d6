package dev.tributary.config;

import static dev.tributary.config.RunFiles.MINIMAL;
import static dev.tributary.config.RunFiles.failure;
import static dev.tributary.config.RunFiles.parse;
import static dev.tributary.config.RunFiles.problems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Run files from people who mean harm, or from a broken disk. */
@Timeout(60)
class RunFileHostileTest {
    private static final int MEGABYTE = 1 << 20;

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n", "# only a comment\n", "---\n", "~\n"})
    void emptyFileIsRefused(String text) {
        assertThat(problems(text)).hasSize(1).allMatch(line -> line.contains("found nothing"));
    }

    @Test
    void otherThanAMappingIsRefused() {
        assertThat(problems("\n- a\n- b\n"))
                .containsExactly(
                        "run.yaml:2: expected settings such as \"rounds: 10\", found a list");
        assertThat(problems("hello"))
                .containsExactly(
                        "run.yaml:1: expected settings such as \"rounds: 10\", found \"hello\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rounds: 5: 6",
                "\trounds: 5",
                "rounds: [1, 2",
                "name: \"open",
                "rounds: @5",
                "}{",
            })
    void brokenYamlIsNamedWithItsLine(String line) {
        assertThat(failure(MINIMAL + line + "\n").problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.expected()).isEqualTo("well-formed YAML"))
                .satisfies(problem -> assertThat(problem.line()).isBetween(3, 4));
    }

    @Test
    void mistakeIsToldOnce() {
        assertThat(failure(MINIMAL + "\trounds: 5\n"))
                .hasMessage(
                        "run.yaml:3: expected well-formed YAML, found a mistake: found character"
                                + " '\\t(TAB)' that cannot start any token")
                .hasNoCause();
    }

    @Test
    void controlCharacterIsNamedWithItsLine() {
        assertThat(problems(MINIMAL + "name: a\u0001b\n"))
                .containsExactly(
                        "run.yaml:3: expected well-formed YAML, found the character U+0001");
    }

    @Test
    void pairOfSurrogatesMayStandAnywhere() {
        for (int place = 1000; place < 1100; place++) {
            String text = "#" + "x".repeat(place) + "\ud83d\ude00\n" + MINIMAL;
            assertThat(parse(text)).as("at %d", place).isEqualTo(parse(MINIMAL));
        }
    }

    @Test
    void secondDocumentIsRefused() {
        assertThat(problems(MINIMAL + "---\n" + MINIMAL))
                .containsExactly("run.yaml:3: expected one document, found a second one");
    }

    @Test
    void aliasesAnchorsAndTagsAreRefused() {
        assertThat(problems(MINIMAL + "name: *a\n"))
                .containsExactly("run.yaml:3: expected plain values, found an alias");
        assertThat(problems(MINIMAL + "cohort: &a {}\n"))
                .containsExactly("run.yaml:3: expected plain values, found an anchor");
        assertThat(problems(MINIMAL + "name: !!java.net.URL x\n"))
                .containsExactly(
                        "run.yaml:3: expected plain values, found the tag"
                                + " \"tag:yaml.org,2002:java.net.URL\"");
        assertThat(problems(MINIMAL + "cohort: !x {}\n"))
                .containsExactly("run.yaml:3: expected plain values, found the tag \"!x\"");
    }

    @Test
    void bombOfAliasesIsRefusedAtItsFirstAnchor() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 40; i++) {
            bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
        }

        assertThat(problems(bomb.toString()))
                .containsExactly("run.yaml:1: expected plain values, found an anchor");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{", "- ", "? ", "[{a: "})
    void deepNestingIsRefusedBeforeItOverflowsTheStack(String level) {
        String text = level.repeat((MEGABYTE - 100) / level.length());

        assertThat(failure(text).problems()).hasSize(1);
    }

    @Test
    void tooLargeFileIsRefused(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("run.yaml");
        Files.writeString(file, MINIMAL + "#".repeat(MEGABYTE));

        assertThatThrownBy(() -> RunFile.read(file))
                .isInstanceOf(RunFileException.class)
                .hasMessage(file + ": expected at most 1048576 bytes, found more");
        assertThat(problems("#".repeat(MEGABYTE + 1)))
                .containsExactly("run.yaml: expected at most 1048576 bytes, found more");
    }

    @Test
    void megabyteOfUnknownKeysGivesAShortMessage() {
        StringBuilder text = new StringBuilder(MINIMAL);
        for (int i = 0; i < 20_000; i++) {
            text.append("k%06d: 1\n".formatted(i));
        }

        RunFileException failure = failure(text.toString());

        assertThat(failure.problems()).hasSize(20_000);
        assertThat(RunFiles.lines(failure))
                .hasSize(51)
                .last()
                .isEqualTo("run.yaml: and 19950 problems more");
    }

    @Test
    void megabyteOfOneKeyOrValueGivesAShortMessage() {
        String huge = "x".repeat(MEGABYTE - 100);

        assertThat(failure(MINIMAL + "? " + huge + "\n: 1\n").getMessage()).hasSizeLessThan(500);
        assertThat(failure(MINIMAL + "rounds: " + huge + "\n").getMessage()).hasSizeLessThan(500);
        assertThat(failure(MINIMAL + "rounds: " + "9".repeat(MEGABYTE - 100)).getMessage())
                .hasSizeLessThan(500);
    }

    @Test
    void messageHoldsNothingThatATerminalObeys() {
        String message = failure(MINIMAL + "name: \"\\e[2J\\n\\u202e\"\n").getMessage();

        assertThat(message).hasLineCount(1).contains("\\u001b[2J\\u000a\\u202e");
    }

    @Test
    void textIsUtf8(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("run.yaml");
        Files.write(file, (MINIMAL + "name: \u00e9").getBytes(StandardCharsets.ISO_8859_1));

        RunFileException failure =
                catchThrowableOfType(RunFileException.class, () -> RunFile.read(file));

        assertThat(failure).hasMessage(file + ":3: expected text in UTF-8, found other bytes");
    }

    @Test
    void fileThatIsCutOffInACharacterIsRefused(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("run.yaml");
        Files.write(file, new byte[] {'m', ':', ' ', (byte) 0xE2, (byte) 0x82});

        assertThatThrownBy(() -> RunFile.read(file))
                .hasMessage(file + ":1: expected text in UTF-8, found other bytes");
    }

    @Test
    void byteOrderMarkIsSkipped(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("run.yaml");
        Files.writeString(file, "\uFEFF" + MINIMAL);

        assertThat(RunFile.read(file)).isEqualTo(RunFiles.parse(MINIMAL));
    }

    @Test
    void missingFileAndDirectoryAreRefused(@TempDir Path directory) {
        Path missing = directory.resolve("run.yaml");

        assertThatThrownBy(() -> RunFile.read(missing))
                .isInstanceOf(RunFileException.class)
                .hasMessage(missing + ": expected a run file, found no such file");
        assertThatThrownBy(() -> RunFile.read(directory))
                .isInstanceOf(RunFileException.class)
                .hasMessage(directory + ": expected a run file, found a directory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"a\\0b\"", "\"\"", "\" \""})
    void directoryThatCannotBeIsRefused(String directory) {
        String text = "model: mlp\ndata:\n  dataset: csv\n  directory: %s\n".formatted(directory);

        assertThat(problems(text))
                .singleElement()
                .asString()
                .startsWith("run.yaml:4: data.directory: expected a directory, found ");
    }

    @Test
    void everyPrefixOfAFileIsAConfigOrARunFileException() {
        String text = RunFile.write(RunFiles.minimal().build());
        for (int length = 0; length < text.length(); length++) {
            String prefix = text.substring(0, length);
            try {
                assertThat(RunFiles.parse(prefix)).isNotNull();
            } catch (RunFileException e) {
                assertThat(e.problems()).isNotEmpty();
            }
        }
    }
}
