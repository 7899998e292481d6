package dev.tributary.server.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;

import dev.tributary.aggregate.ExactWeightedMean;
import dev.tributary.server.VectorModel;
import dev.tributary.server.aggregation.Spool.Content;
import dev.tributary.server.store.ModelVersions;
import dev.tributary.server.store.Retention;
import dev.tributary.server.store.RunDirectory;
import dev.tributary.strategy.ServerOptimizer;
import dev.tributary.strategy.Strategy;
import dev.tributary.strategy.UniformSampler;
import dev.tributary.wire.UpdateMetadata;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletionException;

final class AggregationServiceTest {
    /** Adds the update, and throws the first time, when the model has moved. */
    private static final class StumblingOptimizer implements ServerOptimizer {
        private boolean stumbled;

        @Override
        public void step(long from, NDArray trainables, NDArray update) {
            trainables.addi(update);
            if (!stumbled) {
                stumbled = true;
                throw new IllegalStateException("stumbled");
            }
        }

        @Override
        public void close() {}
    }

    @TempDir private Path runs;

    private static SpooledUpdate ones(Spool spool) throws IOException {
        Spool.SpoolFile file = spool.open(1, "a", new Content("00000000", 4));
        ByteBuffer body = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        file.write(body.putFloat(0, 1));
        return new SpooledUpdate(
                new UpdateMetadata("r", 1, "a", 0, 1, 0.5), 4, 1, 0, "00000000", file);
    }

    @Test
    void stepThatThrowsHalfWayMovesTheModelNotAtAll() throws IOException {
        Strategy strategy =
                new Strategy(
                        "test",
                        new UniformSampler(),
                        ExactWeightedMean::new,
                        StumblingOptimizer::new);
        RunDirectory directory = RunDirectory.create(runs, "r");
        Spool spool = new Spool(directory.spool());
        AggregationService.Settings settings =
                new AggregationService.Settings(
                        Device.cpu(),
                        VectorModel.of(1),
                        strategy,
                        new ModelVersions(directory.versions(), Retention.DEFAULT),
                        spool,
                        directory,
                        Map.of());
        try (AggregationService service = new AggregationService(settings)) {
            assertThat(service.reserve()).isTrue();
            service.fold(ones(spool));
            assertThatThrownBy(() -> service.step().join())
                    .isInstanceOf(CompletionException.class)
                    .hasMessageContaining("stumbled");
            service.reset();
            assertThat(service.reserve()).isTrue();
            service.fold(ones(spool));
            service.step().join();
            service.save(1).join();
        }
        byte[] file = Files.readAllBytes(directory.model());
        byte[] one = {0, 0, (byte) 0x80, 0x3f};
        assertThat(Arrays.copyOfRange(file, file.length - 4, file.length)).isEqualTo(one);
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
