package dev.tributary.protocol;

import dev.tributary.objective.ObjectiveSpec;
import dev.tributary.training.TrainingPlan;

/**
 * What a client is asked to do in a round.
 *
 * @param kind train, evaluate, or forget the run
 * @param runId the run
 * @param round the round, from 1
 * @param modelVersion the version of the global model to start from
 * @param countedRound the last round that is over with an update of this client in its model, 0 for
 *     none: what the client remembers of that round is what it goes on from, and what it remembers
 *     of later ones never came to count
 * @param model how to build the model
 * @param layoutHash the content hash of the {@code ParameterLayout} of what is exchanged; a client
 *     that builds another must not train
 * @param plan local training
 * @param objective what the client minimizes
 * @param seed the run's seed
 * @param deadlineMillis how long, from now, the server waits for the answer
 */
public record RoundTask(
        Kind kind,
        String runId,
        int round,
        int modelVersion,
        int countedRound,
        ModelSpec model,
        String layoutHash,
        TrainingPlan plan,
        ObjectiveSpec objective,
        long seed,
        long deadlineMillis) {

    /** The same with another plan. */
    public RoundTask withPlan(TrainingPlan newPlan) {
        return new RoundTask(
                kind,
                runId,
                round,
                modelVersion,
                countedRound,
                model,
                layoutHash,
                newPlan,
                objective,
                seed,
                deadlineMillis);
    }

    /** The kinds of task. */
    public enum Kind {
        /** Fetch the model, train, put the update. */
        TRAIN,
        /** Fetch the model, evaluate it on local data, put the report. */
        EVALUATE,
        /** The run has ended, and the server with it; there will be no further task. */
        FINISHED,
        /** The run has ended: what is kept for it can go. There may be tasks of other runs. */
        RUN_ENDED
    }
}
