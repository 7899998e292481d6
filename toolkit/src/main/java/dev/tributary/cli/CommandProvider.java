package dev.tributary.cli;

/**
 * Adds one command to {@code tributary}; found through {@link java.util.ServiceLoader}.
 *
 * <p>To add a command, annotate a class with {@link picocli.CommandLine.Command}, implement this
 * and {@code Callable<Integer>} or {@code Runnable}, list the class in {@code
 * META-INF/services/dev.tributary.cli.CommandProvider}, and put the jar on the class path. All
 * providers are created when help is asked for, so a constructor does nothing and a command loads
 * DJL only when it runs.
 */
public interface CommandProvider {

    /** The object with picocli's annotations; by default the provider itself. */
    default Object command() {
        return this;
    }

    /** Where it stands in the help, smallest first; equal ones stand by name. */
    int order();
}
