package dev.tributary.agent.doctor;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.LibUtils;
import ai.djl.util.cuda.CudaUtils;

import dev.tributary.cli.Format;
import dev.tributary.cli.Versions;
import dev.tributary.device.DeviceMemory;
import dev.tributary.device.GradientScope;
import dev.tributary.device.NativeStack;
import dev.tributary.parameters.HostTransfer;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The native engine: which one was loaded and why, what it sees, and whether it computes. */
final class EngineProbe {
    private static final int SIDE = 1024;
    private static final int COPY_ELEMENTS = 1 << 24;
    private static final int REPETITIONS = 3;

    private EngineProbe() {}

    static List<Finding> look(GpuDriver driver, boolean gpuRequired) {
        List<Finding> findings = new ArrayList<>();
        findings.add(versions());
        Engine engine;
        try {
            engine = NativeStack.engine();
        } catch (RuntimeException | LinkageError e) {
            findings.add(Finding.problem("engine", "the native engine does not load: " + e));
            return findings;
        }
        findings.add(Finding.ok("libtorch", library()));
        int count = engine.getGpuCount();
        findings.add(gpus(driver, count, gpuRequired));
        findings.add(measure(Device.cpu()));
        for (int i = 0; i < count; i++) {
            findings.add(measure(Device.gpu(i)));
        }
        return findings;
    }

    /** Versions that must fit together exactly. */
    private static Finding versions() {
        return Finding.ok(
                "stack",
                "DJL %s, PyTorch %s; %d thread(s) inside an operation"
                        .formatted(
                                Versions.djl(), Versions.pytorch(), NativeStack.intraOpThreads()));
    }

    private static String library() {
        String path = LibUtils.getLibtorchPath();
        return isChosen()
                ? "%s, because %s says so".formatted(path, NativeStack.LIBRARY_PATH)
                : "%s, the one that came with Tributary".formatted(path);
    }

    private static boolean isChosen() {
        return System.getenv(NativeStack.LIBRARY_PATH) != null
                || System.getProperty(NativeStack.LIBRARY_PATH) != null;
    }

    static Finding gpus(GpuDriver driver, int usable, boolean required) {
        String seen =
                driver.gpus().isEmpty()
                        ? driver.installed()
                                ? "the NVIDIA driver is installed, but nvidia-smi lists no GPU"
                                : "no NVIDIA driver"
                        : String.join("; ", driver.gpus());
        if (usable > 0 && usable >= driver.gpus().size()) {
            return Finding.ok("gpu", "%d usable: %s".formatted(usable, seen));
        }
        if (!driver.installed() && usable == 0 && !required) {
            return Finding.ok("gpu", "none (%s): computing on the CPU".formatted(seen));
        }
        boolean cudaStack = isChosen() || "cuda".equals(System.getenv("TRIBUTARY_STACK"));
        String text =
                "%s can be used (%s): %s"
                        .formatted(
                                usable == 0 ? "none" : "only " + usable,
                                seen,
                                GpuRemedy.of(driver, cudaStack, CudaUtils.hasCuda()));
        return required && usable == 0 ? Finding.problem("gpu", text) : Finding.note("gpu", text);
    }

    private static Finding measure(Device device) {
        String name = device.isGpu() ? "gpu-" + device.getDeviceId() : "cpu";
        try (GradientScope off = GradientScope.off();
                NDManager manager = NDManager.newBaseManager(device)) {
            double product = Double.MAX_VALUE;
            double copy = Double.MAX_VALUE;
            for (int i = 0; i < REPETITIONS; i++) {
                product = Math.min(product, productSeconds(manager));
                copy = Math.min(copy, copySeconds(manager));
            }
            return Finding.ok(
                    name,
                    String.format(
                            Locale.ROOT,
                            "%sa %d x %d matrix product takes %s (%.0f GFLOP/s), a copy from the"
                                    + " host %.1f GB/s",
                            room(device),
                            SIDE,
                            SIDE,
                            Format.duration(product),
                            2.0 * SIDE * SIDE * SIDE / product / 1e9,
                            COPY_ELEMENTS * (double) Float.BYTES / copy / 1e9));
        } catch (RuntimeException e) {
            return Finding.problem(name, "cannot compute: " + e.getMessage());
        }
    }

    private static String room(Device device) {
        return DeviceMemory.of(device)
                .map(
                        memory ->
                                "%s of %s free, TF32 %s, "
                                        .formatted(
                                                Format.bytes(memory.freeBytes()),
                                                Format.bytes(memory.totalBytes()),
                                                NativeStack.tf32() ? "allowed" : "off"))
                .orElse("");
    }

    private static double productSeconds(NDManager manager) {
        try (NDArray matrix = manager.ones(new Shape(SIDE, SIDE), DataType.FLOAT32)) {
            long start = System.nanoTime();
            try (NDArray product = matrix.matMul(matrix);
                    NDArray sum = product.sum()) {
                // Reading the sum waits for the device.
                requireExact(sum.getFloat());
            }
            return (System.nanoTime() - start) / 1e9;
        }
    }

    private static void requireExact(float sum) {
        float expected = (float) SIDE * SIDE * SIDE;
        if (sum != expected) {
            throw new IllegalStateException("expected a sum of " + expected + ", found " + sum);
        }
    }

    private static double copySeconds(NDManager manager) {
        try (NDManager host = manager.newSubManager(Device.cpu());
                NDArray source = host.ones(new Shape(COPY_ELEMENTS), DataType.FLOAT32);
                NDArray target = manager.zeros(new Shape(COPY_ELEMENTS), DataType.FLOAT32)) {
            long start = System.nanoTime();
            target.set(new ai.djl.ndarray.index.NDIndex(":"), source);
            try (NDManager scope = manager.newSubManager();
                    NDArray last = target.get(COPY_ELEMENTS - 1)) {
                last.attach(scope);
                ByteBuffer bytes = HostTransfer.hostBytes(last);
                requireOne(bytes.getFloat(0));
            }
            return (System.nanoTime() - start) / 1e9;
        }
    }

    private static void requireOne(float value) {
        if (value != 1) {
            throw new IllegalStateException("copy: expected 1.0, found " + value);
        }
    }
}
