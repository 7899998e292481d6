package dev.tributary.device;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;

/**
 * Whether NVIDIA's libraries may round the factors of products to TF32: 10 bits of fraction instead
 * of 23, and several times the speed on large matrices and convolutions.
 *
 * <p>PyTorch allows it for convolutions and not for matrix products. Here it is one switch for
 * both, and off unless it is asked for: else a model that trains on a GPU drifts from the one that
 * trains on a CPU. NVIDIA's libraries read the environment, which Java cannot change by itself.
 */
final class Tf32 {
    private static final String NVIDIA = "NVIDIA_TF32_OVERRIDE";
    private static final String MATRIX_PRODUCTS = "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE";

    private Tf32() {}

    /** The C library's. */
    interface Environment extends Library {
        int setenv(String name, String value, int overwrite);
    }

    /** Must come before the native libraries are loaded; variables that are set stay. */
    static void settle(boolean allowed) {
        if (!Platform.isLinux()) {
            return;
        }
        Environment environment = Native.load("c", Environment.class);
        if (allowed) {
            environment.setenv(MATRIX_PRODUCTS, "1", 0);
        } else {
            environment.setenv(NVIDIA, "0", 0);
        }
    }
}
