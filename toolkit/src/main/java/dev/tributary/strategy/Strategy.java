package dev.tributary.strategy;

import static java.util.Objects.requireNonNull;

import dev.tributary.aggregate.Aggregator;
import dev.tributary.aggregate.ExactWeightedMean;
import dev.tributary.objective.LocalObjective;
import dev.tributary.objective.ObjectiveSpec;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.strategy.optimizer.ServerOptimizer;
import dev.tributary.strategy.optimizer.ServerSgd;
import dev.tributary.strategy.sampling.ClientSampler;
import dev.tributary.strategy.sampling.UniformSampler;
import dev.tributary.training.TrainingPlan;
import dev.tributary.training.UpdateForm;

import java.util.Locale;

/**
 * A federated algorithm as a composition of parts.
 *
 * @param name as in its paper
 * @param sampler who takes part in a round
 * @param aggregator how updates meet: opens an aggregator for a layout on a device's manager
 * @param serverOptimizer how the global model moves: opens an optimizer for one run
 * @param schedule when the model moves, and which model a client trains
 * @param objective what each client minimizes
 * @param weighting how much each client counts
 * @param updateForm what clients upload
 */
public record Strategy(
        String name,
        ClientSampler sampler,
        Aggregator.Factory aggregator,
        ServerOptimizer.Factory serverOptimizer,
        RoundSchedule schedule,
        ObjectiveSpec objective,
        Weighting weighting,
        UpdateForm updateForm) {

    /** Checks that all parts are there. */
    public Strategy {
        requireNonNull(name, "name is null");
        requireNonNull(sampler, "sampler is null");
        requireNonNull(aggregator, "aggregator is null");
        requireNonNull(serverOptimizer, "serverOptimizer is null");
        requireNonNull(schedule, "schedule is null");
        requireNonNull(objective, "objective is null");
        requireNonNull(weighting, "weighting is null");
        requireNonNull(updateForm, "updateForm is null");
    }

    /** Synchronous; clients minimize the loss alone, and count by their examples. */
    public Strategy(
            String name,
            ClientSampler sampler,
            Aggregator.Factory aggregator,
            ServerOptimizer.Factory serverOptimizer) {
        this(
                name,
                sampler,
                aggregator,
                serverOptimizer,
                new RoundSchedule.Synchronous(),
                ObjectiveSpec.PLAIN,
                Weighting.BY_EXAMPLES,
                UpdateForm.DELTA);
    }

    /**
     * FedAvg: uniform clients, the mean weighted by examples, added to the model (McMahan et al.,
     * "Communication-Efficient Learning of Deep Networks from Decentralized Data", 2017).
     *
     * @param serverLearningRate 1 in the paper
     */
    public static Strategy fedAvg(double serverLearningRate) {
        return new Strategy(
                "FedAvg",
                new UniformSampler(),
                ExactWeightedMean::new,
                (manager, trainables) -> new ServerSgd(serverLearningRate));
    }

    /** The same, but the model moves otherwise, and so it has another name. */
    public Strategy withServerOptimizer(String newName, ServerOptimizer.Factory newOptimizer) {
        return new Strategy(
                newName,
                sampler,
                aggregator,
                newOptimizer,
                schedule,
                objective,
                weighting,
                updateForm);
    }

    /** The same on another schedule, and so with another name. */
    public Strategy withSchedule(String newName, RoundSchedule newSchedule) {
        return new Strategy(
                newName,
                sampler,
                aggregator,
                serverOptimizer,
                newSchedule,
                objective,
                weighting,
                updateForm);
    }

    /** The same, but clients minimize something else, and so it has another name. */
    public Strategy withObjective(String newName, ObjectiveSpec newObjective) {
        return new Strategy(
                newName,
                sampler,
                aggregator,
                serverOptimizer,
                schedule,
                newObjective,
                weighting,
                updateForm);
    }

    /** The same, but clients count otherwise. */
    public Strategy withWeighting(Weighting newWeighting) {
        return new Strategy(
                name,
                sampler,
                aggregator,
                serverOptimizer,
                schedule,
                objective,
                newWeighting,
                updateForm);
    }

    /** The same, but updates meet otherwise, and so it has another name. */
    public Strategy withAggregator(String newName, Aggregator.Factory newAggregator) {
        return new Strategy(
                newName,
                sampler,
                newAggregator,
                serverOptimizer,
                schedule,
                objective,
                weighting,
                updateForm);
    }

    /**
     * The same, but clients upload something else; where models are mixed they upload these, which
     * makes no difference to a run file.
     *
     * @throws IllegalArgumentException if the rule, the schedule or the objective needs differences
     */
    public Strategy withUpdateForm(UpdateForm newForm) {
        if (mixesModels() && newForm != UpdateForm.GRADIENT) {
            return this;
        }
        if (newForm != UpdateForm.DELTA) {
            requirePlain(newForm);
        }
        return new Strategy(
                name,
                sampler,
                aggregator,
                serverOptimizer,
                schedule,
                objective,
                weighting,
                newForm);
    }

    /**
     * Refuses clients that exchange or remember more than the model where updates are buffered: one
     * that comes late would bring that out of step.
     *
     * @throws IllegalArgumentException telling what was expected
     */
    public void requireComposable(LocalObjective clients, ParameterLayout model) {
        boolean alone =
                clients.stateSize(model) == 0 && clients.exchangeLayout(model).equals(model);
        if (!alone && schedule instanceof RoundSchedule.Buffered) {
            throw new IllegalArgumentException(
                    "strategy %s: expected clients that exchange the model alone and remember nothing,"
                                    .formatted(name)
                            + " where updates are buffered; found objective "
                            + objective.name());
        }
    }

    private boolean mixesModels() {
        return schedule instanceof RoundSchedule.Buffered buffered && buffered.mixesModels();
    }

    /**
     * What its clients do in a round: the run file's plan, with what the strategy has them upload.
     */
    public TrainingPlan training(TrainingPlan plan) {
        return plan.withUpdateForm(updateForm);
    }

    private void requirePlain(UpdateForm form) {
        boolean plain =
                objective.equals(ObjectiveSpec.PLAIN)
                        && !(schedule instanceof RoundSchedule.Buffered)
                        && (form != UpdateForm.WEIGHTS || aggregator.movesAlong());
        if (!plain) {
            throw new IllegalArgumentException(
                    "training.update: expected delta with strategy %s, found %s"
                            .formatted(name, form.name().toLowerCase(Locale.ROOT)));
        }
    }

    /**
     * Refuses a run whose rounds may have fewer updates than the aggregator needs.
     *
     * @param minimum {@code cohort.minimum}: the fewest updates that make a round
     * @throws IllegalArgumentException naming rule, formula and what was found
     */
    public void requireMinimum(int minimum) {
        aggregator.minimum().requireOf("cohort.minimum", minimum);
    }

    /** The same, but other clients are asked. */
    public Strategy withSampler(ClientSampler newSampler) {
        return new Strategy(
                name,
                newSampler,
                aggregator,
                serverOptimizer,
                schedule,
                objective,
                weighting,
                updateForm);
    }
}
