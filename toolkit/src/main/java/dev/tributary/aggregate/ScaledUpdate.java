package dev.tributary.aggregate;

import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.ParameterLayout;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An update that is worth a part of itself, as stale ones are; counters, which do not add, are
 * whole. Each value is rounded once, to float32. As thread-safe as the update.
 */
public final class ScaledUpdate implements HostVector {
    private final HostVector update;
    private final long scaled;
    private final float factor;

    /**
     * @param update {@code [layout.size()]}; read only when this is read
     * @param factor in (0, 1]
     */
    public ScaledUpdate(HostVector update, ParameterLayout layout, double factor) {
        this.update = update;
        this.scaled = layout.start(ParameterKind.COUNTER);
        this.factor = (float) factor;
    }

    /** An upper bound of the absolute values of an update that is scaled. */
    public static float magnitude(float magnitude, double factor) {
        return Math.nextUp((float) (magnitude * factor));
    }

    @Override
    public long size() {
        return update.size();
    }

    @Override
    public void read(long offset, ByteBuffer destination) throws IOException {
        ByteBuffer target = destination.slice().order(ByteOrder.LITTLE_ENDIAN);
        int count = destination.remaining() / Float.BYTES;
        update.read(offset, destination);
        int end = (int) Math.max(0, Math.min(count, scaled - offset));
        for (int i = 0; i < end * Float.BYTES; i += Float.BYTES) {
            target.putFloat(i, target.getFloat(i) * factor);
        }
    }
}
