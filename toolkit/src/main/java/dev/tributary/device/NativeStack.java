package dev.tributary.device;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.Utils;

import org.jspecify.annotations.Nullable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Settles how DJL finds its native libraries, before any class of DJL is initialized.
 *
 * <p>Settings are system properties, put only where the user has put none: no telemetry, no
 * downloads unless asked for, one intra-op thread a trainer. Thread-safe; only the first call of a
 * process has an effect on DJL.
 */
public final class NativeStack {
    /** A directory with the libtorch to load instead of the one on the class path. */
    public static final String LIBRARY_PATH = "PYTORCH_LIBRARY_PATH";

    /** Which build {@link #LIBRARY_PATH} is: {@code cpu}, {@code cu128} or {@code cu124}. */
    public static final String FLAVOR = "PYTORCH_FLAVOR";

    /** {@code true} allows TF32 in products on a GPU; a variable, or a property of that name. */
    public static final String TF32 = "TRIBUTARY_TF32";

    private static final String JNA_PATH = "jna.library.path";
    private static final Path DRIVER = Path.of("/proc/driver/nvidia/version");

    /** Those for which some version of DJL's JNI jar holds a library, the newest first. */
    private static final List<String> CUDA_FLAVORS = List.of("cu128", "cu124");

    private static final String JNI_LIBRARY = "jnilib/linux-x86_64/%s/libdjl_torch.so";
    private static final String INTRA_OP_THREADS = "ai.djl.pytorch.num_threads";

    /** Whether this thread computes with as many threads as all others; set on its first use. */
    private static final ThreadLocal<Boolean> SETTLED = ThreadLocal.withInitial(() -> false);

    private static volatile @Nullable Engine loaded;

    private NativeStack() {}

    /** Puts the settings; harmless to repeat. */
    public static void prepare() {
        putIfAbsent("OPT_OUT_TRACKING", "true");
        putIfAbsent(INTRA_OP_THREADS, "1");
        String library = setting(LIBRARY_PATH);
        if (library == null) {
            putIfAbsent("ai.djl.offline", "true");
        } else if (setting(FLAVOR) == null) {
            // DJL would guess a "-precxx11" flavor for which its JNI jar holds no library.
            System.setProperty(FLAVOR, flavorOf(Path.of(library)));
        }
        if (Files.exists(DRIVER) && System.getProperty(JNA_PATH) == null) {
            cudaRuntime(library).ifPresent(path -> System.setProperty(JNA_PATH, path.toString()));
        }
        if (Files.exists(DRIVER)) {
            Tf32.settle(tf32());
        }
    }

    /** Whether GPUs may round the factors of products to TF32. */
    public static boolean tf32() {
        return Boolean.parseBoolean(setting(TF32));
    }

    /**
     * The engine, loaded with these settings, and ready for the calling thread.
     *
     * <p>The engine keeps the number of intra-op threads for each thread, and a thread that it has
     * not seen before multiplies matrices with as many as there are cores: slower where several
     * threads train, and with other last bits.
     */
    public static Engine engine() {
        Engine engine = loaded;
        if (engine == null) {
            prepare();
            engine = Engine.getEngine("PyTorch");
            loaded = engine;
        }
        if (!SETTLED.get()) {
            JniUtils.setNumThreads(intraOpThreads());
            SETTLED.set(true);
        }
        return engine;
    }

    /** Threads inside one operation of the engine. */
    public static int intraOpThreads() {
        prepare();
        return Integer.getInteger(INTRA_OP_THREADS, 1);
    }

    private static String flavorOf(Path library) {
        Path directory =
                Files.isDirectory(library) ? library : library.toAbsolutePath().getParent();
        boolean cuda =
                directory != null
                        && Files.exists(directory.resolve(System.mapLibraryName("torch_cuda")));
        return cuda ? cudaFlavor() : "cpu";
    }

    /** The one that this version of DJL has: for Linux and Windows alike. */
    private static String cudaFlavor() {
        ClassLoader jars = NativeStack.class.getClassLoader();
        return CUDA_FLAVORS.stream()
                .filter(flavor -> jars.getResource(JNI_LIBRARY.formatted(flavor)) != null)
                .findFirst()
                .orElse(CUDA_FLAVORS.get(0));
    }

    private static Optional<Path> cudaRuntime(@Nullable String library) {
        Path cache = Utils.getCacheDir();
        return library == null
                ? CudaRuntime.of(NativeStack.class.getClassLoader(), cache)
                : CudaRuntime.of(Path.of(library), cache);
    }

    private static @Nullable String setting(String name) {
        String property = System.getProperty(name);
        return property != null ? property : System.getenv(name);
    }

    private static void putIfAbsent(String name, String value) {
        String variable = name.toUpperCase(Locale.ROOT).replace('.', '_');
        if (System.getProperty(name) == null && System.getenv(variable) == null) {
            System.setProperty(name, value);
        }
    }
}
