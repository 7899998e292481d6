package dev.tributary.gpu;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;

import dev.tributary.device.NativeStack;
import dev.tributary.testkit.PretendedGpu;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/**
 * Skips a test class, saying why, unless the engine can use a GPU.
 *
 * <p>A {@linkplain PretendedGpu pretended} one will do: it shows that everything goes the GPU's
 * ways and mixes no devices, and not what its kernels compute.
 */
final class GpuRequired implements BeforeAllCallback {
    static {
        PretendedGpu.installIfWanted();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (NativeStack.engine().getGpuCount() == 0) {
            String reason =
                    "%s skipped: %s finds no usable GPU; ./tributary doctor tells more"
                            .formatted(
                                    context.getDisplayName(), NativeStack.engine().getEngineName());
            System.out.println("[SKIPPED] " + reason);
            throw new TestAbortedException(reason);
        }
    }

    static Device device() {
        return Device.gpu(0);
    }

    /** As users write it. */
    static String name() {
        return "gpu:0";
    }

    static NDManager cpu() {
        return NDManager.newBaseManager(Device.cpu());
    }

    static NDManager gpu() {
        return NDManager.newBaseManager(device());
    }
}
