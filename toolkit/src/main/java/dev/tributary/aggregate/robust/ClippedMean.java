package dev.tributary.aggregate.robust;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.aggregate.Aggregator;
import dev.tributary.aggregate.ExactWeightedMean;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterLayout;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** {@link NormClipping} at work, before an exact mean. */
final class ClippedMean implements Aggregator {
    private static final int CHUNK = 1 << 14;

    private final ExactWeightedMean mean;
    private final double norm;
    private final long columns;
    private final ByteBuffer chunk =
            ByteBuffer.allocate(CHUNK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final float[] values = new float[CHUNK];

    ClippedMean(NDManager parent, ParameterLayout layout, double norm) {
        this.columns = RobustAggregator.columns(layout);
        this.mean = new ExactWeightedMean(parent, layout);
        this.norm = norm;
    }

    @Override
    public ParameterLayout layout() {
        return mean.layout();
    }

    /** No value of a clipped update is larger than its norm. */
    @Override
    public boolean fits(float magnitude, double weight) {
        return mean.fits(bound(magnitude), weight);
    }

    @Override
    public void accumulate(HostVector update, float magnitude, double weight) throws IOException {
        if (update.size() != layout().size()) {
            throw new IllegalArgumentException(
                    "update: expected %d elements, found %d"
                            .formatted(layout().size(), update.size()));
        }
        double length = Math.sqrt(squaredNorm(update));
        HostVector clipped =
                length > norm ? new Scaled(update, (float) (norm / length), columns) : update;
        mean.accumulate(clipped, bound(magnitude), weight);
    }

    @Override
    public int count() {
        return mean.count();
    }

    @Override
    public void finish(long from, NDArray target) {
        mean.finish(from, target);
    }

    @Override
    public void reset() {
        mean.reset();
    }

    @Override
    public void close() {
        mean.close();
    }

    /** Of the values after clipping; a hair more, for their rounding. */
    private float bound(float magnitude) {
        return Math.min(magnitude, Math.nextUp((float) (norm * (1 + 1e-6))));
    }

    private double squaredNorm(HostVector update) throws IOException {
        double sum = 0;
        for (long from = 0; from < columns; from += CHUNK) {
            int count = (int) Math.min(CHUNK, columns - from);
            update.read(from, chunk.clear().limit(count * Float.BYTES));
            chunk.flip().asFloatBuffer().get(values, 0, count);
            for (int i = 0; i < count; i++) {
                sum += (double) values[i] * values[i];
            }
        }
        return sum;
    }

    /**
     * An update times a factor, but for its counters.
     *
     * @param columns where the counters begin
     */
    private record Scaled(HostVector update, float factor, long columns) implements HostVector {
        @Override
        public long size() {
            return update.size();
        }

        @Override
        public void read(long offset, ByteBuffer destination) throws IOException {
            ByteBuffer read = destination.slice().order(ByteOrder.LITTLE_ENDIAN);
            update.read(offset, destination);
            FloatBuffer floats = read.asFloatBuffer();
            long end = Math.min(floats.limit(), columns - offset);
            for (int i = 0; i < end; i++) {
                floats.put(i, floats.get(i) * factor);
            }
        }
    }
}
