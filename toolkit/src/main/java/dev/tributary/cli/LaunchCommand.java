package dev.tributary.cli;

import org.jspecify.annotations.Nullable;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line that starts one more Tributary process like this one: same Java, same class
 * path, same settings. Thread-safe.
 */
public final class LaunchCommand {
    /** Set by the launcher: path of java and its flags with the class path, a line each. */
    static final String PROPERTY = "tributary.launch";

    private LaunchCommand() {}

    /**
     * For a {@link ProcessBuilder}.
     *
     * @param jvmFlags further flags, after the inherited ones and so stronger: {@code -Xmx256m}
     * @param arguments what follows {@code tributary}: {@code agent}, {@code --server}, ...
     */
    public static List<String> of(List<String> jvmFlags, List<String> arguments) {
        @Nullable String launcher = System.getProperty(PROPERTY);
        List<String> command = new ArrayList<>();
        if (launcher == null) {
            command.addAll(likeThisProcess());
        } else {
            launcher.lines().filter(line -> !line.isBlank()).forEach(command::add);
            command.add("-D" + PROPERTY + "=" + launcher);
        }
        @Nullable String plugins = System.getProperty(Startup.PLUGINS);
        if (plugins != null) {
            command.add("-D" + Startup.PLUGINS + "=" + plugins);
        }
        command.addAll(jvmFlags);
        command.add(Main.class.getName());
        command.addAll(arguments);
        return List.copyOf(command);
    }

    /** Without the launcher: in a test, or started from an IDE, whose agents are not passed on. */
    private static List<String> likeThisProcess() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (flag.startsWith("-X") || flag.startsWith("-D") || flag.startsWith("--add-")) {
                command.add(flag);
            }
        }
        command.add("-cp");
        command.add(absolute(System.getProperty("java.class.path")));
        return command;
    }

    /** The new process may start in another directory. */
    private static String absolute(String classPath) {
        List<String> entries = new ArrayList<>();
        for (String entry : classPath.split(File.pathSeparator, -1)) {
            entries.add(Path.of(entry).toAbsolutePath().toString());
        }
        return String.join(File.pathSeparator, entries);
    }
}
