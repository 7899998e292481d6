package dev.tributary.plugin;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * Where models, data sets, strategies, objectives and commands are looked up: on the class path,
 * and in the jars of one directory if the process was started with {@code --plugins}.
 *
 * <p>All jars share one class loader, with Tributary's own classes before theirs. It belongs to the
 * process and not to a thread, for thread pools set class loaders of their own; it is never closed,
 * since plug-ins load classes as long as they live. Thread-safe.
 *
 * <p>A plug-in is code, and may do whatever the process may.
 */
public final class Plugins {
    private static final AtomicReference<@Nullable ClassLoader> INSTALLED = new AtomicReference<>();

    private Plugins() {}

    /**
     * Adds the jars of a directory; at the start of a process, before anything is looked up.
     *
     * @param directory holds jars; other files and directories in it are left alone
     * @throws PluginException if it is no directory, cannot be read, holds no jar, or plug-ins are
     *     there already
     */
    public static void install(Path directory) {
        if (!INSTALLED.compareAndSet(null, loader(directory))) {
            throw new PluginException(
                    "plug-ins: expected one directory a process, found also " + directory);
        }
    }

    /** All services of a kind, those of plug-ins too. */
    public static <T> ServiceLoader<T> services(Class<T> kind) {
        ClassLoader installed = INSTALLED.get();
        return installed == null ? ServiceLoader.load(kind) : ServiceLoader.load(kind, installed);
    }

    /**
     * All services of a kind by the names that they have, in the order of these.
     *
     * @param what a service is, for messages: {@code strategy}
     * @param name says a service's name
     * @throws PluginException if two have the same name
     */
    public static <T> SortedMap<String, T> named(
            Class<T> kind, String what, Function<T, String> name) {
        SortedMap<String, T> named = new TreeMap<>();
        for (T service : services(kind)) {
            T other = named.putIfAbsent(name.apply(service), service);
            if (other != null) {
                throw new PluginException(
                        "%s %s: expected one class, found %s and %s"
                                .formatted(
                                        what,
                                        name.apply(service),
                                        other.getClass().getName(),
                                        service.getClass().getName()));
            }
        }
        return named;
    }

    /**
     * A new object of a class that has a public constructor without parameters; of a plug-in too.
     *
     * @param kind what the class must be; nothing of another class is run
     * @param className its full name
     * @throws PluginException if there is no such class, it is none of the kind, or it cannot be
     *     made
     */
    public static <T> T instance(Class<T> kind, String className) {
        ClassLoader installed = INSTALLED.get();
        ClassLoader loader = installed == null ? Plugins.class.getClassLoader() : installed;
        try {
            Class<?> found = Class.forName(className, false, loader);
            return found.asSubclass(kind).getConstructor().newInstance();
        } catch (ReflectiveOperationException | ClassCastException | LinkageError e) {
            throw new PluginException(
                    "class %s: expected a %s with a public constructor without parameters, found %s"
                            .formatted(className, kind.getName(), e));
        }
    }

    /**
     * A class loader of a directory's jars, in the order of their names, below ours.
     *
     * @throws PluginException if it is no directory, cannot be read or holds no jar
     */
    static ClassLoader loader(Path directory) {
        List<Path> jars = jars(directory);
        if (jars.isEmpty()) {
            throw new PluginException(
                    "plug-ins: expected a directory with at least one .jar, found none in "
                            + directory);
        }
        URL[] urls = new URL[jars.size()];
        for (int i = 0; i < urls.length; i++) {
            urls[i] = url(jars.get(i));
        }
        return new URLClassLoader("plugins", urls, Plugins.class.getClassLoader());
    }

    private static List<Path> jars(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new PluginException("plug-ins: expected a directory, found " + directory);
        }
        List<Path> jars = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "*.jar")) {
            found.forEach(jars::add);
        } catch (IOException e) {
            throw new PluginException(
                    "plug-ins: expected a directory that can be read, found " + e.getMessage());
        }
        jars.sort(null);
        return jars;
    }

    private static URL url(Path jar) {
        try {
            return jar.toAbsolutePath().toUri().toURL();
        } catch (MalformedURLException e) {
            throw new PluginException("plug-ins: expected a jar's path, found " + e.getMessage());
        }
    }
}
