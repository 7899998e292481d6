package dev.tributary.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;

import dev.tributary.parameters.HostTransfer;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.testkit.LiveArrays;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;
import java.util.Map;

class GlobalVectorTest {
    /** As a layer of BatchNorm: two weights, running mean and variance, batches seen. */
    private static final ParameterLayout LAYOUT =
            ParameterLayout.builder()
                    .add("weight", List.of(2L), ParameterKind.TRAINABLE)
                    .add("runningMean", List.of(1L), ParameterKind.STATISTIC)
                    .add("runningVar", List.of(1L), ParameterKind.STATISTIC)
                    .add("num_batches_tracked", List.of(1L), ParameterKind.COUNTER)
                    .build();

    @Test
    void onlyTrainablesAreSteppedStatisticsAreAveragedAndCountersAreTheMaximum()
            throws IOException {
        Map<String, String> options = Map.of("beta1", "0", "beta2", "0", "tau", "1");
        Strategy adam = Strategies.named("fedadam", 10, options);
        try (GlobalVector model = new GlobalVector(Device.cpu(), LAYOUT, adam)) {
            put(model, 5, 5, 0, 1, 100);
            model.fold(HostVector.of(new float[] {3, 0, 4, -0.5f, 7}), 7, 1);
            model.fold(HostVector.of(new float[] {3, 0, 0, 0.3f, 9}), 9, 3);

            assertThat(model.step(2)).isTrue();
            // The weight by 10 * 3 / (3 + 1); mean by (4 + 0) / 4, variance by (-0.5 + 0.9) / 4.
            assertThat(vector(model)).containsExactly(12.5f, 5, 1, 1.1f, 109);
        }
    }

    @Test
    void modelThatCannotBeMadeLeavesNothingOnTheDevice() throws ReflectiveOperationException {
        ParameterLayout one = ParameterLayout.builder().trainable("weight", 1).build();
        Strategy noOptimizer =
                Strategy.fedAvg(1)
                        .withServerOptimizer(
                                "none",
                                (manager, trainables) -> {
                                    throw new IllegalStateException("no optimizer");
                                });
        Strategy noAggregator =
                new Strategy(
                        "none",
                        noOptimizer.sampler(),
                        (manager, layout) -> {
                            throw new IllegalStateException("no aggregator");
                        },
                        noOptimizer.serverOptimizer());
        int before = LiveArrays.count();
        assertThatThrownBy(() -> new GlobalVector(Device.cpu(), one, noOptimizer))
                .hasMessage("no optimizer");
        assertThatThrownBy(() -> new OverflowGuard(Device.cpu(), noAggregator))
                .hasMessage("no aggregator");
        assertThat(LiveArrays.count()).isEqualTo(before);
    }

    @Test
    void resetForgetsTheUpdatesOfTheRoundAndNotTheOptimizersState() throws IOException {
        Strategy momentum = Strategies.named("fedavgm", 1, Map.of("momentum", "0.5"));
        ParameterLayout one = ParameterLayout.builder().trainable("weight", 1).build();
        try (GlobalVector model = new GlobalVector(Device.cpu(), one, momentum)) {
            model.fold(HostVector.of(new float[] {2}), 2, 1);
            model.step(1);
            model.fold(HostVector.of(new float[] {100}), 100, 1);
            model.reset();
            model.fold(HostVector.of(new float[] {1}), 1, 1);
            model.step(1);
            // 2, then 0.5 * 2 + 1 more.
            assertThat(vector(model)).containsExactly(4);
        }
    }

    @Test
    void mixingGoesAPartOfTheWayToTheClientsModelAndNeverSetsCountersBack() throws IOException {
        Strategy mixing = Strategies.named("fedasync", 1, Map.of());
        try (GlobalVector model = new GlobalVector(Device.cpu(), LAYOUT, mixing)) {
            put(model, 1, -1, 0, 1, 100);
            model.fold(HostVector.of(new float[] {3, 0, 4, 2, 90}), 90, 10);
            assertThat(model.step(1, 0.25)).isTrue();
            assertThat(vector(model)).containsExactly(1.5f, -0.75f, 1, 1.25f, 100);

            model.fold(HostVector.of(new float[] {3, 0, 4, 2, 107}), 107, 10);
            assertThat(model.step(1, 1)).isTrue();
            assertThat(vector(model)).containsExactly(3, 0, 4, 2, 107);
        }
    }

    @Test
    void modelThatIsNotFiniteIsTold() throws IOException {
        ParameterLayout one = ParameterLayout.builder().trainable("weight", 1).build();
        try (GlobalVector model = new GlobalVector(Device.cpu(), one, Strategy.fedAvg(1e38))) {
            model.fold(HostVector.of(new float[] {100}), 100, 1);
            assertThat(model.step(1)).isFalse();
        }
    }

    @Test
    void whatFitsDoesNotDependOnWhatIsIn() throws IOException {
        ParameterLayout one = ParameterLayout.builder().trainable("weight", 1).build();
        try (GlobalVector model = new GlobalVector(Device.cpu(), one, Strategy.fedAvg(1))) {
            assertThat(model.fits(0x1p20f, 100, 9)).isTrue();
            assertThat(model.fits(0x1p20f, 103, 9)).isFalse();
            model.fold(HostVector.of(new float[] {0x1p20f}), 0x1p20f, 100);
            assertThat(model.fits(0x1p20f, 100, 9)).isTrue();
        }
    }

    private static void put(GlobalVector model, float... values) throws IOException {
        HostTransfer.toDevice(HostVector.of(values), model.flat());
    }

    private static float[] vector(GlobalVector model) {
        try (NDArray copy = model.flat().duplicate()) {
            return copy.toFloatArray();
        }
    }
}
