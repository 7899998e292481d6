package dev.tributary.plugin;

import static java.util.stream.Collectors.joining;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;

/** Which jar it is, for messages. */
final class PluginJars {
    /** The class loader's name, which stack traces hold. */
    static final String LOADER = "plugins";

    private PluginJars() {}

    /** The names of the jars that have an entry; the class path if none has. */
    static String with(String entry, @Nullable ClassLoader loader) {
        String names = "";
        if (loader instanceof URLClassLoader jars) {
            try {
                names =
                        Collections.list(jars.findResources(entry)).stream()
                                .map(PluginJars::jar)
                                .collect(joining(", "));
            } catch (IOException e) {
                // The failure that is to be told matters more.
            }
        }
        return names.isEmpty() ? "the class path" : names;
    }

    /** The innermost class of a plug-in that was at work, and its jar. */
    static Optional<String> at(Throwable failure, ClassLoader loader) {
        return Arrays.stream(failure.getStackTrace())
                .filter(frame -> LOADER.equals(frame.getClassLoaderName()))
                .map(StackTraceElement::getClassName)
                .findFirst()
                .map(name -> name + " of " + with(name.replace('.', '/') + ".class", loader));
    }

    /**
     * The file's name in a URL such as {@code jar:file:/plugins/net.jar!/com/example/Net.class}.
     */
    private static String jar(URL entry) {
        String path = entry.getPath().replaceFirst("!/.*", "");
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
