package dev.tributary.agent;

import ai.djl.ndarray.NDArray;

import dev.tributary.objective.LocalWork;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.RoundTask;
import dev.tributary.training.EvaluationResult;
import dev.tributary.training.GradientCorrection;
import dev.tributary.training.LocalResult;
import dev.tributary.training.ProgressListener;
import dev.tributary.training.TrainingPlan;

/** The training that a task asks of a client. */
record TaskWork(ModelTrainer trainer, Client client, RoundTask task, ProgressListener listener)
        implements LocalWork {
    @Override
    public ParameterLayout layout() {
        return trainer.layout();
    }

    @Override
    public TrainingPlan plan() {
        return task.plan();
    }

    @Override
    public int round() {
        return task.round();
    }

    @Override
    public LocalResult train(NDArray model, GradientCorrection correction, TrainingPlan plan) {
        return trainer.train(model, correction, client, task.withPlan(plan), listener);
    }

    @Override
    public EvaluationResult evaluate(NDArray model) {
        return trainer.evaluate(model, client);
    }
}
