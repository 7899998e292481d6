package dev.tributary.protocol;

import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.Precision;

import java.util.List;

/**
 * What passes between the server and the clients of a run, for who stands between them.
 *
 * @param runId the run
 * @param tensors of every update, grouped by kind, in the order of the flat vector
 * @param layoutHash as in the {@link RoundTask}
 * @param updatePrecision in how many bits the values of every update travel
 * @param byExamples whether an update counts by its examples; else all count alike
 * @param sums whether the server takes exact partial sums in place of updates
 * @param maximumUpdateBytes the longest body of an update
 */
public record RunLayout(
        String runId,
        List<Tensor> tensors,
        String layoutHash,
        Precision updatePrecision,
        boolean byExamples,
        boolean sums,
        long maximumUpdateBytes) {

    /**
     * One tensor.
     *
     * @param name unique in the run
     * @param shape extents, outermost first
     * @param kind what it is
     */
    public record Tensor(String name, List<Long> shape, ParameterKind kind) {}

    /** Of a run with that layout. */
    public static RunLayout of(
            String runId,
            ParameterLayout layout,
            Precision updatePrecision,
            boolean byExamples,
            boolean sums,
            long maximumUpdateBytes) {
        List<Tensor> tensors =
                layout.tensors().stream()
                        .map(tensor -> new Tensor(tensor.name(), tensor.shape(), tensor.kind()))
                        .toList();
        return new RunLayout(
                runId,
                tensors,
                layout.hash(),
                updatePrecision,
                byExamples,
                sums,
                maximumUpdateBytes);
    }

    /**
     * The layout itself.
     *
     * @throws IllegalArgumentException if the tensors make none, or another than the hash says
     */
    public ParameterLayout toLayout() {
        ParameterLayout.Builder builder = ParameterLayout.builder();
        for (Tensor tensor : tensors) {
            if (tensor.name() == null || tensor.shape() == null || tensor.kind() == null) {
                throw new IllegalArgumentException(
                        "tensors: expected name, shape and kind of each, found " + tensor);
            }
            builder.add(tensor.name(), tensor.shape(), tensor.kind());
        }
        ParameterLayout layout = builder.build();
        if (!layout.hash().equals(layoutHash)) {
            throw new IllegalArgumentException(
                    "layout: expected hash %s, found %s".formatted(layoutHash, layout.hash()));
        }
        return layout;
    }
}
