package dev.tributary.device;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;

import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How much of a GPU's memory is in use, by all processes together.
 *
 * @param usedBytes in use; the engine keeps what it has freed, for itself
 * @param totalBytes what the card has
 */
public record DeviceMemory(long usedBytes, long totalBytes) {
    /** What the engine says on a GPU and on a CPU. */
    private static final List<String> EXHAUSTED =
            List.of("out of memory", "not enough memory", "can't allocate memory");

    /** Asks the driver; empty for a CPU. */
    public static Optional<DeviceMemory> of(Device device) {
        if (!device.isGpu()) {
            return Optional.empty();
        }
        MemoryUsage usage = CudaUtils.getGpuMemory(device);
        return Optional.of(new DeviceMemory(usage.getUsed(), usage.getMax()));
    }

    /** What is left. */
    public long freeBytes() {
        return totalBytes - usedBytes;
    }

    /** Whether an operation failed because its device's memory is exhausted. */
    public static boolean exhausted(RuntimeException failure) {
        String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        return EXHAUSTED.stream().anyMatch(message::contains);
    }
}
