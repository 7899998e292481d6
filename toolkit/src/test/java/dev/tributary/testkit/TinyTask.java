package dev.tributary.testkit;

import dev.tributary.data.LocalDataset;
import dev.tributary.protocol.ModelSpec;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A few generated examples for a model of the catalog in its smallest form, so that each can be
 * trained in a blink; the same examples every time.
 *
 * @param spec the model with its options, {@code input} and {@code classes} among them
 * @param learningRate at which SGD with momentum 0.9 learns something in 20 steps
 * @param kind what the examples are
 * @param classes the number of classes; 0 for regression
 */
public record TinyTask(ModelSpec spec, double learningRate, Kind kind, int classes) {
    private static final int EXAMPLES = 96;

    /** What the examples are. */
    public enum Kind {
        /** A bright quarter of an 8 x 8 image is the class; also without its shape. */
        PICTURE(64, "8,8"),
        /** The same on 16 x 16. */
        LARGE_PICTURE(256, "16,16"),
        /** Three numbers and two categories, of 4 and 3. */
        TABLE(5, "5"),
        /** A user and an item of 10 each. */
        RATING(2, "2"),
        /** Twelve symbols of 5. */
        TEXT(12, "12"),
        /** Twelve steps of two series. */
        SERIES(24, "12,2");

        private final int size;
        private final String shape;

        Kind(int size, String shape) {
            this.size = size;
            this.shape = shape;
        }
    }

    /** One for each model and each of its main options. */
    public static List<TinyTask> all() {
        return List.of(
                of("logistic", 0.05, Kind.PICTURE, 4, Map.of()),
                of("logistic", 0.05, Kind.TABLE, 2, Map.of("loss", "logistic")),
                of("linear", 0.02, Kind.TABLE, 0, Map.of()),
                of("linear", 0.02, Kind.TABLE, 0, Map.of("loss", "absolute")),
                of("mlp", 0.02, Kind.PICTURE, 4, Map.of("hidden", "16,16")),
                of("mlp", 0.05, Kind.PICTURE, 4, Map.of("hidden", "16", "loss", "multi-label")),
                of("cnn", 0.02, Kind.PICTURE, 4, Map.of("channels", "4,8", "hidden", "16")),
                of("lenet5", 0.02, Kind.LARGE_PICTURE, 4, Map.of()),
                of("resnet20", 0.02, Kind.PICTURE, 4, Map.of("width", "4")),
                of("resnet20", 0.02, Kind.PICTURE, 4, Map.of("width", "4", "norm", "batch")),
                of("resnet18", 0.02, Kind.PICTURE, 4, Map.of("width", "4")),
                of("mobilenetv2", 0.1, Kind.LARGE_PICTURE, 4, Map.of("width", "0.1")),
                of("tabular-mlp", 0.05, Kind.TABLE, 2, Map.of("cardinalities", "0,4,0,0,3")),
                of("tabular-mlp", 0.02, Kind.TABLE, 0, Map.of("hidden", "8", "dropout", "0.1")),
                of("tabnet", 0.2, Kind.TABLE, 2, tabNet("layer")),
                of("tabnet", 0.05, Kind.TABLE, 0, tabNet("batch")),
                of("ft-transformer", 0.02, Kind.TABLE, 2, ftTransformer()),
                of("matrix-factorization", 0.2, Kind.RATING, 0, recommendation()),
                of("matrix-factorization", 0.5, Kind.RATING, 2, recommendation()),
                of("two-tower", 0.05, Kind.RATING, 2, recommendation()),
                of("char-lstm", 0.5, Kind.TEXT, 5, Map.of("state", "12", "layers", "2")),
                of("gru-classifier", 0.1, Kind.SERIES, 2, Map.of("state", "8")),
                of("gru-classifier", 0.2, Kind.TEXT, 5, Map.of("vocabulary", "5", "state", "8")),
                of("forecast-lstm", 0.1, Kind.SERIES, 0, Map.of("state", "8")),
                of("transformer", 0.02, Kind.SERIES, 2, Map.of("size", "8", "heads", "2")),
                of("transformer", 0.05, Kind.TEXT, 5, Map.of("vocabulary", "5", "size", "8")));
    }

    /** The examples, flat: the model knows the shape. */
    public LocalDataset data() {
        SplittableRandom random = new SplittableRandom(9);
        float[] features = new float[EXAMPLES * kind.size];
        float[] labels = new float[EXAMPLES];
        for (int i = 0; i < EXAMPLES; i++) {
            float[] example = new float[kind.size];
            double target = example(example, random);
            labels[i] = (float) (classes == 0 ? target : Math.floor(target * classes));
            System.arraycopy(example, 0, features, i * kind.size, kind.size);
        }
        return new LocalDataset(features, new long[] {kind.size}, labels, classes);
    }

    @Override
    public String toString() {
        Map<String, String> shown = new HashMap<>(spec.options());
        shown.remove("input");
        return spec.name() + shown;
    }

    /** Fills in an example and gives its target in [0, 1). */
    private double example(float[] example, SplittableRandom random) {
        double target = random.nextDouble();
        switch (kind) {
            case PICTURE, LARGE_PICTURE -> {
                int quarter = (int) (4 * target);
                for (int j = 0; j < example.length; j++) {
                    double bright = 4 * j / example.length == quarter ? 1 : 0;
                    example[j] = (float) (bright + 0.3 * random.nextDouble());
                }
            }
            case TABLE -> {
                float[] row = {
                    (float) (4 * target - 2),
                    random.nextInt(4),
                    random.nextInt(2),
                    (float) random.nextDouble(),
                    (int) (3 * target)
                };
                System.arraycopy(row, 0, example, 0, row.length);
            }
            case RATING -> {
                example[0] = random.nextInt(10);
                example[1] = random.nextInt(10);
                return (example[0] % 2 == example[1] % 2 ? 0.5 : 0) + 0.25;
            }
            case TEXT -> {
                for (int j = 0; j < example.length; j++) {
                    example[j] = ((int) (5 * target) + j + 1) % 5;
                }
            }
            case SERIES -> {
                for (int j = 0; j < example.length; j++) {
                    example[j] = (float) (target - 0.5 + 0.1 * random.nextDouble());
                }
            }
        }
        return target;
    }

    private static Map<String, String> tabNet(String norm) {
        return Map.of("cardinalities", "0,4,0,0,3", "width", "4", "steps", "2", "norm", norm);
    }

    private static Map<String, String> ftTransformer() {
        return Map.of("cardinalities", "0,4,0,0,3", "size", "8", "heads", "2", "layers", "1");
    }

    private static Map<String, String> recommendation() {
        return Map.of("users", "10", "items", "10", "size", "4");
    }

    private static TinyTask of(
            String model, double rate, Kind kind, int classes, Map<String, String> options) {
        Map<String, String> all = new HashMap<>(options);
        all.put("input", kind.shape);
        all.put("classes", Integer.toString(classes));
        return new TinyTask(new ModelSpec(model, all), rate, kind, classes);
    }
}
