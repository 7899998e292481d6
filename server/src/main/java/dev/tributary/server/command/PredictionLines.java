package dev.tributary.server.command;

import dev.tributary.data.DatasetSource;
import dev.tributary.models.catalog.LossKind;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.protocol.Json;
import dev.tributary.server.SavedModel;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a model says, a line each, in the order of the examples, which count from 1. Numbers have
 * the digits of a float32, which is what models compute with.
 *
 * @param form how
 * @param classes the names of the classes or labels; empty for regression
 * @param labels whether they are labels, of which several may apply
 */
record PredictionLines(Form form, List<String> classes, boolean labels) {
    /** More probabilities than that nobody reads in a line. */
    private static final int MAX_PROBABILITIES = 64;

    /** The forms. */
    enum Form {
        /** A header and comma-separated values. */
        CSV,
        /** A JSON object a line. */
        JSONL
    }

    /** For a model and the data set that names what it tells apart. */
    static PredictionLines of(Form form, DatasetSource data, SavedModel model) {
        boolean labels = model.definition().context().lossKind() == LossKind.MULTI_LABEL;
        return new PredictionLines(form, model.classNames(data), labels);
    }

    void write(ModelDefinition model, float[][] outputs, PrintWriter out) {
        if (form == Form.CSV) {
            out.println(header());
        }
        for (int i = 0; i < outputs.length; i++) {
            double[] answer = model.answer(outputs[i]);
            Map<String, Object> values = values(i + 1, answer);
            out.println(
                    form == Form.JSONL
                            ? Json.write(values)
                            : values.values().stream()
                                    .map(value -> quoted(value.toString()))
                                    .collect(Collectors.joining(",")));
        }
        out.flush();
    }

    private String header() {
        return values(0, new double[Math.max(1, classes.size())]).keySet().stream()
                .map(PredictionLines::quoted)
                .collect(Collectors.joining(","));
    }

    private Map<String, Object> values(int example, double[] answer) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("example", example);
        if (classes.isEmpty()) {
            values.put("prediction", (float) answer[0]);
            return values;
        }
        int best = 0;
        for (int i = 1; i < answer.length; i++) {
            best = answer[i] > answer[best] ? i : best;
        }
        values.put("prediction", labels ? applying(answer) : classes.get(best));
        if (classes.size() > MAX_PROBABILITIES) {
            values.put("probability", (float) answer[best]);
            return values;
        }
        for (int i = 0; i < classes.size(); i++) {
            values.put("probability of " + classes.get(i), (float) answer[i]);
        }
        return values;
    }

    private String applying(double[] answer) {
        return IntStream.range(0, answer.length)
                .filter(label -> answer[label] > 0.5)
                .mapToObj(classes::get)
                .collect(Collectors.joining("|"));
    }

    /** A value of a CSV file. */
    static String quoted(String text) {
        return text.matches("[^\",\\r\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
