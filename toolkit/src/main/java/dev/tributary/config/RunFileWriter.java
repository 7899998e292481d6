package dev.tributary.config;

import dev.tributary.protocol.ModelSpec;
import dev.tributary.training.Augmentation;
import dev.tributary.training.LearningRateSchedule;
import dev.tributary.training.OptimizerPlan;
import dev.tributary.training.TrainingPlan;

/** Writes a run as the resolved run file. */
final class RunFileWriter {
    private RunFileWriter() {}

    static String write(RunConfig config) {
        YamlTree file =
                new YamlTree()
                        .comment(
                                "The run: its name, the seed of all random draws, the server's"
                                        + " device.")
                        .put(RunConfig.NAME, config.name())
                        .put(RunConfig.SEED, config.seed())
                        .put(RunConfig.DEVICE, config.device())
                        .comment("The model, by its name in the catalog.")
                        .put("model", model(config.model()))
                        .comment("The data set, and how it is cut where clients hold shares of it.")
                        .put("data", data(config.data()))
                        .comment("How many clients make a round, and how long it waits for them.")
                        .put("cohort", cohort(config.cohort()))
                        .comment("What a client does with its data in one round.")
                        .put("training", training(config.training()))
                        .comment("How the updates become the next global model.")
                        .put("strategy", strategy(config.strategy()))
                        .comment("The number of rounds, and what ends the run earlier.")
                        .put(RunConfig.ROUNDS, config.rounds())
                        .put("stop", stop(config.stop()))
                        .comment(
                                "Who measures the global model; every: rounds between two"
                                        + " evaluations.")
                        .put("evaluation", evaluation(config.evaluation()));
        config.simulation()
                .ifPresent(
                        behavior ->
                                file.comment(
                                                "How simulated clients behave under a virtual"
                                                        + " clock; no server reads this.")
                                        .put("simulation", simulation(behavior)));
        return file.text();
    }

    private static YamlTree model(ModelSpec model) {
        return new YamlTree().put(RunConfig.MODEL_NAME, model.name()).putOptions(model.options());
    }

    private static YamlTree data(DataConfig data) {
        PartitionConfig partition = data.partition();
        YamlTree section = new YamlTree().put(DataConfig.DATASET, data.dataset());
        data.directory().ifPresent(directory -> section.put("directory", directory.toString()));
        return section.putOptions(data.options())
                .put(
                        "partition",
                        new YamlTree()
                                .put(PartitionConfig.SCHEME, partition.scheme())
                                .put(PartitionConfig.CLIENTS, partition.clients())
                                .putOptions(partition.options()));
    }

    private static YamlTree cohort(CohortConfig cohort) {
        YamlTree section =
                new YamlTree()
                        .put(CohortConfig.SIZE, cohort.size())
                        .put(CohortConfig.MINIMUM, cohort.minimum())
                        .put(CohortConfig.OVER_SELECTION, cohort.overSelection())
                        .put(CohortConfig.DEADLINE, Texts.duration(cohort.deadline()))
                        .put(CohortConfig.WAIT_FOR, cohort.waitFor())
                        .put(CohortConfig.ATTEMPTS, cohort.attempts());
        cohort.sampler()
                .ifPresent(
                        sampler ->
                                section.put(
                                        "sampler",
                                        new YamlTree()
                                                .put(SamplerConfig.NAME, sampler.name())
                                                .putOptions(sampler.options())));
        return section;
    }

    private static YamlTree training(TrainingPlan plan) {
        boolean whole = plan.batchSize() == TrainingPlan.WHOLE_DATASET;
        return new YamlTree()
                .put(TrainingReader.LOCAL_EPOCHS, plan.localEpochs())
                .put(TrainingReader.BATCH_SIZE, whole ? TrainingReader.ALL : plan.batchSize())
                .put("optimizer", optimizer(plan.optimizer()))
                .put("schedule", schedule(plan.schedule()))
                .put(TrainingReader.CLIP_NORM, plan.clipNorm())
                .put(TrainingReader.PROXIMAL_MU, plan.proximalMu())
                .put(TrainingReader.UPDATE, Texts.word(plan.updateForm()))
                .put(TrainingReader.UPDATE_PRECISION, Texts.word(plan.updatePrecision()))
                .put("augmentation", augmentation(plan.augmentation()))
                .put(TrainingReader.HOLDOUT, plan.holdout());
    }

    private static YamlTree augmentation(Augmentation augmentation) {
        return new YamlTree()
                .put(TrainingReader.CROP_PADDING, augmentation.cropPadding())
                .put(TrainingReader.FLIP, augmentation.flip());
    }

    private static YamlTree optimizer(OptimizerPlan optimizer) {
        return new YamlTree()
                .put(TrainingReader.RULE, Texts.word(optimizer.rule()))
                .put(TrainingReader.LEARNING_RATE, optimizer.learningRate())
                .put(TrainingReader.MOMENTUM, optimizer.momentum())
                .put(TrainingReader.WEIGHT_DECAY, optimizer.weightDecay())
                .put(TrainingReader.BETA1, optimizer.beta1())
                .put(TrainingReader.BETA2, optimizer.beta2())
                .put(TrainingReader.EPSILON, optimizer.epsilon());
    }

    private static YamlTree schedule(LearningRateSchedule schedule) {
        return new YamlTree()
                .put(TrainingReader.SHAPE, Texts.word(schedule.shape()))
                .put(TrainingReader.WARMUP_ROUNDS, schedule.warmupRounds())
                .put(TrainingReader.DECAY_ROUNDS, schedule.decayRounds())
                .put(TrainingReader.FACTOR, schedule.factor());
    }

    private static YamlTree strategy(StrategyConfig strategy) {
        return new YamlTree()
                .put(StrategyConfig.NAME, strategy.name())
                .put(StrategyConfig.SERVER_LEARNING_RATE, strategy.serverLearningRate())
                .putOptions(strategy.options());
    }

    private static YamlTree stop(StopConfig stop) {
        YamlTree section = new YamlTree();
        stop.accuracy().ifPresent(accuracy -> section.put(StopConfig.ACCURACY, accuracy));
        stop.loss().ifPresent(loss -> section.put(StopConfig.LOSS, loss));
        stop.plateau()
                .ifPresent(
                        plateau ->
                                section.put(
                                        "plateau",
                                        new YamlTree()
                                                .put(StopConfig.EVALUATIONS, plateau.evaluations())
                                                .put(
                                                        StopConfig.IMPROVEMENT,
                                                        plateau.improvement())));
        stop.wallTime().ifPresent(time -> section.put(StopConfig.WALL_TIME, Texts.duration(time)));
        stop.divergence().ifPresent(factor -> section.put(StopConfig.DIVERGENCE, factor));
        return section;
    }

    private static YamlTree evaluation(EvaluationConfig evaluation) {
        return new YamlTree()
                .put(EvaluationConfig.CENTRAL, evaluation.central())
                .put(EvaluationConfig.FEDERATED, evaluation.federated())
                .put(EvaluationConfig.EVERY, evaluation.every());
    }

    private static YamlTree simulation(SimulationConfig simulation) {
        SpeedConfig speed = simulation.speed();
        return new YamlTree()
                .put(
                        "speed",
                        new YamlTree()
                                .put(SpeedConfig.SHAPE, Texts.word(speed.shape()))
                                .put(SpeedConfig.WIDTH, speed.width())
                                .put(SpeedConfig.SIGMA, speed.sigma())
                                .put(SpeedConfig.ALPHA, speed.alpha()))
                .put(SimulationConfig.SECONDS_PER_EXAMPLE, simulation.secondsPerExample())
                .put(SimulationConfig.LATENCY, Texts.duration(simulation.latency()))
                .put(SimulationConfig.AVAILABILITY, simulation.availability())
                .put(SimulationConfig.DROPOUT, simulation.dropout());
    }
}
