package dev.tributary.server.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;

import dev.tributary.aggregate.ExactWeightedMean;
import dev.tributary.parameters.Checkpoint;
import dev.tributary.server.VectorModel;
import dev.tributary.server.aggregation.Spool.Content;
import dev.tributary.server.store.ModelVersions;
import dev.tributary.server.store.Retention;
import dev.tributary.server.store.RunDirectory;
import dev.tributary.strategy.Strategies;
import dev.tributary.strategy.Strategy;
import dev.tributary.strategy.optimizer.ServerMomentum;
import dev.tributary.strategy.optimizer.ServerOptimizer;
import dev.tributary.strategy.sampling.UniformSampler;
import dev.tributary.wire.UpdateMetadata;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;

final class AggregationServiceTest {
    /** Throws the first time, when the model has moved. */
    private static final class StumblingOptimizer implements ServerOptimizer {
        private final ServerOptimizer sound;
        private boolean stumbled;

        StumblingOptimizer(ServerOptimizer sound) {
            this.sound = sound;
        }

        @Override
        public void step(long from, NDArray trainables, NDArray update) {
            sound.step(from, trainables, update);
            if (!stumbled) {
                stumbled = true;
                throw new IllegalStateException("stumbled");
            }
        }

        @Override
        public Optional<NDArray> state() {
            return sound.state();
        }

        @Override
        public void close() {
            sound.close();
        }
    }

    @TempDir private Path runs;

    private static SpooledUpdate ones(Spool spool) throws IOException {
        return update(spool, "a", 1);
    }

    private static SpooledUpdate update(Spool spool, String client, float value)
            throws IOException {
        SpoolFile file = spool.open(1, client, new Content("00000000", 4));
        ByteBuffer body = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        file.write(body.putFloat(0, value));
        file.seal();
        return new SpooledUpdate(
                new UpdateMetadata("r", 1, client, 0, 1, 0.5),
                4,
                Math.abs(value),
                0,
                "00000000",
                file);
    }

    @Test
    void updatesThatAreKeptAreReadWhenAllAreInAndThenClosed() throws IOException {
        Strategy strategy = Strategies.named("median", 1, Map.of());
        RunDirectory directory = RunDirectory.create(runs, "r");
        Spool spool = new Spool(directory.spool());
        SpooledUpdate lost = update(spool, "z", 77);
        try (AggregationService service = service(strategy, directory, spool, 0)) {
            fold(service, lost);
            service.reset();
            SpooledUpdate last = update(spool, "a", 1000);
            fold(service, last);
            fold(service, update(spool, "b", 3));
            fold(service, update(spool, "c", -5));
            service.step(10).join();
            service.publish(1).join();
            service.save(1).join();
            assertThatThrownBy(() -> last.file().channel()).isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> lost.file().channel()).isInstanceOf(IOException.class);
        assertThat(result(directory)).isEqualTo(3);
    }

    @Test
    void serverThatIsStartedAgainGoesOnWithWhatTheAggregatorRemembers() throws IOException {
        Strategy strategy =
                Strategies.named(
                        "centered-clipping", 1, Map.of("radius", "1", "server-momentum", "0.5"));
        RunDirectory directory = RunDirectory.create(runs, "r");
        Spool spool = new Spool(directory.spool());
        try (AggregationService first = service(strategy, directory, spool, 0)) {
            round(first, spool, 1);
            fold(first, update(spool, "a", 9));
            first.step(10).join();
            first.publish(2).join();
            // Not published when the server is killed: as if it had never been.
            fold(first, update(spool, "a", 100));
            first.step(10).join();
        }
        try (AggregationService second = service(strategy, directory, spool, 2)) {
            fold(second, update(spool, "a", 9));
            second.step(10).join();
            second.publish(3).join();
            second.save(3).join();
        }
        // Aggregates 1, 2, 3, no more than 1 apart; velocities 1, 2.5, 4.25.
        assertThat(result(directory)).isEqualTo(7.75f);
    }

    @Test
    void tooFewUpdatesForARuleFailTheStepWithItsFormula() throws IOException {
        Strategy strategy = Strategies.named("krum", 1, Map.of());
        RunDirectory directory = RunDirectory.create(runs, "r");
        Spool spool = new Spool(directory.spool());
        try (AggregationService service = service(strategy, directory, spool, 0)) {
            fold(service, ones(spool));
            assertThatThrownBy(() -> service.step(10).join())
                    .hasMessageContaining("Krum: expected at least 5 updates")
                    .hasMessageContaining("n >= 2f + 3 with f = 1; found 1");
        }
    }

    private static void fold(AggregationService service, SpooledUpdate update) {
        assertThat(service.reserve()).isTrue();
        service.fold(update);
    }

    @Test
    void stepThatThrowsHalfWayMovesTheModelNotAtAll() throws IOException {
        Strategy strategy =
                new Strategy(
                        "test",
                        new UniformSampler(),
                        ExactWeightedMean::new,
                        (manager, trainables) ->
                                new StumblingOptimizer(
                                        new ServerMomentum(manager, trainables, 1, 0.5)));
        RunDirectory directory = RunDirectory.create(runs, "r");
        Spool spool = new Spool(directory.spool());
        try (AggregationService service = service(strategy, directory, spool, 0)) {
            assertThat(service.reserve()).isTrue();
            service.fold(ones(spool));
            assertThatThrownBy(() -> service.step(10).join())
                    .isInstanceOf(CompletionException.class)
                    .hasMessageContaining("stumbled");
            service.reset();
            round(service, spool, 1);
            round(service, spool, 2);
            service.save(2).join();
        }
        // 1, then 0.5 * 1 + 1 more: nothing is left of the step that failed, in the velocity
        // either.
        assertThat(result(directory)).isEqualTo(2.5f);
    }

    @Test
    void serverThatIsStartedAgainGoesOnWithTheOptimizersState() throws IOException {
        Strategy strategy = Strategies.named("fedavgm", 1, Map.of("momentum", "0.5"));
        RunDirectory directory = RunDirectory.create(runs, "r");
        Spool spool = new Spool(directory.spool());
        try (AggregationService first = service(strategy, directory, spool, 0)) {
            round(first, spool, 1);
            round(first, spool, 2);
            // Its round is not closed when the server is killed: it must be as if it never was.
            round(first, spool, 3);
        }
        try (AggregationService second = service(strategy, directory, spool, 2)) {
            round(second, spool, 3);
            round(second, spool, 4);
            second.save(4).join();
        }
        // The velocity is 1, 1.5, 1.75, 1.875.
        assertThat(result(directory)).isEqualTo(6.125f);
        assertThat(directory.versions().resolve("s4.safetensors")).exists();
        assertThat(directory.versions().resolve("s2.safetensors")).doesNotExist();
        directory.clearWork(new Retention(2, 4));
        assertThat(directory.versions().resolve("v4.safetensors")).exists();
        assertThat(directory.versions().resolve("s4.safetensors")).doesNotExist();
    }

    @Test
    void resultIsTheVersionThatItIsCalledThoughANewerOneMoved() throws IOException {
        Strategy strategy = Strategies.named("fedavg", 1, Map.of());
        RunDirectory directory = RunDirectory.create(runs, "r");
        Spool spool = new Spool(directory.spool());
        try (AggregationService service = service(strategy, directory, spool, 0)) {
            round(service, spool, 1);
            // Its round cannot be closed, and so it is not the run's.
            round(service, spool, 2);
            // Nor is what has moved and could not be published.
            fold(service, ones(spool));
            service.step(10).join();
            service.save(1).join();
        }
        assertThat(result(directory)).isEqualTo(1);
        try (Checkpoint saved = Checkpoint.open(directory.model())) {
            assertThat(saved.header().metadata()).containsEntry("round", "1");
        }
    }

    private static AggregationService service(
            Strategy strategy, RunDirectory directory, Spool spool, int newest) throws IOException {
        ModelVersions versions = new ModelVersions(directory.versions(), Retention.DEFAULT);
        versions.reload(newest);
        return new AggregationService(
                new AggregationService.Settings(
                        Device.cpu(),
                        VectorModel.of(1),
                        strategy,
                        versions,
                        spool,
                        directory,
                        Map.of(),
                        10));
    }

    private static void round(AggregationService service, Spool spool, int version)
            throws IOException {
        assertThat(service.reserve()).isTrue();
        service.fold(ones(spool));
        service.step(10).join();
        service.publish(version).join();
        service.roundClosed(version);
        // Behind that: the next round's files may have the names of those that are deleted.
        service.save(version).join();
    }

    /** The only value of the model that was saved. */
    private static float result(RunDirectory directory) throws IOException {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(directory.model()));
        return file.order(ByteOrder.LITTLE_ENDIAN).getFloat(file.limit() - Float.BYTES);
    }

    @Test
    void orderThatEndsInAnErrorEndsNotTheThread() {
        try (DeviceThread thread = new DeviceThread(1)) {
            assertThat(thread.reserve()).isTrue();
            thread.giveReserved(
                    () -> {
                        throw new OutOfMemoryError("for a test");
                    });
            assertThat(thread.order(() -> "alive").join()).isEqualTo("alive");
        }
    }
}
