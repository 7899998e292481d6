package dev.tributary.agent.doctor;

import dev.tributary.cli.Versions;
import dev.tributary.device.NativeStack;

/** What to do where a GPU is wanted and the engine sees none. */
final class GpuRemedy {
    private GpuRemedy() {}

    /**
     * The next step, in one sentence.
     *
     * @param driver what the driver sees
     * @param cudart whether DJL finds CUDA's run-time library, by which it counts GPUs
     */
    static String of(GpuDriver driver, boolean cudart) {
        if (!driver.installed()) {
            return "Install NVIDIA's driver, so that nvidia-smi lists the GPU.";
        }
        if (System.getenv(NativeStack.LIBRARY_PATH) == null
                && System.getProperty(NativeStack.LIBRARY_PATH) == null) {
            return "The libraries that came with Tributary are for CPUs: set %s to the lib directory of PyTorch %s for CUDA 12.8, and %s to cu128."
                    .formatted(NativeStack.LIBRARY_PATH, Versions.pytorch(), NativeStack.FLAVOR);
        }
        if (!cudart) {
            return "DJL finds no libcudart.so: link PyTorch's libcudart-*.so.12 as libcudart.so in"
                    + " a directory, and set TRIBUTARY_JAVA_OPTS=-Djna.library.path=<that"
                    + " directory>.";
        }
        return "Check that %s holds PyTorch %s with CUDA, that %s is cu128, and that CUDA_VISIBLE_DEVICES hides nothing."
                .formatted(NativeStack.LIBRARY_PATH, Versions.pytorch(), NativeStack.FLAVOR);
    }
}
