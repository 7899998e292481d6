package dev.tributary.simulation;

import ai.djl.Device;

import dev.tributary.training.DeviceDataset;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Clients' data on the device. That of the last ones stays there, as much as goes into a fixed
 * piece of memory: many small clients are not made and moved anew each time they take part, and
 * memory does not grow with their number.
 *
 * <p>Thread-safe; its lock is held over no work on the device.
 */
final class ResidentData implements AutoCloseable {
    /** Less than what one thread's training of a middle-sized model takes. */
    private static final long CAPACITY_BYTES = 16L << 20;

    private final Population population;
    private final Device device;
    private final long capacityBytes;
    private final Map<String, Resident> residents = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    ResidentData(Population population, Device device) {
        this(population, device, CAPACITY_BYTES);
    }

    /** For tests: with another capacity. */
    ResidentData(Population population, Device device, long capacityBytes) {
        this.population = population;
        this.device = device;
        this.capacityBytes = capacityBytes;
    }

    /** What is done with the data, all of it. */
    @FunctionalInterface
    interface Use<T> {
        T of(DeviceDataset data) throws IOException;
    }

    /** Guarded by the lock of what it is in, but for the data. */
    private static final class Resident {
        private final DeviceDataset data;
        private int users = 1;
        private boolean stays;

        Resident(DeviceDataset data) {
            this.data = data;
        }

        long bytes() {
            long example = data.featureShape().size() * Float.BYTES;
            int label = Long.BYTES + Float.BYTES;
            return data.exampleCount() * (example + label);
        }

        boolean isFree() {
            return !stays && users == 0;
        }
    }

    /**
     * Hands a client's data out for a while.
     *
     * @throws dev.tributary.training.TrainingException if it has none, or too much for the device
     */
    <T> T with(String client, Use<T> use) throws IOException {
        Resident resident = take(client);
        try {
            return use.of(resident.data);
        } finally {
            giveBack(resident);
        }
    }

    /** Nobody uses data any more. */
    @Override
    public synchronized void close() {
        residents.values().forEach(resident -> resident.data.close());
        residents.clear();
    }

    private Resident take(String client) {
        synchronized (this) {
            Resident present = residents.get(client);
            if (present != null) {
                present.users++;
                return present;
            }
        }
        Resident made = new Resident(DeviceDataset.of(population.data(client), device));
        keep(client, made).forEach(DeviceDataset::close);
        return made;
    }

    /** Keeps it if it fits, and tells what has to go for it. */
    private synchronized List<DeviceDataset> keep(String client, Resident made) {
        List<DeviceDataset> leaving = new ArrayList<>();
        // Another thread may have been faster: then this one lasts for its own use only.
        if (made.bytes() > capacityBytes || residents.putIfAbsent(client, made) != null) {
            return leaving;
        }
        made.stays = true;
        bytes += made.bytes();
        Iterator<Resident> eldest = residents.values().iterator();
        while (bytes > capacityBytes) {
            Resident gone = eldest.next();
            eldest.remove();
            gone.stays = false;
            bytes -= gone.bytes();
            if (gone.isFree()) {
                leaving.add(gone.data);
            }
        }
        return leaving;
    }

    private void giveBack(Resident resident) {
        boolean free;
        synchronized (this) {
            resident.users--;
            free = resident.isFree();
        }
        if (free) {
            resident.data.close();
        }
    }
}
