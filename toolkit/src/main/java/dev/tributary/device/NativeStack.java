package dev.tributary.device;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;

import org.jspecify.annotations.Nullable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

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

    /** Which build {@link #LIBRARY_PATH} is: {@code cpu} or {@code cu128}. */
    public static final String FLAVOR = "PYTORCH_FLAVOR";

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
        return cuda ? "cu128" : "cpu";
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
