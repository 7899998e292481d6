package dev.tributary.agent;

import ai.djl.ndarray.NDArray;

import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.objective.LocalWork;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.RoundTask;
import dev.tributary.random.RandomStreams;
import dev.tributary.training.DeviceDataset;
import dev.tributary.training.GradientCorrection;
import dev.tributary.training.Holdout;
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
        return trainer.evaluate(model, holdout(client, task).training(client.data()));
    }

    /** What the client evaluates on. */
    DeviceDataset evaluated() {
        return holdout(client, task).evaluation(client.data());
    }

    /** What the task's run holds out of a client's data. */
    static Holdout holdout(Client client, RoundTask task) {
        return new Holdout(task.plan().holdout(), new RandomStreams(task.seed()), client.id());
    }
}
