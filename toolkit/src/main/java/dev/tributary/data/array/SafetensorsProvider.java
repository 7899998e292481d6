package dev.tributary.data.array;

import dev.tributary.data.DataException;
import dev.tributary.data.DataFile;
import dev.tributary.data.DatasetProvider;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.Lazy;
import dev.tributary.data.LocalDataset;
import dev.tributary.data.Options;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Features and labels as two tensors of a safetensors file, which may be larger than memory. */
public final class SafetensorsProvider implements DatasetProvider {
    private static final String OWNER = "data set \"safetensors\"";
    private static final String TRAIN_FILE = "train-file";
    private static final String TEST_FILE = "test-file";
    private static final String FEATURES = "features";
    private static final String LABELS = "labels";
    private static final String TASK = "task";
    private static final String CLASSES = "classes";
    private static final int MAX_CLASSES = 100_000;

    /** For the service loader. */
    public SafetensorsProvider() {}

    @Override
    public String name() {
        return "safetensors";
    }

    @Override
    public String description() {
        return "your own arrays: a tensor of features, [examples, ...], and one of labels,"
                + " [examples], of any type";
    }

    @Override
    public Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put(TRAIN_FILE, "the training examples, a file in the data directory; required");
        options.put(TEST_FILE, "the test examples, a file in the data directory");
        options.put(FEATURES, "the name of the features' tensor, features by default");
        options.put(LABELS, "the name of the labels' tensor, labels by default");
        options.put(TASK, "classification (default) or regression");
        options.put(CLASSES, "how many classes; by default one more than the largest label");
        return options;
    }

    @Override
    public DatasetSource open(@Nullable Path directory, Map<String, String> options, long seed) {
        Options checked = Options.of(OWNER, options(), options);
        boolean regression =
                checked.choice(TASK, "classification", List.of("classification", "regression"))
                        .equals("regression");
        ArrayPart train = part(directory, checked, TRAIN_FILE);
        int found = regression ? 0 : train.largestClass();
        int classes =
                regression ? 0 : checked.wholeNumber(CLASSES, Math.max(2, found), 2, MAX_CLASSES);
        return new Source(
                train.checked(classes),
                classes,
                new Lazy<>(() -> test(train, part(directory, checked, TEST_FILE), classes)));
    }

    private static ArrayPart part(@Nullable Path directory, Options options, String file) {
        return ArrayPart.open(
                ArrayFile.open(DataFile.inside(directory, options, file)),
                options.text(FEATURES).orElse(FEATURES),
                options.text(LABELS).orElse(LABELS));
    }

    private static ArrayPart test(ArrayPart train, ArrayPart test, int classes) {
        if (!Arrays.equals(train.shape(), test.shape())) {
            throw new DataException(
                    "%s: expected examples of shape %s like those of the training file, found %s"
                            .formatted(
                                    test.file().path(),
                                    Arrays.toString(train.shape()),
                                    Arrays.toString(test.shape())));
        }
        return test.checked(classes);
    }

    private record Source(ArrayPart trainPart, int classCount, Lazy<ArrayPart> testPart)
            implements DatasetSource {
        @Override
        public long[] featureShape() {
            return trainPart.shape();
        }

        @Override
        public float[] trainLabels() {
            return trainPart.labels().clone();
        }

        @Override
        public LocalDataset train(int[] indices) {
            return trainPart.load(indices, classCount);
        }

        @Override
        public LocalDataset test() {
            return testPart.get().load(classCount);
        }
    }
}
