package dev.tributary.aggregate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;

import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.HalfVector;
import dev.tributary.parameters.HostVector;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/**
 * On a GPU: three kernels a chunk, while the next chunk comes from the host.
 *
 * <p>A vector of one float64 number takes part in type promotion where a 0-d one does not, so one
 * kernel widens and multiplies. Three kernels move 52 bytes a value, where the fold itself needs to
 * read 12 and write 8; DJL has no way to make them one.
 */
final class DeviceFold implements Fold {
    private static final NDIndex ALL = new NDIndex(":");

    /** Values a kernel: enough that starting it does not count. */
    private static final int CHUNK = 1 << 22;

    /** Values a copy from the host: 4 MiB, of which some stay in the processor's cache. */
    private static final int HOST_CHUNK = 1 << 20;

    private final NDArray sum;
    private final NDManager manager;
    private final ReadAhead host;

    /** Made when the first update of that type comes. */
    private @Nullable ReadAhead halves;

    /**
     * @param sum int64 on any device; must outlive this
     * @param scope owns what this holds
     */
    DeviceFold(NDArray sum, NDManager scope) {
        this.sum = sum;
        this.manager = scope;
        this.host = readAhead(DataType.FLOAT32);
    }

    private ReadAhead readAhead(DataType type) {
        int chunk = (int) Math.min(HOST_CHUNK, Math.max(1, sum.size()));
        return new ReadAhead(manager, chunk, type);
    }

    @Override
    public void add(HostVector update, double scale) throws IOException {
        try (NDManager scope = manager.newSubManager()) {
            NDArray factor = scope.create(new double[] {scale});
            long first = update instanceof HalfVector half ? addHalves(half, factor) : 0;
            HostVector rest = first == 0 ? update : update.from(first, update.size() - first);
            host.each(
                    rest.size(),
                    rest::read,
                    (from, values) -> addStaged(first + from, values, factor));
        }
    }

    /** Half the bytes to the device, where the kernel that multiplies widens them. */
    private long addHalves(HalfVector update, NDArray factor) throws IOException {
        if (halves == null) {
            halves = readAhead(DataType.FLOAT16);
        }
        halves.each(
                update.halves(),
                update::readHalves,
                (from, values) -> addStaged(from, values, factor));
        return update.halves();
    }

    @Override
    public void add(NDArray update, double scale) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray factor = scope.create(new double[] {scale});
            for (long from = 0; from < sum.size(); from += CHUNK) {
                long to = Math.min(from + CHUNK, sum.size());
                try (NDArray part = FlatParameters.slice(update, from, to)) {
                    addChunk(from, part, factor);
                }
            }
        }
    }

    @Override
    public void scale(long from, double factor, NDArray target) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray factors = scope.create(new double[] {factor});
            for (long at = 0; at < target.size(); at += CHUNK) {
                long to = Math.min(at + CHUNK, target.size());
                try (NDArray source = FlatParameters.slice(sum, from + at, from + to);
                        NDArray products = source.mul(factors);
                        NDArray part = FlatParameters.slice(target, at, to)) {
                    part.set(ALL, products);
                }
            }
        }
    }

    @Override
    public void clear() {
        sum.subi(sum);
    }

    @Override
    public void close() {
        host.close();
        if (halves != null) {
            halves.close();
        }
    }

    private void addStaged(long from, NDArray values, NDArray factor) {
        // The copy to the device gets a manager of its own below that of the values.
        try (NDManager scope = values.getManager().newSubManager()) {
            NDArray staged = FlatParameters.slice(values, 0, values.size());
            staged.attach(scope);
            addChunk(from, staged.toDevice(sum.getDevice(), false), factor);
        }
    }

    private void addChunk(long from, NDArray values, NDArray factor) {
        try (NDArray products = values.mul(factor);
                NDArray addends = products.toType(DataType.INT64, false);
                NDArray target = FlatParameters.slice(sum, from, from + values.size())) {
            target.addi(addends);
        }
    }
}
