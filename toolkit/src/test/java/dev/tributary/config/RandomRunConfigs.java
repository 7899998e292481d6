package dev.tributary.config;

import dev.tributary.parameters.Precision;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.training.Augmentation;
import dev.tributary.training.LearningRateSchedule;
import dev.tributary.training.LearningRateSchedule.Shape;
import dev.tributary.training.OptimizerPlan;
import dev.tributary.training.OptimizerPlan.Rule;
import dev.tributary.training.TrainingPlan;
import dev.tributary.training.UpdateForm;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/** Draws run configurations over the whole range of every setting, ends included. */
final class RandomRunConfigs {
    private static final String NAME_CHARACTERS = "azAZ09._-";

    /** Values that YAML writers have stumbled over. */
    private static final List<String> AWKWARD =
            List.of(
                    "",
                    " ",
                    "null",
                    "~",
                    "true",
                    "no",
                    "010",
                    "-",
                    "- a",
                    "a: b",
                    "a:\nb",
                    "a\u0085 b",
                    "#",
                    " #x",
                    "a #b",
                    "'",
                    "\"",
                    "\\",
                    "*a",
                    "&a",
                    "!t",
                    "%",
                    "@",
                    "`",
                    "[a",
                    "{a",
                    "a,b",
                    "?",
                    "|",
                    ">",
                    "---",
                    "...",
                    "<<",
                    "line\nbreak",
                    "\r\n",
                    "tab\there",
                    "end ",
                    "\u0007",
                    "\u00e9\u4e2d",
                    "\ud83d\ude00",
                    "\u2028",
                    "\ufeff",
                    "1e5",
                    "0x1F",
                    ".5",
                    "-.inf",
                    "200,200",
                    "x".repeat(3000));

    private final SplittableRandom random;

    RandomRunConfigs(long seed) {
        random = new SplittableRandom(seed);
    }

    RunConfig next() {
        DataConfig data = data();
        boolean central = data.isPresent() && random.nextBoolean();
        boolean federated = random.nextBoolean();
        return new RunConfig(
                name(),
                random.nextLong(),
                pick("auto", "cpu", "gpu", "gpu:0", "gpu:999"),
                new ModelSpec(name(), options()),
                data,
                cohort(),
                training(),
                new StrategyConfig(name(), positive(), options()),
                atLeast(1),
                central || federated ? stop() : StopConfig.never(),
                new EvaluationConfig(central, federated, atLeast(1)),
                random.nextBoolean() ? Optional.of(simulation()) : Optional.empty());
    }

    private DataConfig data() {
        Path directory = Path.of(pick("data", "/a b/c", "../#up", "/\u00e9/'x'", "~"));
        return new DataConfig(
                random.nextInt(4) == 0 ? DataConfig.NONE : name(),
                random.nextBoolean() ? Optional.of(directory) : Optional.empty(),
                options(),
                new PartitionConfig(name(), random.nextInt(1, 1_000_001), options()));
    }

    private CohortConfig cohort() {
        int size = random.nextInt(1, 1 << random.nextInt(1, 20));
        int minimum = random.nextInt(1, size + 1);
        return new CohortConfig(
                size,
                minimum,
                random.nextInt(1_000_001),
                Duration.ofMillis(duration()),
                random.nextInt(minimum, 2_000_001),
                random.nextInt(1_000_001),
                random.nextBoolean()
                        ? Optional.of(new SamplerConfig(name(), options()))
                        : Optional.empty());
    }

    private long duration() {
        long unit = List.of(1L, 1000L, 60_000L, 3_600_000L).get(random.nextInt(4));
        return unit * random.nextLong(1, 8761);
    }

    private TrainingPlan training() {
        UpdateForm form = pick(UpdateForm.values());
        return new TrainingPlan(
                atLeast(1),
                random.nextBoolean() ? TrainingPlan.WHOLE_DATASET : atLeast(1),
                new OptimizerPlan(
                        pick(Rule.values()),
                        positive(),
                        random.nextDouble(),
                        random.nextBoolean() ? 0 : positive(),
                        random.nextDouble(),
                        random.nextDouble(),
                        positive()),
                new LearningRateSchedule(
                        pick(Shape.values()), atLeast(0), atLeast(1), random.nextDouble()),
                random.nextBoolean() ? 0 : positive(),
                random.nextBoolean() ? 0 : positive(),
                form,
                form == UpdateForm.WEIGHTS ? Precision.FLOAT32 : pick(Precision.values()),
                new Augmentation(atLeast(0), random.nextBoolean()),
                random.nextDouble());
    }

    private StopConfig stop() {
        return new StopConfig(
                random.nextBoolean()
                        ? OptionalDouble.of(1 - random.nextDouble())
                        : OptionalDouble.empty(),
                random.nextBoolean() ? OptionalDouble.of(positive()) : OptionalDouble.empty(),
                random.nextBoolean()
                        ? Optional.of(new StopConfig.Plateau(atLeast(1), positive()))
                        : Optional.empty(),
                random.nextBoolean()
                        ? Optional.of(Duration.ofMillis(duration()))
                        : Optional.empty(),
                random.nextBoolean()
                        ? OptionalDouble.of(1 + random.nextInt(1, 1000) / 8.0)
                        : OptionalDouble.empty());
    }

    private SimulationConfig simulation() {
        return new SimulationConfig(
                new SpeedConfig(
                        pick(SpeedConfig.Shape.values()),
                        random.nextDouble(),
                        positive(),
                        positive()),
                positive(),
                Duration.ofMillis(duration()),
                1 - random.nextDouble(),
                random.nextDouble());
    }

    private Map<String, String> options() {
        Map<String, String> options = new HashMap<>();
        int count = random.nextInt(6);
        for (int i = 0; i < count; i++) {
            options.put(name(), AWKWARD.get(random.nextInt(AWKWARD.size())));
        }
        return options;
    }

    private String name() {
        if (random.nextInt(4) == 0) {
            return pick("null", "true", "1", "1e5", "no", "0.5", "Infinity");
        }
        StringBuilder name = new StringBuilder(pick("a", "Z", "0"));
        int length = random.nextInt(64);
        while (name.length() <= length) {
            name.append(NAME_CHARACTERS.charAt(random.nextInt(NAME_CHARACTERS.length())));
        }
        return name.substring(0, Math.min(name.length(), 64));
    }

    private int atLeast(int minimum) {
        return random.nextInt(4) == 0 ? minimum : random.nextInt(minimum, Integer.MAX_VALUE);
    }

    /** A positive double of any magnitude. */
    private double positive() {
        double value = Double.longBitsToDouble(random.nextLong() & Long.MAX_VALUE);
        return Double.isFinite(value) && value > 0 ? value : Double.MIN_VALUE;
    }

    @SafeVarargs
    private <T> T pick(T... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
