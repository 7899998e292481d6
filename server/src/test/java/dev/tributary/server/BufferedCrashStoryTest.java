package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParseException;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.config.StrategyConfig;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunStatus;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.aggregation.Spool;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * A FedBuff server is killed with SIGKILL in the middle of its buffer, one update on its way to it,
 * and started again with the same command. What should happen: (1) what was accepted before the
 * kill counts, once; (2) a client that worked on an old version delivers; (3) the run ends with the
 * model of the undisturbed run.
 *
 * <p>Four clients deliver in turn, and three updates make a step: so each step has one or two that
 * are stale. {@code -Dtributary.chaos.kills} and {@code .seed} make it long or repeat it.
 */
@Timeout(120)
final class BufferedCrashStoryTest {
    private static final List<String> CLIENTS = List.of("a", "b", "c", "d");
    private static final int BUFFER = 3;
    private static final int ROUNDS = 5;
    private static final int KILLS = Integer.getInteger("tributary.chaos.kills", 2);
    private static final long SEED = Long.getLong("tributary.chaos.seed", 3);
    private static final int EXAMPLES = 100;

    private static final RunConfig RUN =
            CrashServer.config(CLIENTS.size(), ROUNDS).toBuilder()
                    .cohort(CohortConfig.of(CLIENTS.size()))
                    .strategy(new StrategyConfig("fedbuff", 1, Map.of("buffer", "" + BUFFER)))
                    .build();

    @TempDir private Path directory;

    /** What clients are to do, or are done with: it outlives the server. */
    private final Map<String, RoundTask> tasks = new HashMap<>();

    private final List<String> accepted = new ArrayList<>();
    private URI server = URI.create("http://127.0.0.1:1");

    @Test
    void serverKilledInTheMiddleOfItsBufferGivesTheModelOfTheUndisturbedRun() throws Exception {
        String expected = undisturbed();
        System.out.printf("buffered crash story: seed %d, %d kills%n", SEED, KILLS);
        Random random = new Random(SEED);
        Process process = CrashServer.start(directory, RUN, Optional.empty());
        try {
            server = CrashServer.await(directory, process);
            begin();
            for (int step = 0; step < ROUNDS; step++) {
                int kill = step < KILLS ? 1 + random.nextInt(BUFFER - 1) : BUFFER;
                for (int i = step * BUFFER; i < (step + 1) * BUFFER; i++) {
                    if (i == step * BUFFER + kill) {
                        process = kill(process, i, random.nextInt(10_000_000));
                    }
                    deliver(i);
                }
                moveOn(step);
            }
            assertThat(process.waitFor()).isZero();
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(Files.readString(directory.resolve("server.log")))
                .contains("sha256 " + expected);
        assertThat(counted()).containsExactlyInAnyOrderElementsOf(accepted);
    }

    private String undisturbed() throws IOException {
        ServerOptions options = ServerOptions.local(directory.resolve("undisturbed"));
        try (FederatedServer calm = FederatedServer.start(RUN, options, CrashServer.model())) {
            server = calm.url();
            begin();
            for (int step = 0; step < ROUNDS; step++) {
                for (int i = step * BUFFER; i < (step + 1) * BUFFER; i++) {
                    deliver(i);
                }
                moveOn(step);
            }
            return String.valueOf(calm.awaitEnd().modelSha256());
        } finally {
            accepted.clear();
        }
    }

    /** One update counts, the next is on its way. */
    private Process kill(Process process, int next, int nanos) throws Exception {
        CompletableFuture<Void> onItsWay = CompletableFuture.runAsync(() -> tryToUpload(next));
        LockSupport.parkNanos(nanos);
        process.destroyForcibly().waitFor();
        onItsWay.join();
        Process again = CrashServer.start(directory, RUN, Optional.empty());
        server = CrashServer.await(directory, again);
        CLIENTS.forEach(id -> hand(id).register(EXAMPLES));
        UpdateReceipt twin = upload(next - 1);
        assertThat(twin.outcome()).as(twin.message()).isEqualTo(Outcome.ACCEPTED);
        assertThat(twin.duplicate()).isTrue();
        return again;
    }

    private void begin() {
        CLIENTS.forEach(id -> hand(id).register(EXAMPLES));
        CLIENTS.forEach(id -> tasks.put(id, hand(id).task()));
    }

    private void deliver(int i) {
        UpdateReceipt receipt = upload(i);
        assertThat(receipt.outcome()).as(receipt.message()).isEqualTo(Outcome.ACCEPTED);
        accepted.add(client(i) + "@" + task(i).round());
    }

    /** Who has delivered in the step gets the new model, or hears of the end. */
    private void moveOn(int step) {
        for (String id : CLIENTS) {
            if (step == ROUNDS - 1 || !id.equals(client(step * BUFFER + BUFFER))) {
                tasks.put(id, hand(id).task());
            }
        }
    }

    private void tryToUpload(int i) {
        try {
            UpdateReceipt unused = upload(i);
        } catch (UncheckedIOException | AssertionError | JsonParseException e) {
            // The server has died meanwhile.
        }
    }

    private UpdateReceipt upload(int i) {
        float value = (float) Math.sin(client(i).hashCode() * 31.0 + task(i).round());
        return hand(client(i)).update(task(i), EXAMPLES, value, value / 3, -value * 7e-5f);
    }

    private RoundTask task(int i) {
        return Objects.requireNonNull(tasks.get(client(i)));
    }

    private static String client(int i) {
        return CLIENTS.get(i % CLIENTS.size());
    }

    private HandClient hand(String id) {
        return new HandClient(server, id, CrashServer.model().layout());
    }

    /** Of each update that is in the model, its client and the round that it names. */
    private List<String> counted() {
        Path runs = directory.resolve("runs");
        try (Database database = Database.open(DatabaseAddress.inDirectory(runs))) {
            List<StoredRun> stored = database.runs().list();
            assertThat(stored).as("the run was resumed, never begun anew").hasSize(1);
            assertThat(stored.get(0).state()).isEqualTo(RunStatus.State.FINISHED);
            String run = stored.get(0).asked().runId();
            assertThat(database.metrics().history(run))
                    .hasSize(ROUNDS)
                    .allMatch(round -> round.accepted() == BUFFER);
            return database.receipts().before(run, ROUNDS + 1).stream()
                    .map(one -> one.clientId() + "@" + Spool.roundOf(one.spoolFile()))
                    .toList();
        }
    }
}
