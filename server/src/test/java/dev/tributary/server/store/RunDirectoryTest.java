package dev.tributary.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

final class RunDirectoryTest {
    @TempDir private Path directory;

    @Test
    void nobodyElseCanLookIntoWhatIsMadeForARun() throws IOException {
        RunDirectory run = RunDirectory.create(directory.resolve("new/runs"), "digits");
        for (Path made :
                new Path[] {
                    directory.resolve("new"),
                    directory.resolve("new/runs"),
                    run.root(),
                    run.spool(),
                    run.versions()
                }) {
            assertThat(permissions(made)).as(() -> "" + made).isEqualTo("rwx------");
        }
    }

    @Test
    void directoryThatIsThereKeepsItsPermissions() throws IOException {
        Path shared = Files.createDirectory(directory.resolve("shared"));
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
        RunDirectory run = RunDirectory.create(shared, "digits");
        assertThat(permissions(shared)).isEqualTo("rwxr-xr-x");
        assertThat(permissions(run.root())).isEqualTo("rwx------");
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
