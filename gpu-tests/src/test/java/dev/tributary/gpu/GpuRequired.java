package dev.tributary.gpu;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;

import dev.tributary.device.NativeStack;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/**
 * Skips a test class, saying why, unless the engine can use a GPU.
 *
 * <p>With {@code -Dtributary.gpu.rehearsal=true} the CPU plays the GPU: that proves nothing but
 * that the tests themselves work.
 */
final class GpuRequired implements BeforeAllCallback {
    private static final boolean REHEARSAL = Boolean.getBoolean("tributary.gpu.rehearsal");

    @Override
    public void beforeAll(ExtensionContext context) {
        if (!REHEARSAL && NativeStack.engine().getGpuCount() == 0) {
            String reason =
                    "%s skipped: %s finds no usable GPU; ./tributary doctor tells more"
                            .formatted(
                                    context.getDisplayName(), NativeStack.engine().getEngineName());
            System.out.println("[SKIPPED] " + reason);
            throw new TestAbortedException(reason);
        }
    }

    static Device device() {
        return REHEARSAL ? Device.cpu() : Device.gpu(0);
    }

    /** As users write it. */
    static String name() {
        return REHEARSAL ? "cpu" : "gpu:0";
    }

    static NDManager cpu() {
        return NDManager.newBaseManager(Device.cpu());
    }

    static NDManager gpu() {
        return NDManager.newBaseManager(device());
    }
}
