package dev.tributary.simulation;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;

import dev.tributary.data.LocalDataset;
import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.training.DeviceDataset;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The held-out examples, on the device, in parts that workers evaluate side by side.
 *
 * <p>A part holds whole batches, and results are added in the order of the parts: what comes out
 * does not depend on the number of workers.
 */
final class TestSet implements AutoCloseable {
    private static final int PART = 4 * Worker.EVALUATION_BATCH;

    private final List<DeviceDataset> parts = new ArrayList<>();

    TestSet(LocalDataset examples, Device device) {
        try {
            for (int from = 0; from < examples.exampleCount(); from += PART) {
                int to = Math.min(from + PART, examples.exampleCount());
                int[] rows = IntStream.range(from, to).toArray();
                parts.add(DeviceDataset.of(examples.subset(rows), device));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    EvaluationResult evaluate(NDArray global, WorkerPool workers) throws InterruptedException {
        List<EvaluationResult> results =
                new ArrayList<>(Collections.nCopies(parts.size(), EvaluationResult.NONE));
        List<Integer> indices = IntStream.range(0, parts.size()).boxed().toList();
        workers.each(indices, (worker, i) -> results.set(i, worker.evaluate(global, parts.get(i))));
        return results.stream().reduce(EvaluationResult.NONE, EvaluationResult::plus);
    }

    @Override
    public void close() {
        parts.forEach(DeviceDataset::close);
    }
}
