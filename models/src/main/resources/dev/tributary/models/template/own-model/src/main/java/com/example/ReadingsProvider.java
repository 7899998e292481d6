package com.example;

import dev.tributary.data.DataException;
import dev.tributary.data.DatasetProvider;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.Options;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The data set that run files call {@code readings}: a text file with a line an example, numbers
 * separated by blanks, the last of which is the class, 0 or 1. Every fifth line is for the test.
 */
public final class ReadingsProvider implements DatasetProvider {
    private static final String FILE = "file";

    @Override
    public String name() {
        return "readings";
    }

    @Override
    public String description() {
        return "numbers separated by blanks, the last being the class, 0 or 1";
    }

    @Override
    public Map<String, String> options() {
        return Map.of(FILE, "a file in the data directory, readings.txt by default");
    }

    @Override
    public DatasetSource open(Path directory, Map<String, String> options, long seed) {
        Options checked = Options.of("data set \"readings\"", options(), options);
        if (directory == null) {
            throw new DataException("data set \"readings\": expected a directory, found none");
        }
        Path file = directory.resolve(checked.text(FILE).orElse("readings.txt"));
        try {
            return source(file, Files.readAllLines(file));
        } catch (IOException e) {
            throw new DataException("data set \"readings\": cannot read " + file, e);
        }
    }

    /** All rows, checked: what comes from a file is not believed. */
    static DatasetSource source(Path file, List<String> lines) {
        List<float[]> train = new ArrayList<>();
        List<float[]> test = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            float[] row = row(file + ", line " + (i + 1), lines.get(i));
            int expected = i == 0 ? row.length : (train.isEmpty() ? test : train).get(0).length;
            if (row.length != expected || row.length < 2) {
                throw new DataException(
                        "%s, line %d: expected %d numbers, found %d"
                                .formatted(file, i + 1, Math.max(2, expected), row.length));
            }
            (i % 5 == 4 ? test : train).add(row);
        }
        if (train.isEmpty() || test.isEmpty()) {
            throw new DataException(file + ": expected at least 5 lines, found " + lines.size());
        }
        return new ReadingsSource(train, test);
    }

    private static float[] row(String place, String line) {
        String[] words = line.strip().split("\\s+");
        float[] row = new float[words.length];
        for (int i = 0; i < words.length; i++) {
            try {
                row[i] = Float.parseFloat(words[i]);
            } catch (NumberFormatException e) {
                throw new DataException(place + ": expected a number, found \"" + words[i] + '"');
            }
            if (!Float.isFinite(row[i])) {
                throw new DataException(place + ": expected a finite number, found " + words[i]);
            }
        }
        float label = row[row.length - 1];
        if (label != 0 && label != 1) {
            throw new DataException(place + ": expected class 0 or 1, found " + label);
        }
        return row;
    }
}
