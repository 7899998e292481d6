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

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

final class LeadTest {
    private static final RunConfig CONFIG =
            RunConfig.builder(new ModelSpec("vector", Map.of()), DataConfig.of(DataConfig.NONE, 1))
                    .name("run")
                    .build();

    @TempDir private Path directory;

    /** What was forced to disk, in order, before the database was told of the run. */
    @Test
    void filesOfASubmittedRunAreOnDiskBeforeItsRow() throws Exception {
        Path runs = directory.resolve("runs");
        try (Database database = Database.open(DatabaseAddress.inDirectory(directory));
                ForcedFiles forced = new ForcedFiles()) {
            String id = Lead.submit(database, runs, CONFIG);
            RunDirectory run = new RunDirectory(runs.resolve(id));
            assertThat(forced.paths())
                    .containsSubsequence(
                            run.runFile() + ".tmp", run.root().toString(), runs.toString());
            assertThat(database.runs().find(id)).isPresent();
            assertThat(run.runFile()).isRegularFile();
        }
    }

    /** Ids tell seconds: of four from each server, some are asked for in the same one. */
    @Test
    void serversOnOneDatabaseWithFilesOfTheirOwnNeverShareARun() throws Exception {
        Map<String, Path> places = new HashMap<>();
        try (Database database = Database.open(DatabaseAddress.inDirectory(directory))) {
            for (int i = 0; i < 4; i++) {
                for (String server : List.of("a", "b")) {
                    Path runs = directory.resolve(server);
                    places.put(Lead.submit(database, runs, CONFIG), runs);
                }
            }
            assertThat(places).hasSize(8);
            assertThat(database.runs().list())
                    .extracting(run -> run.asked().runId())
                    .containsExactlyInAnyOrderElementsOf(places.keySet());
            for (String server : List.of("a", "b")) {
                Path runs = directory.resolve(server);
                try (Stream<Path> files = Files.list(runs)) {
                    assertThat(files)
                            .as("what is left in " + runs)
                            .allMatch(file -> runs.equals(places.get("" + file.getFileName())));
                }
            }
        }
    }
}
