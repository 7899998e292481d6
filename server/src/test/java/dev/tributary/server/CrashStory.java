package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParseException;

import dev.tributary.config.RunConfig;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.database.Database;
import dev.tributary.server.database.DatabaseAddress;
import dev.tributary.server.database.StoredRun;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A server is killed with SIGKILL at random points, and started again with the same command.
 *
 * <p>{@code -Dtributary.chaos.kills}, {@code .rounds} and {@code .seed} make it long or repeat it.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
abstract class CrashStory {
    private static final int CLIENTS = 3;
    private static final int KILLS = Integer.getInteger("tributary.chaos.kills", 4);
    private static final int ROUNDS = Integer.getInteger("tributary.chaos.rounds", 6);
    private static final RunConfig RUN = CrashServer.config(CLIENTS, ROUNDS);
    private static final long SEED = Long.getLong("tributary.chaos.seed", 11);
    private static final long BACK_OFF_NANOS = 5_000_000;

    @TempDir private Path directory;

    /** Where the server keeps its ledger; empty for a file in its runs directory. */
    abstract Optional<DatabaseAddress> database();

    /** What else happens at a kill, while the server is down or after it is up again. */
    abstract void disturb() throws IOException;

    /** Released at each step of a client: what the killer counts by. */
    private final Semaphore steps = new Semaphore(0);

    private volatile URI server = URI.create("http://127.0.0.1:1");

    @Test
    void killedServerGivesTheModelOfTheUndisturbedRun() throws Exception {
        String expected = undisturbed();
        System.out.printf("crash story: seed %d, %d kills%n", SEED, KILLS);
        Random random = new Random(SEED);
        ExecutorService threads = Executors.newCachedThreadPool();
        Process process = CrashServer.start(directory, RUN, database());
        try {
            server = CrashServer.await(directory, process);
            List<Future<Integer>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                String id = "c" + i;
                clients.add(threads.submit(() -> work(id)));
            }
            int kills = 0;
            while (kills < KILLS && awaitSteps(1 + random.nextInt(2 * CLIENTS), process)) {
                LockSupport.parkNanos(random.nextInt(8_000_000));
                process.destroyForcibly().waitFor();
                kills++;
                disturb();
                process = CrashServer.start(directory, RUN, database());
                server = CrashServer.await(directory, process);
                disturb();
            }
            for (Future<Integer> client : clients) {
                client.get(5, TimeUnit.MINUTES);
            }
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(kills).isEqualTo(KILLS);
        } finally {
            process.destroyForcibly().waitFor();
            threads.shutdownNow();
        }
        String log = Files.readString(directory.resolve("server.log"));
        assertThat(log).contains("sha256 " + expected);
        check();
    }

    private void check() {
        DatabaseAddress file = DatabaseAddress.inDirectory(directory.resolve("runs"));
        try (Database database = Database.open(database().orElse(file))) {
            List<StoredRun> runs = database.runs().list();
            assertThat(runs).as("the run was resumed, never begun anew").hasSize(1);
            assertThat(runs.get(0).state()).isEqualTo(RunStatus.State.FINISHED);
            String run = runs.get(0).asked().runId();
            assertThat(database.metrics().history(run))
                    .hasSize(ROUNDS)
                    .extracting(RoundMetrics::accepted)
                    .containsOnly(CLIENTS);
            assertThat(database.rounds().list(run)).hasSize(ROUNDS);
        }
    }

    private String undisturbed() throws Exception {
        VectorModel model = CrashServer.model();
        ServerOptions options = ServerOptions.local(directory.resolve("undisturbed"));
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try (FederatedServer calm = FederatedServer.start(RUN, options, model)) {
            server = calm.url();
            List<Future<Integer>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                String id = "c" + i;
                clients.add(threads.submit(() -> work(id)));
            }
            for (Future<Integer> client : clients) {
                client.get(1, TimeUnit.MINUTES);
            }
            return String.valueOf(calm.awaitEnd().modelSha256());
        } finally {
            threads.shutdownNow();
            steps.drainPermits();
        }
    }

    /** A client that does not give up; the same round gives the same update. */
    private int work(String id) {
        VectorModel model = CrashServer.model();
        boolean registered = false;
        int rounds = 0;
        while (!Thread.currentThread().isInterrupted()) {
            try {
                HandClient client = new HandClient(server, id, model.layout());
                if (!registered) {
                    client.register(100);
                    registered = true;
                }
                RoundTask task = client.task();
                steps.release();
                if (task.kind() == RoundTask.Kind.FINISHED) {
                    return rounds;
                }
                float value = (float) Math.sin(id.hashCode() % 1000 * 31.0 + task.round());
                client.update(task, 100, value, value / 3, -value * 7e-5f);
                rounds++;
                steps.release();
            } catch (UncheckedIOException | AssertionError | JsonParseException e) {
                registered = false;
                LockSupport.parkNanos(BACK_OFF_NANOS);
            }
        }
        return rounds;
    }

    /** False if the run ended before. */
    private boolean awaitSteps(int count, Process process) throws InterruptedException {
        int got = 0;
        while (got < count) {
            if (steps.tryAcquire(100, TimeUnit.MILLISECONDS)) {
                got++;
            } else if (!process.isAlive()) {
                return false;
            }
        }
        return true;
    }
}
