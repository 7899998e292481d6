package dev.tributary.device;

import ai.djl.Device;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;

import org.jspecify.annotations.Nullable;

import java.util.OptionalInt;

/**
 * How busy a GPU is, asked of NVIDIA's management library, which comes with the driver.
 *
 * <p>GPUs are counted as the driver counts them: where {@code CUDA_VISIBLE_DEVICES} reorders them,
 * this looks at another one. Thread-safe.
 */
public final class GpuActivity {
    private static final String LIBRARY = "libnvidia-ml.so.1";
    private static final @Nullable Nvml NVML = load();

    private GpuActivity() {}

    /** The functions that are used, with NVIDIA's names; 0 means success. */
    interface Nvml extends Library {
        int nvmlInit_v2();

        int nvmlDeviceGetHandleByIndex_v2(int index, PointerByReference device);

        /** Fills in two numbers: percent of the GPU, percent of its memory interface. */
        int nvmlDeviceGetUtilizationRates(Pointer device, int[] rates);
    }

    /**
     * The part of the driver's last sampling period, up to a second, in which some kernel ran.
     *
     * @return in percent, 0 to 100; empty for a CPU and where the driver does not say
     */
    public static OptionalInt busyPercent(Device device) {
        Nvml nvml = NVML;
        if (nvml == null || !device.isGpu()) {
            return OptionalInt.empty();
        }
        PointerByReference handle = new PointerByReference();
        int[] rates = new int[2];
        boolean known =
                nvml.nvmlDeviceGetHandleByIndex_v2(device.getDeviceId(), handle) == 0
                        && nvml.nvmlDeviceGetUtilizationRates(handle.getValue(), rates) == 0;
        return known ? OptionalInt.of(rates[0]) : OptionalInt.empty();
    }

    private static @Nullable Nvml load() {
        try {
            Nvml nvml = Native.load(LIBRARY, Nvml.class);
            return nvml.nvmlInit_v2() == 0 ? nvml : null;
        } catch (UnsatisfiedLinkError e) {
            // No driver, no GPU.
            return null;
        }
    }
}
