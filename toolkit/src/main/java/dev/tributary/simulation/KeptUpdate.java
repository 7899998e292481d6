package dev.tributary.simulation;

import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.ParameterLayout;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A copy of an update, worth a factor; counters, which do not add, are not multiplied. */
final class KeptUpdate implements HostVector {
    private final ByteBuffer bytes;
    private final long scaled;
    private float factor = 1;

    KeptUpdate(ParameterLayout layout) {
        bytes =
                ByteBuffer.allocateDirect(Math.toIntExact(layout.bytes()))
                        .order(ByteOrder.LITTLE_ENDIAN);
        scaled = layout.start(ParameterKind.COUNTER);
    }

    void copy(HostVector update) throws IOException {
        update.read(0, bytes.clear());
        factor = 1;
    }

    void multiply(double by) {
        factor = (float) by;
    }

    @Override
    public long size() {
        return bytes.capacity() / Float.BYTES;
    }

    @Override
    public void read(long offset, ByteBuffer destination) {
        int count = destination.remaining() / Float.BYTES;
        ByteBuffer target = destination.slice().order(ByteOrder.LITTLE_ENDIAN);
        int end = (int) Math.max(0, Math.min(count, scaled - offset));
        int from = Math.toIntExact(offset) * Float.BYTES;
        for (int i = 0; i < end * Float.BYTES; i += Float.BYTES) {
            target.putFloat(i, bytes.getFloat(from + i) * factor);
        }
        int rest = end * Float.BYTES;
        target.put(rest, bytes, from + rest, count * Float.BYTES - rest);
        destination.position(destination.limit());
    }
}
