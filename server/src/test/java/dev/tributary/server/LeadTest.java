package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.config.DataConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.server.database.Database;
import dev.tributary.server.database.DatabaseAddress;
import dev.tributary.server.store.RunDirectory;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

final class LeadTest {
    private static final String FORCED = "jdk.FileForce";

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
                Recording recording = new Recording()) {
            recording.enable(FORCED).withoutThreshold();
            recording.start();
            String id = Lead.submit(database, runs, config);
            recording.stop();
            RunDirectory run = new RunDirectory(runs.resolve(id));
            assertThat(forced(recording))
                    .containsSubsequence(
                            run.runFile() + ".tmp", run.root().toString(), runs.toString());
            assertThat(database.runs().find(id)).isPresent();
            assertThat(run.runFile()).isRegularFile();
        }
    }

    private List<String> forced(Recording recording) throws IOException {
        Path file = directory.resolve("recording.jfr");
        recording.dump(file);
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals(FORCED))
                .map((RecordedEvent event) -> event.getString("path"))
                .toList();
    }
}
