package dev.tributary.agent.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The GPUs that NVIDIA's driver sees, asked without the native engine.
 *
 * @param installed whether there is a driver
 * @param gpus a line for each: name, memory, driver version
 */
record GpuDriver(boolean installed, List<String> gpus) {
    private static final Path KERNEL_MODULE = Path.of("/proc/driver/nvidia/version");
    private static final int PATIENCE_SECONDS = 10;

    /** Copies the list. */
    GpuDriver {
        gpus = List.copyOf(gpus);
    }

    /** Asks {@code nvidia-smi}, and the kernel where that is not there. */
    static GpuDriver ask() {
        List<String> gpus = nvidiaSmi();
        return new GpuDriver(!gpus.isEmpty() || Files.exists(KERNEL_MODULE), gpus);
    }

    private static List<String> nvidiaSmi() {
        try {
            Process process =
                    new ProcessBuilder(
                                    "nvidia-smi",
                                    "--query-gpu=name,memory.total,driver_version",
                                    "--format=csv,noheader")
                            .redirectErrorStream(true)
                            .start();
            try (InputStream out = process.getInputStream()) {
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    return List.of();
                }
                String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
                return process.exitValue() == 0
                        ? text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList()
                        : List.of();
            }
        } catch (IOException e) {
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }
}
