package dev.tributary.config;

import static dev.tributary.config.RunFiles.minimal;
import static dev.tributary.config.RunFiles.parse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** The law of {@link RunFile}: what is written reads to the same value. */
class RunFileRoundTripTest {

    static LongStream seeds() {
        return LongStream.range(0, 200);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whatIsWrittenReadsToTheSameValue(long seed) {
        RunConfig config = new RandomRunConfigs(seed).next();

        String text = RunFile.write(config);

        assertThat(parse(text)).as("seed %d:%n%s", seed, text).isEqualTo(config);
        assertThat(RunFile.write(parse(text))).as("seed %d", seed).isEqualTo(text);
    }

    @Test
    void orderOfOptionsDoesNotShow() {
        Map<String, String> one = new LinkedHashMap<>();
        Map<String, String> other = new LinkedHashMap<>();
        List<String> keys = List.of("b", "a", "c", "z", "m");
        keys.forEach(key -> one.put(key, "1"));
        keys.stream().sorted().forEach(key -> other.put(key, "1"));

        assertThat(written(one)).isEqualTo(written(other));
    }

    @Test
    void resolvedFileReadsWell() {
        assertThat(RunFile.write(minimal().stop(StopConfig.never().withAccuracy(0.97)).build()))
                .isEqualTo(
                        """
                        # The run: its name, the seed of all random draws, the server's device.
                        name: run
                        seed: 1
                        device: auto

                        # The model, by its name in the catalog.
                        model:
                          name: mlp

                        # The data set, and how it is cut where clients hold shares of it.
                        data:
                          dataset: digits
                          partition:
                            scheme: iid
                            clients: 4

                        # How many clients make a round, and how long it waits for them.
                        cohort:
                          size: 4
                          minimum: 3
                          over-selection: 0
                          deadline: 1m
                          wait-for: 4
                          attempts: 3

                        # What a client does with its data in one round.
                        training:
                          local-epochs: 1
                          batch-size: 32
                          optimizer:
                            rule: sgd
                            learning-rate: 0.1
                            momentum: 0.0
                            weight-decay: 0.0
                            beta1: 0.9
                            beta2: 0.999
                            epsilon: 1.0E-8
                          schedule:
                            shape: constant
                            warmup-rounds: 0
                            decay-rounds: 1
                            factor: 1.0
                          clip-norm: 0.0
                          proximal-mu: 0.0
                          update: delta
                          update-precision: float32
                          augmentation:
                            crop-padding: 0
                            flip: false
                          holdout: 0.0

                        # How the updates become the next global model.
                        strategy:
                          name: fedavg
                          server-learning-rate: 1.0

                        # The number of rounds, and what ends the run earlier.
                        rounds: 10
                        stop:
                          accuracy: 0.97

                        # Who measures the global model; every: rounds between two evaluations.
                        evaluation:
                          central: true
                          federated: false
                          every: 1
                        """);
    }

    private static String written(Map<String, String> options) {
        return RunFile.write(minimal().strategy(new StrategyConfig("x", 1, options)).build());
    }
}
