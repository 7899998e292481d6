package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tributary.protocol.RunStatus;
import dev.tributary.server.database.Database;
import dev.tributary.server.database.DatabaseAddress;
import dev.tributary.server.store.RunDirectory;
import dev.tributary.server.telemetry.ServerMetrics;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

@Timeout(60)
final class RunQueueTest {
    private static final Path FULL = Path.of("/dev/full");

    private static final RunListener SILENT =
            new RunListener() {
                @Override
                public void note(String line) {}

                @Override
                public void ended(RunStatus last, Path directory) {}
            };

    @TempDir private Path runs;

    /** What it is about to write is a link to a full disk, until that is deleted as unfinished. */
    @Test
    void runThatFindsNoRoomWhenItsTurnComesBeginsLater() throws Exception {
        assumeTrue(Files.exists(FULL), "this system has no /dev/full");
        List<Runnable> later = new ArrayList<>();
        Models models = config -> VectorModel.of(50);
        ServerOptions options = ServerOptions.local(runs);
        try (Database database = Database.open(DatabaseAddress.inDirectory(runs));
                ClientHall hall = new ClientHall(options.poll(), true);
                RunBoard board =
                        new RunBoard(
                                options,
                                database,
                                hall,
                                new ServerMetrics(),
                                models,
                                SILENT,
                                true)) {
            String id = Lead.submit(database, runs, CrashServer.config(1, 1));
            Path log = new RunDirectory(runs.resolve(id)).receipts();
            Files.createSymbolicLink(log.resolveSibling(log.getFileName() + ".tmp"), FULL);
            RunQueue queue = new RunQueue(board, database, options, models, SILENT, later::add);
            queue.takeUpAll();
            assertThat(board.run(id)).isEmpty();
            assertThat(database.runs().find(id).orElseThrow().state())
                    .isEqualTo(RunStatus.State.QUEUED);
            assertThat(queue.place(id)).hasValue("cannot begin yet: there is no room on the disk");
            assertThat(later).hasSize(1);
            later.get(0).run();
            assertThat(board.run(id)).isPresent();
            assertThat(queue.place(id)).hasValue("being taken up");
        }
    }
}
