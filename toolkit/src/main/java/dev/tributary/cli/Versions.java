package dev.tributary.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.IVersionProvider;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Versions of this program and of what it runs on, read from jars without loading the native
 * engine.
 *
 * <p>Thread-safe.
 */
public final class Versions implements IVersionProvider {
    private static final String ENGINE = "/pytorch-engine.properties";

    /** For picocli. */
    Versions() {}

    /** Of Tributary, from the jar's manifest; {@code development} when run from class files. */
    public static String tributary() {
        @Nullable String version = Versions.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** Of DJL; {@code none} where it is not on the class path. */
    public static String djl() {
        return property(ENGINE, "djl_version");
    }

    /**
     * Of the PyTorch that DJL's engine is built for; {@code none} where it is not on the class
     * path.
     */
    public static String pytorch() {
        return property(ENGINE, "pytorch_version");
    }

    /** Of the Java runtime and who made it. */
    public static String jdk() {
        return System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")";
    }

    @Override
    public String[] getVersion() {
        return new String[] {
            "Tributary " + tributary(),
            "DJL " + djl() + ", PyTorch " + pytorch() + ", " + natives(),
            "JDK " + jdk(),
            System.getProperty("os.name") + " " + System.getProperty("os.arch")
        };
    }

    private static String natives() {
        String library = System.getProperty("PYTORCH_LIBRARY_PATH");
        if (library == null) {
            library = System.getenv("PYTORCH_LIBRARY_PATH");
        }
        if (library != null) {
            return "native libraries from " + library;
        }
        String bundled = "/native/lib/pytorch.properties";
        return "native libraries: "
                + property(bundled, "flavor")
                + " "
                + property(bundled, "classifier");
    }

    private static String property(String resource, String key) {
        try (InputStream in = Versions.class.getResourceAsStream(resource)) {
            if (in == null) {
                return "none";
            }
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty(key, "unknown");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
