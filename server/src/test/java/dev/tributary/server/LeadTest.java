package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.config.DataConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.server.database.Database;
import dev.tributary.server.database.DatabaseAddress;
import dev.tributary.server.store.RunDirectory;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Map;

final class LeadTest {
    @TempDir private Path directory;

    /** What was forced to disk, in order, before the database was told of the run. */
    @Test
    void filesOfASubmittedRunAreOnDiskBeforeItsRow() throws Exception {
        RunConfig config =
                RunConfig.builder(
                                new ModelSpec("vector", Map.of()),
                                DataConfig.of(DataConfig.NONE, 1))
                        .name("run")
                        .build();
        Path runs = directory.resolve("runs");
        try (Database database = Database.open(DatabaseAddress.inDirectory(directory));
                ForcedFiles forced = new ForcedFiles()) {
            String id = Lead.submit(database, runs, config);
            RunDirectory run = new RunDirectory(runs.resolve(id));
            assertThat(forced.paths())
                    .containsSubsequence(
                            run.runFile() + ".tmp", run.root().toString(), runs.toString());
            assertThat(database.runs().find(id)).isPresent();
            assertThat(run.runFile()).isRegularFile();
        }
    }
}
