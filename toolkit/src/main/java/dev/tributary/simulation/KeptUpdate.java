package dev.tributary.simulation;

import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterLayout;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A copy of an update. */
final class KeptUpdate implements HostVector {
    private final ByteBuffer bytes;

    KeptUpdate(ParameterLayout layout) {
        bytes = ByteBuffer.allocateDirect(Math.toIntExact(layout.bytes()));
    }

    void copy(HostVector update) throws IOException {
        update.read(0, bytes.clear());
    }

    @Override
    public long size() {
        return bytes.capacity() / Float.BYTES;
    }

    @Override
    public void read(long offset, ByteBuffer destination) {
        int from = Math.toIntExact(offset * Float.BYTES);
        destination.put(
                bytes.duplicate().clear().position(from).limit(from + destination.remaining()));
    }
}
