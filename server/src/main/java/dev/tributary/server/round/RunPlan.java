package dev.tributary.server.round;

import dev.tributary.config.RunConfig;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.RoundTask;
import dev.tributary.random.RandomStreams;
import dev.tributary.strategy.Strategy;
import dev.tributary.strategy.sampling.ClientSampler;

import java.time.Duration;

/**
 * What a run does, fixed at its start.
 *
 * @param runId names it
 * @param config the run file
 * @param model the model with all options that agents need
 * @param layout its layout
 * @param classifier whether the model has classes, and so an accuracy
 * @param strategy by which algorithm
 * @param device where the server computes, for displays
 * @param poll how long a request for a task waits for one
 * @param farewell what clients are told when the run has ended: {@code FINISHED} if the server ends
 *     with it, {@code RUN_ENDED}, once, if there may be others
 */
public record RunPlan(
        String runId,
        RunConfig config,
        ModelSpec model,
        ParameterLayout layout,
        boolean classifier,
        Strategy strategy,
        String device,
        Duration poll,
        RoundTask.Kind farewell) {

    /** Who is asked. */
    ClientSampler sampler() {
        return strategy.sampler();
    }

    /** The run's random streams. */
    RandomStreams streams() {
        return new RandomStreams(config.seed());
    }
}
