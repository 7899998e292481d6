package dev.tributary.data.text;

import dev.tributary.data.DataException;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.LocalDataset;

import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Texts in memory as numbers; floats only for the examples that are asked for.
 *
 * @param length tokens of an example
 * @param classCount the number of classes
 * @param grouped whether texts have groups
 * @param train the training part
 * @param testPart gives the test part, when it is asked for
 */
record TextSource(
        int length, int classCount, boolean grouped, TextPart train, Supplier<TextPart> testPart)
        implements DatasetSource {
    static final String GROUP = "group";

    @Override
    public long[] featureShape() {
        return new long[] {length};
    }

    @Override
    public float[] trainLabels() {
        float[] labels = new float[train.exampleCount()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = train.label(i);
        }
        return labels;
    }

    @Override
    public LocalDataset train(int[] indices) {
        return load(train, indices);
    }

    @Override
    public LocalDataset test() {
        TextPart test = testPart.get();
        return load(test, IntStream.range(0, test.exampleCount()).toArray());
    }

    @Override
    public float[] trainGroups(String column) {
        if (!grouped || !column.equals(GROUP)) {
            throw new DataException(
                    "column \"%s\": expected \"%s\", and the option of that name, found %s"
                            .formatted(column, GROUP, grouped ? "the option alone" : "neither"));
        }
        String[] groups = new String[train.exampleCount()];
        for (int i = 0; i < groups.length; i++) {
            groups[i] = train.group(i);
        }
        List<String> names = List.copyOf(new TreeSet<>(List.of(groups)));
        float[] numbers = new float[groups.length];
        for (int i = 0; i < groups.length; i++) {
            numbers[i] = Collections.binarySearch(names, groups[i]);
        }
        return numbers;
    }

    private LocalDataset load(TextPart part, int[] indices) {
        float[] features = new float[Math.multiplyExact(indices.length, length)];
        float[] labels = new float[indices.length];
        for (int i = 0; i < indices.length; i++) {
            part.tokens(indices[i], features, i * length);
            labels[i] = part.label(indices[i]);
        }
        return new LocalDataset(features, featureShape(), labels, classCount);
    }
}
