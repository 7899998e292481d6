package dev.tributary.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.files.PrivateFiles;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

final class MachineProbeTest {
    @TempDir private Path directory;

    @Test
    void directoryThatOthersCanLookIntoIsANote() throws IOException {
        Path closed = PrivateFiles.createDirectories(directory.resolve("closed"));
        assertThat(MachineProbe.access("runs-access", closed)).isEmpty();
        assertThat(MachineProbe.access("runs-access", directory.resolve("none"))).isEmpty();
        Path open = Files.createDirectory(directory.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-x---"));
        assertThat(MachineProbe.access("runs-access", open))
                .singleElement()
                .extracting(Finding::text)
                .asString()
                .contains("other users can look into it");
    }
}
