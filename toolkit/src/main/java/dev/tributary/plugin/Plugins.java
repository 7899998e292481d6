package dev.tributary.plugin;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.jar.JarFile;

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
    private static final String SERVICES = "META-INF/services/";
    private static final AtomicReference<@Nullable ClassLoader> INSTALLED = new AtomicReference<>();

    private Plugins() {}

    /**
     * Adds the jars of a directory; at the start of a process, before anything is looked up.
     *
     * @param directory holds jars; other files and directories in it are left alone
     * @throws PluginException if it is no directory, cannot be read, holds no jar or a broken one,
     *     or plug-ins are there already
     */
    public static void install(Path directory) {
        if (!INSTALLED.compareAndSet(null, loader(directory))) {
            throw new PluginException(
                    "plug-ins: expected one directory a process, found also " + directory);
        }
    }

    /**
     * All services of a kind, those of plug-ins too.
     *
     * @throws PluginException if one cannot be loaded
     */
    public static <T> List<T> services(Class<T> kind) {
        return loaded(kind, INSTALLED.get(), ServiceLoader::iterator);
    }

    /**
     * What makes them, for who needs only some.
     *
     * @throws PluginException if the class of one cannot be loaded
     */
    public static <T> List<ServiceLoader.Provider<T>> providers(Class<T> kind) {
        return loaded(kind, INSTALLED.get(), services -> services.stream().iterator());
    }

    /** Of the class path where there is no loader of jars. */
    static <T, R> List<R> loaded(
            Class<T> kind,
            @Nullable ClassLoader jars,
            Function<ServiceLoader<T>, Iterator<R>> found) {
        List<R> all = new ArrayList<>();
        try {
            ServiceLoader<T> services =
                    jars == null ? ServiceLoader.load(kind) : ServiceLoader.load(kind, jars);
            found.apply(services).forEachRemaining(all::add);
        } catch (ServiceConfigurationError | LinkageError e) {
            String names = PluginJars.with(SERVICES + kind.getName(), jars);
            throw new PluginException(
                    "plug-ins: expected classes that can be loaded in %s of %s, found %s"
                            .formatted(SERVICES, names, e.getMessage()),
                    e);
        }
        return all;
    }

    /** What follows a list of all that is known: where more is, unless that has been said. */
    public static String elsewhere() {
        return INSTALLED.get() == null ? "; --plugins <dir> adds those of your own jars" : "";
    }

    /**
     * The plug-in from whose code a failure comes: its class and its jar, such as {@code
     * com.example.Net of net.jar}; empty if it comes from elsewhere.
     */
    public static Optional<String> at(Throwable failure) {
        ClassLoader installed = INSTALLED.get();
        return installed == null ? Optional.empty() : PluginJars.at(failure, installed);
    }

    /**
     * All services of a kind by the names that they have, in the order of these.
     *
     * @param what a service is, for messages: {@code strategy}
     * @param name says a service's name
     * @throws PluginException if two have the same name, or one cannot be loaded
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
     * @throws PluginException if it is no directory, cannot be read, or holds no jar or a broken
     *     one
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
        return new URLClassLoader(PluginJars.LOADER, urls, Plugins.class.getClassLoader());
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
        // A class loader passes over a jar that it cannot read.
        try (JarFile unused = new JarFile(jar.toFile())) {
            return jar.toAbsolutePath().toUri().toURL();
        } catch (IOException e) {
            throw new PluginException(
                    "plug-ins: expected a jar, found %s that is none: %s"
                            .formatted(jar, e.getMessage()),
                    e);
        }
    }
}
