package dev.tributary.server.http;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.DataConfig;
import dev.tributary.config.EvaluationConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.protocol.ModelSpec;

import java.util.Map;

/** The run of these tests: one round on the CPU, which nobody evaluates. */
final class OneRound {
    private OneRound() {}

    static RunConfig of(CohortConfig cohort) {
        return RunConfig.builder(
                        new ModelSpec("vector", Map.of()),
                        DataConfig.of(DataConfig.NONE, cohort.size()))
                .device("cpu")
                .cohort(cohort)
                .rounds(1)
                .evaluation(new EvaluationConfig(false, false, 1))
                .build();
    }
}
