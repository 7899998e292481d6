package dev.tributary.config;

import dev.tributary.parameters.Precision;
import dev.tributary.training.Augmentation;
import dev.tributary.training.LearningRateSchedule;
import dev.tributary.training.LearningRateSchedule.Shape;
import dev.tributary.training.OptimizerPlan;
import dev.tributary.training.OptimizerPlan.Rule;
import dev.tributary.training.TrainingPlan;
import dev.tributary.training.UpdateForm;

import java.util.Optional;

/** Reads the section {@code training}. */
final class TrainingReader {
    /** How the file spells {@link TrainingPlan#WHOLE_DATASET}. */
    static final String ALL = "all";

    static final Setting<Integer> LOCAL_EPOCHS = wholeNumber("training.local-epochs", 1);
    static final Setting<Integer> BATCH_SIZE = batchSize();
    static final Setting<Double> CLIP_NORM = Setting.notNegative("training.clip-norm");
    static final Setting<Double> PROXIMAL_MU = Setting.notNegative("training.proximal-mu");

    static final Setting<Double> HOLDOUT = Setting.belowOne("training.holdout");
    static final Setting<UpdateForm> UPDATE = Setting.choice("training.update", UpdateForm.class);
    static final Setting<Precision> UPDATE_PRECISION =
            Setting.choice("training.update-precision", Precision.class);

    static final Setting<Rule> RULE = Setting.choice("training.optimizer.rule", Rule.class);
    static final Setting<Double> LEARNING_RATE =
            Setting.positive("training.optimizer.learning-rate");
    static final Setting<Double> MOMENTUM = Setting.belowOne("training.optimizer.momentum");
    static final Setting<Double> WEIGHT_DECAY =
            Setting.notNegative("training.optimizer.weight-decay");
    static final Setting<Double> BETA1 = Setting.belowOne("training.optimizer.beta1");
    static final Setting<Double> BETA2 = Setting.belowOne("training.optimizer.beta2");
    static final Setting<Double> EPSILON = Setting.positive("training.optimizer.epsilon");

    static final Setting<Shape> SHAPE = Setting.choice("training.schedule.shape", Shape.class);
    static final Setting<Integer> WARMUP_ROUNDS = wholeNumber("training.schedule.warmup-rounds", 0);
    static final Setting<Integer> DECAY_ROUNDS = wholeNumber("training.schedule.decay-rounds", 1);
    static final Setting<Double> FACTOR =
            Setting.number(
                    "training.schedule.factor",
                    "a number in [0, 1]",
                    value -> value >= 0 && value <= 1);

    static final Setting<Integer> CROP_PADDING =
            wholeNumber("training.augmentation.crop-padding", 0);
    static final Setting<Boolean> FLIP = Setting.flag("training.augmentation.flip");

    private TrainingReader() {}

    /** The plan, if the section is right; the rounds of the run are a cosine's default length. */
    static Optional<TrainingPlan> read(YamlSection section, int rounds) {
        TrainingPlan defaults = RunConfigBuilder.DEFAULT_TRAINING;
        int epochs = section.value(LOCAL_EPOCHS, defaults.localEpochs());
        int batchSize = section.value(BATCH_SIZE, defaults.batchSize());
        Optional<OptimizerPlan> optimizer = optimizer(section.section("optimizer"));
        Optional<LearningRateSchedule> schedule = schedule(section.section("schedule"), rounds);
        Optional<Augmentation> augmentation = augmentation(section.section("augmentation"));
        double clipNorm = section.value(CLIP_NORM, defaults.clipNorm());
        double proximalMu = section.value(PROXIMAL_MU, defaults.proximalMu());
        UpdateForm form = section.value(UPDATE, defaults.updateForm());
        Precision precision = section.value(UPDATE_PRECISION, defaults.updatePrecision());
        double holdout = section.value(HOLDOUT, defaults.holdout());
        return section.build(
                () -> {
                    requireWhole(form, precision);
                    return new TrainingPlan(
                            epochs,
                            batchSize,
                            optimizer.orElseThrow(),
                            schedule.orElseThrow(),
                            clipNorm,
                            proximalMu,
                            form,
                            precision,
                            augmentation.orElseThrow(),
                            holdout);
                });
    }

    /** Rounding moves a weight by as much as a round of training may. */
    private static void requireWhole(UpdateForm form, Precision precision) {
        if (form == UpdateForm.WEIGHTS && precision != Precision.FLOAT32) {
            throw new InvalidSettingException(
                    UPDATE_PRECISION.path(),
                    "float32 with update: weights, which bear no rounding",
                    Texts.word(precision));
        }
    }

    private static Optional<Augmentation> augmentation(YamlSection section) {
        int cropPadding = section.value(CROP_PADDING, Augmentation.NONE.cropPadding());
        boolean flip = section.value(FLIP, Augmentation.NONE.flip());
        return section.build(() -> new Augmentation(cropPadding, flip));
    }

    private static Optional<OptimizerPlan> optimizer(YamlSection section) {
        Rule rule = section.value(RULE, Rule.SGD);
        double usualRate =
                rule == Rule.SGD
                        ? RunConfigBuilder.DEFAULT_TRAINING.optimizer().learningRate()
                        : 0.001;
        OptimizerPlan defaults = OptimizerPlan.of(rule, usualRate);
        double learningRate = section.value(LEARNING_RATE, defaults.learningRate());
        double momentum = section.value(MOMENTUM, defaults.momentum());
        double weightDecay = section.value(WEIGHT_DECAY, defaults.weightDecay());
        double beta1 = section.value(BETA1, defaults.beta1());
        double beta2 = section.value(BETA2, defaults.beta2());
        double epsilon = section.value(EPSILON, defaults.epsilon());
        return section.build(
                () ->
                        new OptimizerPlan(
                                rule, learningRate, momentum, weightDecay, beta1, beta2, epsilon));
    }

    private static Optional<LearningRateSchedule> schedule(YamlSection section, int rounds) {
        Shape shape = section.value(SHAPE, Shape.CONSTANT);
        int warmupRounds = section.value(WARMUP_ROUNDS, 0);
        int usualDecay =
                switch (shape) {
                    case CONSTANT, EXPONENTIAL -> 1;
                    case STEP -> 10;
                    case COSINE -> Math.max(1, rounds - warmupRounds);
                };
        double usualFactor =
                switch (shape) {
                    case CONSTANT -> 1;
                    case STEP -> 0.5;
                    case EXPONENTIAL -> 0.95;
                    case COSINE -> 0;
                };
        int decayRounds = section.value(DECAY_ROUNDS, usualDecay);
        double factor = section.value(FACTOR, usualFactor);
        return section.build(
                () -> new LearningRateSchedule(shape, warmupRounds, decayRounds, factor));
    }

    private static Setting<Integer> wholeNumber(String path, int minimum) {
        return Setting.wholeNumber(path, minimum, Integer.MAX_VALUE);
    }

    private static Setting<Integer> batchSize() {
        Setting<Integer> number = wholeNumber("training.batch-size", 1);
        return new Setting<>(
                number.path(),
                number.expected() + ", or " + ALL,
                text ->
                        text.equals(ALL)
                                ? Optional.of(TrainingPlan.WHOLE_DATASET)
                                : number.read(text),
                number.holds());
    }
}
