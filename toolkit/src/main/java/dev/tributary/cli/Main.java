package dev.tributary.cli;

import dev.tributary.plugin.Plugins;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;

import java.io.PrintWriter;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Supplier;

/** Where every Tributary process starts: {@code tributary COMMAND}. */
public final class Main {
    private Main() {}

    /** Runs the command and exits: 0 for success, 1 for a failure, 2 for a wrong command line. */
    public static void main(String[] arguments) {
        EarlyOptions options = EarlyOptions.of(arguments);
        PrintWriter out = new PrintWriter(System.out, true, Terminal.charset());
        PrintWriter err = new PrintWriter(System.err, true, Terminal.charset());
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, failure) ->
                        CommandRunner.report(
                                err,
                                "thread " + thread.getName() + ": " + ErrorText.of(failure),
                                failure,
                                options.debug()));
        Supplier<List<CommandProvider>> providers =
                () -> {
                    Startup.prepare(options);
                    return providers(arguments);
                };
        System.exit(run(providers, Terminal.system(), out, err, arguments));
    }

    /** Never throws: whatever happens is a line on {@code err} and an exit code. */
    static int run(
            Supplier<List<CommandProvider>> providers,
            Terminal terminal,
            PrintWriter out,
            PrintWriter err,
            String... arguments) {
        EarlyOptions options = EarlyOptions.of(arguments);
        try {
            List<CommandProvider> found = providers.get();
            return new CommandRunner(found, terminal, out, err, options.debug()).run(arguments);
        } catch (Throwable failure) {
            // Errors too: a native library that does not load is one, and deserves one clear line.
            CommandRunner.report(err, ErrorText.of(failure), failure, options.debug());
            return 1;
        } finally {
            out.flush();
        }
    }

    /**
     * The command that the first argument names, or all: to build and to describe the others takes
     * longer than many a command itself, and only help and suggestions need them.
     */
    private static List<CommandProvider> providers(String... arguments) {
        List<ServiceLoader.Provider<CommandProvider>> all =
                Plugins.providers(CommandProvider.class);
        List<ServiceLoader.Provider<CommandProvider>> named =
                all.stream()
                        .filter(found -> arguments.length > 0 && isNamed(found, arguments[0]))
                        .toList();
        return (named.isEmpty() ? all : named).stream().map(ServiceLoader.Provider::get).toList();
    }

    private static boolean isNamed(ServiceLoader.Provider<CommandProvider> found, String name) {
        @Nullable Command command = found.type().getAnnotation(Command.class);
        return command != null && command.name().equals(name);
    }
}
