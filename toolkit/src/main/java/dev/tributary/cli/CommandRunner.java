package dev.tributary.cli;

import dev.tributary.words.NearestWord;

import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Parses a command line, runs its command, and turns failures into one line and an exit code. */
final class CommandRunner {
    private final CommandLine commandLine;
    private final PrintWriter err;
    private final boolean debug;

    CommandRunner(
            List<CommandProvider> providers,
            Terminal terminal,
            PrintWriter out,
            PrintWriter err,
            boolean debug) {
        this.err = err;
        this.debug = debug;
        commandLine = new CommandLine(new RootCommand());
        providers.stream()
                .map(provider -> new Entry(provider.order(), new CommandLine(provider.command())))
                .sorted(Comparator.comparingInt(Entry::order).thenComparing(Entry::name))
                .forEach(entry -> commandLine.addSubcommand(entry.name(), entry.command()));
        Help.Ansi ansi = terminal.color() ? Help.Ansi.ON : Help.Ansi.OFF;
        commandLine
                .setOut(out)
                .setErr(err)
                .setColorScheme(Help.defaultColorScheme(ansi))
                .setUsageHelpWidth(Math.max(80, Math.min(120, terminal.width())))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((failure, arguments) -> usageError(failure))
                .setExecutionExceptionHandler((failure, command, parsed) -> failed(failure));
        Map<String, IHelpSectionRenderer> sections = new HashMap<>(commandLine.getHelpSectionMap());
        sections.put(UsageMessageSpec.SECTION_KEY_SYNOPSIS, Synopsis::of);
        commandLine.setHelpSectionMap(sections);
    }

    /**
     * Runs it; 0 for success, 1 for a failure, 2 for a wrong command line, or the command's own.
     */
    int run(String... arguments) {
        return commandLine.execute(spelledOut(arguments));
    }

    /** {@code help run submit} is {@code run submit --help}. */
    private static String[] spelledOut(String... arguments) {
        if (arguments.length == 0 || !arguments[0].equals("help")) {
            return arguments;
        }
        String[] spelled = Arrays.copyOfRange(arguments, 1, arguments.length + 1);
        spelled[arguments.length - 1] = "--help";
        return spelled;
    }

    private int failed(Exception failure) {
        report(err, ErrorText.of(failure), failure, debug);
        return CommandLine.ExitCode.SOFTWARE;
    }

    private int usageError(ParameterException failure) {
        CommandLine command = failure.getCommandLine();
        String help = command.getCommandSpec().qualifiedName() + " --help";
        String text = usageText(failure) + " (see '" + help + "')";
        report(err, Format.printable(text), failure, debug);
        return CommandLine.ExitCode.USAGE;
    }

    private static String usageText(ParameterException failure) {
        if (!(failure instanceof UnmatchedArgumentException unmatched)) {
            return tidied(ErrorText.of(failure));
        }
        String argument = unmatched.getUnmatched().get(0);
        boolean option = unmatched.isUnknownOption();
        CommandSpec command = unmatched.getCommandLine().getCommandSpec();
        Set<String> known = option ? command.optionsMap().keySet() : command.subcommands().keySet();
        String what =
                option
                        ? "unknown option"
                        : known.isEmpty() ? "unexpected argument" : "unknown command";
        return what + " '" + argument + "'" + suggestion(argument, known);
    }

    private static String suggestion(String argument, Set<String> known) {
        String name = argument.startsWith("-") ? argument.split("=", 2)[0] : argument;
        List<String> words = known.stream().filter(word -> !isLetter(word)).sorted().toList();
        return NearestWord.of(name, words).map(near -> "; did you mean " + near + "?").orElse("");
    }

    /** Such as -h: as near to one mistyped letter as to any other. */
    private static boolean isLetter(String word) {
        return word.length() == 2 && word.startsWith("-");
    }

    /** Picocli's text as it goes on after a colon, without its slips. */
    private static String tidied(String text) {
        String plain = text.replaceFirst("^Error: ", "").replace("option option", "option");
        return plain.substring(0, 1).toLowerCase(Locale.ROOT) + plain.substring(1);
    }

    /** One line, and the stack trace only where it was asked for. */
    static void report(PrintWriter err, String text, Throwable failure, boolean debug) {
        err.println("tributary: " + text);
        if (debug) {
            failure.printStackTrace(err);
        }
        err.flush();
    }

    private record Entry(int order, CommandLine command) {
        String name() {
            return command.getCommandName();
        }
    }
}
