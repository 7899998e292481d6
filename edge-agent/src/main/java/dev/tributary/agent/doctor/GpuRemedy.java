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
     * @param cudaStack whether the libraries are for CUDA, as far as a user has said so
     * @param cudart whether DJL finds CUDA's run-time library, by which it counts GPUs
     */
    static String of(GpuDriver driver, boolean cudaStack, boolean cudart) {
        if (!driver.installed()) {
            return "install NVIDIA's driver, so that nvidia-smi lists the GPU, and start with"
                    + " TRIBUTARY_STACK=cuda";
        }
        if (!cudaStack) {
            return "start with TRIBUTARY_STACK=cuda, for the libraries here are for CPUs (or set %s to the lib directory of a PyTorch %s for CUDA)"
                    .formatted(NativeStack.LIBRARY_PATH, Versions.pytorch());
        }
        if (!cudart) {
            return "link PyTorch's libcudart-*.so.12 as libcudart.so in a directory, and set"
                    + " TRIBUTARY_JAVA_OPTS=-Djna.library.path=<that directory>";
        }
        return "check that CUDA_VISIBLE_DEVICES hides nothing, and that %s, if set, holds PyTorch %s with CUDA"
                .formatted(NativeStack.LIBRARY_PATH, Versions.pytorch());
    }
}
