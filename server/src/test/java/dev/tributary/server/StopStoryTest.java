package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tributary.config.RunFile;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.store.RunDirectory;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A run is stopped while the disk is full, of which the kernel itself tells, and goes on later. */
@Timeout(60)
final class StopStoryTest {
    private static final Path FULL = Path.of("/dev/full");
    private static final VectorModel MODEL = VectorModel.of(50);

    @TempDir private Path directory;
    private final BlockingQueue<RunStatus> endings = new LinkedBlockingQueue<>();

    /** As often as somebody deletes what found no room, until this is closed. */
    private static final class FullDisk implements AutoCloseable {
        private final Path file;
        private final Thread filling;
        private volatile boolean closed;

        FullDisk(Path file) {
            this.file = file;
            this.filling = new Thread(this::fill, "full-disk");
            filling.start();
        }

        private void fill() {
            while (!closed) {
                try {
                    Files.createSymbolicLink(file, FULL);
                } catch (FileAlreadyExistsException e) {
                    Thread.onSpinWait();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }

        @Override
        public void close() throws Exception {
            closed = true;
            filling.join();
            Files.deleteIfExists(file);
        }
    }

    private StandingServer start() {
        ServerOptions options =
                ServerOptions.builder(directory.resolve("runs"))
                        .poll(Duration.ofMillis(200))
                        .build();
        RunListener listener =
                new RunListener() {
                    @Override
                    public void note(String line) {}

                    @Override
                    public void ended(RunStatus last, Path directory) {
                        endings.add(last);
                    }
                };
        return StandingServer.start(options, config -> MODEL, listener);
    }

    private static RunStatus post(HandClient client, String path, String body) {
        return Json.read(client.send("POST", path, body).body(), RunStatus.class);
    }

    private RunStatus ended() throws InterruptedException {
        RunStatus last = endings.poll(20, TimeUnit.SECONDS);
        assertThat(last).as("the end of the run").isNotNull();
        return last;
    }

    private static void deliver(HandClient client) {
        RoundTask task = client.task();
        assertThat(client.update(task, 100, 1, -2).outcome()).isEqualTo(Outcome.ACCEPTED);
    }

    private String undisturbed() {
        ServerOptions options = ServerOptions.local(directory.resolve("undisturbed"));
        try (FederatedServer server =
                FederatedServer.start(CrashServer.config(1, 1), options, MODEL)) {
            deliver(new HandClient(server.url(), "a", MODEL.layout()).register(100));
            return String.valueOf(server.awaitEnd().modelSha256());
        }
    }

    private static void awaitPause(HandClient client, String run) {
        RunStatus status;
        do {
            status = Json.read(client.send("GET", Paths.run(run), "").body(), RunStatus.class);
        } while (status.events().stream().noneMatch(e -> e.message().contains("the run pauses")));
    }

    @Test
    void runWhoseModelFindsNoRoomStopsAndComesToThatModelWhenItIsResumed() throws Exception {
        assumeTrue(Files.exists(FULL), "this system has no /dev/full");
        String expected = undisturbed();
        try (StandingServer server = start()) {
            HandClient a = new HandClient(server.url(), "a", MODEL.layout()).register(100);
            String runFile = RunFile.write(CrashServer.config(1, 1));
            String run = post(a, Paths.RUNS, runFile).runId();
            RunDirectory files = new RunDirectory(directory.resolve("runs").resolve(run));
            try (FullDisk full = new FullDisk(files.versions().resolve("next.draft"))) {
                deliver(a);
                awaitPause(a, run);
                RunStatus unused = post(a, Paths.stop(run), "");
                RunStatus stopped = ended();
                assertThat(stopped.state()).isEqualTo(RunStatus.State.STOPPED);
                assertThat(stopped.message()).contains("no room for the new model");
                assertThat(stopped.modelVersion()).isZero();
            }
            // Nobody sends anything.
            RunStatus unused = post(a, Paths.resume(run), "");
            RunStatus finished = ended();
            assertThat(finished.state()).as(finished.message()).isEqualTo(RunStatus.State.FINISHED);
            assertThat(finished.modelSha256()).isEqualTo(expected);
        }
    }

    /** The server is started again, not the run resumed. */
    @Test
    void serverThatIsClosedWhileTheDiskIsFullGoesOnToTheSameModel() throws Exception {
        assumeTrue(Files.exists(FULL), "this system has no /dev/full");
        String expected = undisturbed();
        String run;
        try (StandingServer server = start()) {
            HandClient a = new HandClient(server.url(), "a", MODEL.layout()).register(100);
            run = post(a, Paths.RUNS, RunFile.write(CrashServer.config(1, 1))).runId();
            RunDirectory files = new RunDirectory(directory.resolve("runs").resolve(run));
            try (FullDisk full = new FullDisk(files.versions().resolve("next.draft"))) {
                deliver(a);
                awaitPause(a, run);
                server.close();
            }
        }
        try (StandingServer server = start()) {
            RunStatus finished = ended();
            assertThat(finished.state()).as(finished.message()).isEqualTo(RunStatus.State.FINISHED);
            assertThat(finished.runId()).isEqualTo(run);
            assertThat(finished.modelSha256()).isEqualTo(expected);
        }
    }
}
