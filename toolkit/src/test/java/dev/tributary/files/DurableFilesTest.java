package dev.tributary.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

class DurableFilesTest {
    @TempDir private Path directory;

    private static void write(FileChannel out, String text) throws IOException {
        ByteBuffer bytes = US_ASCII.encode(text);
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    private void assertHoldsAlone(Path file, String text) throws IOException {
        assertThat(file).hasContent(text);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void fileIsTheOldOneUntilTheNewOneIsWhole() throws IOException {
        Path file = directory.resolve("file");
        DurableFiles.write(file, out -> write(out, "a longer one"));
        assertHoldsAlone(file, "a longer one");
        DurableFiles.write(
                file,
                out -> {
                    write(out, "another");
                    assertThat(file).hasContent("a longer one");
                });
        assertHoldsAlone(file, "another");
    }

    @Test
    void writeThatFailsLeavesTheOldFileAndNothingBeside() throws IOException {
        Path file = directory.resolve("file");
        DurableFiles.write(file, out -> write(out, "old"));
        assertThatThrownBy(
                        () ->
                                DurableFiles.write(
                                        file,
                                        out -> {
                                            write(out, "half of");
                                            throw new IOException("for a test");
                                        }))
                .hasMessage("for a test");
        assertHoldsAlone(file, "old");
    }

    @Test
    void fileThatWasForcedTakesTheNameOfAnother() throws IOException {
        Path unfinished = Files.writeString(directory.resolve("unfinished"), "new");
        Path file = Files.writeString(directory.resolve("file"), "old");
        DurableFiles.force(unfinished);
        DurableFiles.rename(unfinished, file);
        assertHoldsAlone(file, "new");
    }

    @Test
    void fullDiskIsFoundAmongTheCauses() {
        IOException full = new IOException("model.tmp: No space left on device");
        assertThat(DurableFiles.saysDiskFull(new UncheckedIOException(full))).isTrue();
        assertThat(DurableFiles.saysDiskFull(new IOException("Disk quota exceeded"))).isTrue();
        assertThat(DurableFiles.saysDiskFull(new IOException("Permission denied"))).isFalse();
        assertThat(DurableFiles.saysDiskFull(new IOException())).isFalse();
    }
}
